#include <algorithm>
#include <string>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"
#include "engine/component/extract/variables.h"

namespace mlx::compat {
namespace {

/// The variable that a component reads for what the code has in plain text: of the same name, or ending
/// with it (`API_KEY` for `SHOP_API_KEY`). A bare `token` could be anybody's.
const EnvironmentVariable* variable_for(const std::string& symbol, const CompatFacts& facts,
                                        const Party*& reader) {
  std::string name = symbol.substr(symbol.rfind('.') + 1);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const Party& component : facts.components) {
    if (!component.component) continue;
    for (const EnvironmentVariable& variable : component.component->requirements.environment) {
      const bool is_of_that_end = name.find('_') != std::string::npos && variable.name.ends_with("_" + name);
      const bool is_named = variable.name == name || is_of_that_end;
      if (!variable.is_secret || name.empty() || !is_named) continue;
      reader = &component;
      return &variable;
    }
  }
  return nullptr;
}

}  // namespace

void check_secret_in_code(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  for (const FileId file : party.sources) {
    const std::string& path = party.path(file);
    for (const PythonPractice& practice : party.module(file).practices) {
      if (practice.kind != PracticeKind::kLiteralSecret) continue;
      const Party* reader = nullptr;
      const EnvironmentVariable* variable = variable_for(practice.symbol, facts, reader);
      report(
          findings,
          {.subject = path + ":" + practice.symbol,
           .message = "`" + practice.symbol + "` is a secret in plain text" +
                      (variable == nullptr ? "" : "; " + reader->name + " reads it from " + variable->name),
           .remedy = variable == nullptr
                         ? "read it from an environment variable, and replace it where it is valid: it is in "
                           "the history"
                         : "set " + variable->name + " instead, and replace the secret: it is in the history",
           .evidence = {{.file = path, .line = practice.line}}},
          {&party});
    }
  }
}

}  // namespace mlx::compat
