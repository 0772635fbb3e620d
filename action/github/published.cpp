#include "action/github/published.h"

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"
#include "engine/base/digest.h"

namespace mlx::action::github {
namespace {

/// A line of the value would end it.
std::string delimiter_for(std::string_view value) {
  std::string delimiter = "mlx_" + sha256_hex(value).substr(0, 24);
  while (value.contains(delimiter)) delimiter += "_";
  return delimiter;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> outputs_of(const JobReport& report,
                                                            std::string_view report_path) {
  const std::string number = report.pull_request == 0 ? "" : std::to_string(report.pull_request);
  return {{"pull-request-number", number},
          {"pull-request-url", report.pull_request_url},
          {"score", report.score ? fmt::format("{:.2f}", *report.score) : ""},
          {"findings", report.has_findings ? std::to_string(report.findings.size()) : ""},
          {"report", std::string(report_path)},
          {"changed", report.is_changed ? "true" : "false"}};
}

std::string output_lines(const std::vector<std::pair<std::string, std::string>>& outputs) {
  std::string text;
  for (const auto& [name, value] : outputs) {
    const std::string delimiter = delimiter_for(value);
    text += fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
  }
  return text;
}

std::string summary_of(const JobReport& report) {
  std::string text = "## MLX: " + bot::message(report.title) + "\n\n";
  for (const std::string& note : report.notes) text += "> " + bot::message(note) + "\n\n";
  text += report.text;
  if (!text.ends_with('\n')) text += '\n';
  constexpr std::string_view kCut = "\n\nThe summary is cut here.\n";
  if (text.size() <= kMostSummaryBytes) return text;
  return std::string(utf8_prefix(text, kMostSummaryBytes - kCut.size())) + std::string(kCut);
}

}  // namespace mlx::action::github
