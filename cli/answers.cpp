#include "cli/answers.h"

#include <fmt/format.h>

#include "cli/json_output.h"
#include "cli/printable.h"

namespace mlx::cli {

int print_answer(const Result<Answer>& answer) {
  if (!answer) return report(answer.error());
  print_remarks(answer->remarks);
  print_json(answer->value);
  return answer->status;
}

void print_remarks(const std::vector<std::string>& remarks) {
  for (const std::string& remark : remarks) fmt::print(stderr, "mlx: {}\n", remark);
}

std::vector<std::string> remarks_of(const Registries& registries) {
  std::vector<std::string> remarks;
  for (const Finding& finding : registries.findings()) {
    const std::string said = finding.message + (finding.remedy.empty() ? "" : "; " + finding.remedy);
    remarks.push_back(fmt::format("{}: {}: {}", to_string(finding.severity), finding.code, printable(said)));
  }
  return remarks;
}

std::string remark_of(const Error& error) { return printable(to_string(error)); }

}  // namespace mlx::cli
