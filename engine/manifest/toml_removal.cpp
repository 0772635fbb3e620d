#include "engine/manifest/toml_removal.h"

#include <optional>

#include "engine/base/text_lines.h"
#include "engine/manifest/toml_edit.h"

namespace mlx {
namespace {

bool has_comment(std::string_view text) { return text.find('#') != std::string_view::npos; }

/// Where the dotted key of a pair inside braces begins: behind the comma or the brace before it.
std::size_t end_of_separator_before(std::string_view text, std::size_t value) {
  char quote = '\0';
  for (std::size_t at = value; at > 0; --at) {
    const char c = text[at - 1];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ',' || c == '{') {
      return at;
    }
  }
  return value;
}

}  // namespace

std::vector<TextEdit> remove_element(const TomlDocument& document, const TomlValue& array,
                                     std::size_t index) {
  return remove_element(document.text(), written_list(array), index);
}

std::vector<TextEdit> remove_pair(const TomlDocument& document, const TomlValue& value) {
  const std::string_view text = document.text();
  const Span span = value.span();
  if (ends_its_line(text, span.end)) return {remove_lines(text, span)};
  const std::size_t begin = end_of_separator_before(text, span.begin);
  if (begin > 0 && text[begin - 1] == ',') return {removal(begin - 1, span.end)};
  std::size_t end = end_of_comma(text, span.end).value_or(span.end);
  const bool has_next = end != span.end;
  while (has_next && end < text.size() && is_space_or_tab(text[end])) ++end;
  return {removal(begin, end)};
}

std::vector<TextEdit> remove_empty_section(const TomlDocument& document, const TomlValue& table,
                                           std::string_view lead) {
  const std::string_view text = document.text();
  if (table.form() != TomlForm::kHeader || !table.members().empty()) return {};
  std::size_t begin = line_begin(text, table.span().begin);
  std::size_t end = end_of_line(text, table.span().end);
  const std::size_t next = end + size_of_line_end(text, end);
  const std::string_view next_line = text.substr(next, end_of_line(text, next) - next);
  const std::size_t first = next_line.find_first_not_of(" \t");
  const bool is_commented = first != std::string_view::npos && next_line[first] == '#';
  if (is_commented || has_comment(text.substr(table.span().end, end - table.span().end))) return {};

  const bool has_lead = text.substr(0, begin).ends_with(lead);
  if (has_lead) begin -= lead.size();
  // Two line ends: the file had no last one, and was given none.
  const bool had_open_end = has_lead && (lead == "\n\n" || lead == "\r\n\r\n");
  if (!had_open_end) end = next;
  return {removal(begin, end)};
}

}  // namespace mlx
