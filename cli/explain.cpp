#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/base/suggest.h"
#include "engine/compat/rule.h"

namespace mlx::cli {
namespace {

void print_rule(const Rule& rule) {
  fmt::print("{} ({})\n{}.\n\n{}\n\nFor example:\n\n", rule.code, to_string(rule.severity), rule.title,
             rule.meaning);
  for (std::string_view rest = rule.example; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    fmt::print("{}{}\n", end == 0 ? "" : "    ", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  fmt::print("\nWhat to do: {}\n", rule.remedy);
}

void print_markdown() {
  fmt::print(
      "# Findings\n\n"
      "What `mlx check` and reviews of pull requests can find. This page is made by `mlx explain --markdown` "
      "from\n"
      "the rules themselves.\n\n"
      "| finding | severity | what it says |\n|---|---|---|\n");
  for (const Rule& rule : rules())
    fmt::print("| [{0}](#{0}) | {1} | {2} |\n", rule.code, to_string(rule.severity), rule.title);
  for (const Rule& rule : rules()) {
    fmt::print("\n## {}\n\n{} ({}). {}\n\n```text\n{}```\n\n{}\n", rule.code, rule.title,
               to_string(rule.severity), rule.meaning, rule.example, rule.remedy);
  }
}

Error unknown_finding(const std::string& finding) {
  std::vector<std::string> codes;
  for (const Rule& rule : rules()) codes.emplace_back(rule.code);
  return {.code = ErrorCode::kNotFound,
          .message = "no finding is called `" + finding + "`" + did_you_mean(finding, codes) +
                     "; `mlx explain` lists all"};
}

}  // namespace

int explain(const ExplainArguments& arguments) {
  if (arguments.markdown) {
    print_markdown();
    return kDone;
  }
  if (arguments.finding.empty()) {
    for (const Rule& rule : rules()) fmt::print("{:24} {}\n", rule.code, rule.title);
    return kDone;
  }
  const Rule* rule = rule_named(arguments.finding);
  if (rule == nullptr) return report(unknown_finding(arguments.finding));
  print_rule(*rule);
  return kDone;
}

}  // namespace mlx::cli
