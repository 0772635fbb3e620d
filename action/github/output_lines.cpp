#include "action/github/output_lines.h"

#include <string_view>

#include <fmt/format.h>

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

std::string step_summary(std::string text) {
  constexpr std::string_view kCut = "\n\nThe summary is cut here.\n";
  if (text.size() <= kMostSummaryBytes) return text;
  return std::string(utf8_prefix(text, kMostSummaryBytes - kCut.size())) + std::string(kCut);
}

std::string output_lines(const std::vector<std::pair<std::string, std::string>>& outputs) {
  std::string text;
  for (const auto& [name, value] : outputs) {
    const std::string delimiter = delimiter_for(value);
    text += fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
  }
  return text;
}

}  // namespace mlx::action::github
