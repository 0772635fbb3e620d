#include "action/gitlab/reports.h"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/compat/rule.h"

namespace mlx::action::gitlab {
namespace {

using nlohmann::ordered_json;

/// What a finding is shown at that has no place: the report has to name one.
constexpr std::string_view kNowhere = "mlx.lock";

std::string_view severity_of(Severity severity) {
  switch (severity) {
    case Severity::kError: return "critical";
    case Severity::kWarning: return "major";
    case Severity::kInfo: return "info";
  }
  return "info";
}

ordered_json degradation(const RuleFinding& found, std::string fingerprint) {
  const Finding& finding = found.finding;
  std::string description = finding.message;
  if (!finding.remedy.empty()) description += ". " + finding.remedy;
  const Evidence place = finding.evidence.empty() ? Evidence{.file = std::string(kNowhere), .line = 1}
                                                  : finding.evidence.front();
  return {{"description", std::move(description)},
          {"check_name", finding.code},
          {"fingerprint", std::move(fingerprint)},
          {"severity", severity_of(finding.severity)},
          {"location", {{"path", place.file}, {"lines", {{"begin", std::max<std::size_t>(place.line, 1)}}}}}};
}

std::string line_of(const Finding& finding) {
  const std::string place = finding.evidence.empty() ? "" : to_string(finding.evidence.front()) + ": ";
  std::string line = fmt::format("{}: {}{}: {}\n", to_string(finding.severity), place, title_of(finding.code),
                                 finding.message);
  if (!finding.remedy.empty()) line += "  " + finding.remedy + "\n";
  return line;
}

}  // namespace

std::string code_quality(const RuleFindings& findings) {
  ordered_json report = ordered_json::array();
  std::map<std::string, int> seen;
  for (const RuleFinding& found : findings) {
    std::string fingerprint = id_of(found);
    const int count = ++seen[fingerprint];
    if (count > 1) fingerprint += fmt::format("-{}", count);
    report.push_back(degradation(found, std::move(fingerprint)));
  }
  return report.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string dotenv(const std::vector<std::pair<std::string, std::string>>& outputs) {
  std::string text;
  for (const auto& [name, value] : outputs) {
    std::string variable = "MLX_";
    for (const char c : name)
      variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    text += variable + "=" + value.substr(0, value.find_first_of("\r\n")) + "\n";
  }
  return text;
}

std::string job_log(const JobReport& report) {
  std::string text = "MLX: " + report.title + "\n";
  for (const std::string& note : report.notes) text += note + "\n";
  for (const RuleFinding& found : report.findings) text += line_of(found.finding);
  // Of findings the text says the same in Markdown.
  if (!report.has_findings && !report.text.empty()) text += "\n" + report.text;
  return logged(text);
}

std::string logged(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    const bool is_plain = !is_control || c == '\n' || c == '\t';
    result += is_plain ? c : ' ';
  }
  if (!result.ends_with('\n')) result += '\n';
  return result;
}

}  // namespace mlx::action::gitlab
