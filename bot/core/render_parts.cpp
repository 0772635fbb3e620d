#include "bot/core/render_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

std::string_view icon(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "ℹ️";
    case Severity::kWarning: return "⚠️";
    case Severity::kError: return "❌";
  }
  return "";
}

std::string render_finding(const Finding& finding) {
  std::string text = fmt::format("- {} {}", icon(finding.severity), message(finding.message));
  if (!finding.evidence.empty()) {
    text += " (";
    for (std::size_t i = 0; i < finding.evidence.size(); ++i) {
      text += (i == 0 ? "" : ", ") + code_span(to_string(finding.evidence[i]));
    }
    text += ")";
  }
  if (!finding.remedy.empty()) text += fmt::format("<br>→ {}", message(finding.remedy));
  return text + "\n";
}

}  // namespace

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string code_cell(std::string_view text) {
  if (text.find('|') == std::string_view::npos) return code_span(text);
  return "<code>" + neutralised(text) + "</code>";
}

std::string quoted_names(const std::vector<std::string>& names) {
  std::vector<std::string> spans;
  spans.reserve(names.size());
  for (const std::string& name : names) spans.push_back(code_cell(name));
  return joined(spans);
}

std::string render_findings(const std::vector<Finding>& findings) {
  auto sorted = findings;
  std::ranges::stable_sort(sorted, std::greater{}, &Finding::severity);
  std::string text;
  for (const Finding& finding : sorted) text += render_finding(finding);
  return text;
}

std::string sentence(std::string_view text) {
  const bool is_ended = text.ends_with('?') || text.ends_with('.');
  return message(text) + (is_ended ? "" : ".");
}

std::string located(const Error& error) {
  const std::string where = to_string(error.location);
  return (where.empty() ? "" : code_span(where) + ": ") + sentence(error.message);
}

std::string shortened(std::string text, std::string_view what) {
  if (text.size() <= kLongestComment) return text;
  text.resize(utf8_prefix(text, kLongestComment).size());
  return text + fmt::format("\n\n… {} was too long for one comment; the rest is left out.\n", what);
}

void CappedText::add(std::string_view piece) {
  if (text_.size() + piece.size() > most_bytes_) {
    ++left_out_;
  } else {
    text_ += piece;
  }
}

}  // namespace mlx::bot
