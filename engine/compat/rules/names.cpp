#include <map>
#include <string>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

std::string module_of(const PythonImport& import) { return std::string(import.level, '.') + import.module; }

/// `torch.nn` for `import torch.nn as nn` and for `from torch import nn`.
std::string full_name(const PythonImport& import) {
  return module_of(import) + (import.name.empty() ? "" : "." + import.name);
}

/// What an import means in the end, where a module only passes on what it imports itself: the file that has
/// it and its name there, or its full name if it is not of this repository.
std::string origin_of(const RepoIndex& index, FileId file, const PythonImport& import, int depth = 0) {
  constexpr int kDeepest = 8;
  const ResolvedImport resolved = index.resolve(file, import);
  if (resolved.files.empty() || depth > kDeepest) return full_name(import);
  const FileId target = resolved.files.back();
  for (const PythonImport& passed : index.module(target).imports) {
    const bool is_it = passed.is_top_level && !import.name.empty() && passed.bound_name() == import.name;
    if (is_it && target != file) return origin_of(index, target, passed, depth + 1);
  }
  // A submodule is all of its file, whichever way it is imported.
  const std::string& path = index.python()[target].str();
  const bool is_module = import.name.empty() || path.ends_with("/" + import.name + ".py") ||
                         path.ends_with("/" + import.name + "/__init__.py");
  return path + (is_module ? "" : ":" + import.name);
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
      if (is_new || before.line == import.line) continue;
      if (origin_of(*party.index, file, before) == origin_of(*party.index, file, import)) continue;
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
