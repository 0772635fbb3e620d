#include "action/published.h"

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"

namespace mlx::action {

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

std::string summary_of(const JobReport& report) {
  std::string text = "## MLX: " + bot::message(report.title) + "\n\n";
  for (const std::string& note : report.notes) text += "> " + bot::message(note) + "\n\n";
  text += report.text;
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace mlx::action
