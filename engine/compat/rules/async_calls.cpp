#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// A function that waits, and what to write instead where nothing may wait.
struct Blocking {
  std::string_view name;
  std::string_view instead;
};

constexpr std::array kBlocking = {
    Blocking{"os.popen", "asyncio.create_subprocess_shell"},
    Blocking{"os.system", "asyncio.create_subprocess_shell"},
    Blocking{"requests.delete", "httpx.AsyncClient"},
    Blocking{"requests.get", "httpx.AsyncClient"},
    Blocking{"requests.head", "httpx.AsyncClient"},
    Blocking{"requests.patch", "httpx.AsyncClient"},
    Blocking{"requests.post", "httpx.AsyncClient"},
    Blocking{"requests.put", "httpx.AsyncClient"},
    Blocking{"requests.request", "httpx.AsyncClient"},
    Blocking{"subprocess.call", "asyncio.create_subprocess_exec"},
    Blocking{"subprocess.check_call", "asyncio.create_subprocess_exec"},
    Blocking{"subprocess.check_output", "asyncio.create_subprocess_exec"},
    Blocking{"subprocess.run", "asyncio.create_subprocess_exec"},
    Blocking{"time.sleep", "asyncio.sleep"},
    Blocking{"urllib.request.urlopen", "httpx.AsyncClient"},
};

static_assert(std::ranges::is_sorted(kBlocking, {}, &Blocking::name));

/// Is the function one inside another that makes a loop to run it on? Nobody else is on that loop.
bool has_own_loop(const PythonModule& module, std::string_view function) {
  constexpr std::array<std::string_view, 5> kMakers = {"anyio.run", "asyncio.Runner",
                                                       "asyncio.new_event_loop", "asyncio.run", "trio.run"};
  const auto dot = function.rfind('.');
  if (dot == std::string_view::npos) return false;
  return std::ranges::any_of(module.uses, [&](const PythonUse& use) {
    return use.kind == PythonUseKind::kCall && use.function == function.substr(0, dot) &&
           std::ranges::find(kMakers, use.name) != kMakers.end();
  });
}

}  // namespace

void check_blocking_call(const Party& party, const CompatFacts& /*facts*/, RuleFindings& findings) {
  for (const FileId file : party.sources) {
    for (const PythonUse& use : party.module(file).uses) {
      if (use.kind != PythonUseKind::kCall || !use.is_in_async || use.is_awaited) continue;
      const auto blocking =
          std::ranges::lower_bound(kBlocking, std::string_view(use.name), {}, &Blocking::name);
      if (blocking == kBlocking.end() || blocking->name != use.name) continue;
      if (has_own_loop(party.module(file), use.function)) continue;
      const std::string& path = party.path(file);
      report(findings,
             {.subject = path + ":" + use.function + ":" + use.name,
              .message = "`" + use.name + "` in the async function `" + use.function +
                         "` holds up every other request of the process while it waits",
              .remedy = "use `" + std::string(blocking->instead) + "`, or call it with `asyncio.to_thread`",
              .evidence = {{.file = path, .line = use.line}}},
             {&party});
    }
  }
}

}  // namespace mlx::compat
