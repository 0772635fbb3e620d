#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

std::string module_of(const PythonImport& import) { return std::string(import.level, '.') + import.module; }

bool binds_the_same(const PythonImport& one, const PythonImport& other) {
  return module_of(one) == module_of(other) && one.name == other.name;
}

/// What an import means in the end, where a module only passes on what it imports itself: the file that has
/// it and its name there. Nothing if it is not of this repository.
std::optional<std::pair<FileId, std::string>> origin_of(const RepoIndex& index, FileId file,
                                                        const PythonImport& import, int depth = 0) {
  constexpr int kDeepest = 8;
  const ResolvedImport resolved = index.resolve(file, import);
  if (resolved.files.empty() || import.name.empty() || depth > kDeepest) return std::nullopt;
  const FileId target = resolved.files.back();
  for (const PythonImport& passed : index.module(target).imports) {
    if (target != file && passed.is_top_level && passed.bound_name() == import.name)
      return origin_of(index, target, passed, depth + 1);
  }
  return std::pair(target, import.name);
}

/// Do both bind one and the same thing?
bool have_one_origin(const Party& party, FileId file, const PythonImport& one, const PythonImport& other) {
  const auto origin = origin_of(*party.index, file, one);
  return origin && origin == origin_of(*party.index, file, other);
}

bool always_runs(const PythonImport& import) {
  const PythonContext& context = import.context;
  return import.is_top_level && !context.is_optional && !context.is_conditional && !context.is_deferred &&
         !context.is_type_checking;
}

}  // namespace

void check_symbol_collision(const Party& party, const CompatFacts& /*facts*/, RuleFindings& findings) {
  for (const FileId file : party.sources) {
    std::map<std::string, const PythonImport*, std::less<>> first;
    for (const PythonImport& import : party.module(file).imports) {
      // `import a.b` and `import a.c` both bind `a`, and agree.
      const std::string name(import.bound_name());
      const bool binds_whole = !import.name.empty() || !import.alias.empty();
      if (name.empty() || name == "_" || !binds_whole || !always_runs(import)) continue;
      const auto [entry, is_new] = first.emplace(name, &import);
      const PythonImport& before = *entry->second;
      if (is_new || binds_the_same(before, import) || before.line == import.line) continue;
      if (have_one_origin(party, file, before, import)) continue;
      const std::string& path = party.path(file);
      report(findings,
             {.subject = path + ":" + name,
              .message = "`" + name + "` is imported from `" + module_of(before) + "` and again from `" +
                         module_of(import) + "`: the second hides the first",
              .remedy = "import one of them under another name, or drop it",
              .evidence = {{.file = path, .line = import.line}, {.file = path, .line = before.line}}},
             {&party});
      entry->second = &import;
    }
  }
}

void check_script_collision(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                            RuleFindings& findings) {
  for (const ScriptFact& script : other.scripts) {
    for (const ScriptFact& same : one.scripts) {
      if (same.name != script.name || same.target == script.target) continue;
      report(findings,
             {.subject = script.name,
              .message = "the command `" + script.name + "` starts " + same.target + " by " + one.title() +
                         " and " + script.target + " by " + other.title(),
              .remedy = "rename one of them under `[project.scripts]`",
              .evidence = {same.place, script.place}},
             {&one, &other});
    }
  }
}

}  // namespace mlx::compat
