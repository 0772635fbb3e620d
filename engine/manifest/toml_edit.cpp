#include "engine/manifest/toml_edit.h"

#include <optional>
#include <utility>

#include "engine/base/text_lines.h"
#include "engine/manifest/list_edit.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

/// `key = value` at the end of an inline table.
TextEdit insert_into_braces(std::string_view text, const TomlValue& table, const std::string& pair) {
  const Span span = table.span();
  if (const std::optional<std::size_t> end = table.end_of_last_pair()) return insertion(*end, ", " + pair);
  const bool is_spaced = text.substr(span.begin + 1, span.size() - 2).starts_with(' ');
  return insertion(span.begin + 1, is_spaced ? " " + pair : pair);
}

TextEdit append_section(std::string_view text, const std::string& header, const std::string& pair) {
  const std::string eol(line_end(text));
  const std::string section = header + eol + pair;
  const bool is_empty = text.find_first_not_of("\xEF\xBB\xBF \t\r\n") == std::string_view::npos;
  if (is_empty) return insertion(text.size(), section + eol);
  if (!text.ends_with('\n')) return insertion(text.size(), eol + eol + section);
  const bool ends_blank = text.ends_with("\n\n") || text.ends_with("\n\r\n");
  return insertion(text.size(), (ends_blank ? "" : eol) + section + eol);
}

}  // namespace

WrittenList written_list(const TomlValue& array) {
  WrittenList list{.span = array.span(), .elements = {}};
  for (const TomlValue& element : array.elements()) list.elements.push_back(element.span());
  return list;
}

std::vector<TextEdit> insert_element(const TomlDocument& document, const TomlValue& array, std::size_t index,
                                     std::string_view value, EmptyListBecomes shape) {
  return insert_element(document.text(), written_list(array), index, value, shape);
}

Result<std::vector<TextEdit>> insert_pair(const TomlDocument& document, std::span<const std::string> path,
                                          std::string_view key, std::string_view value) {
  const std::string_view text = document.text();
  // The nearest table that the text already has, and the keys that are missing below it.
  TomlValue table = document.root();
  std::size_t depth = 0;
  while (depth < path.size()) {
    const TomlValue next = MLX_TRY(table.table(path[depth]));
    if (!next.is_present()) break;
    table = next;
    ++depth;
  }
  std::string missing;
  for (const std::string& part : path.subspan(depth)) missing += toml_key(part) + ".";
  const std::string pair =
      with_line_ends(missing + std::string(key) + " = " + std::string(value), line_end(text));

  const TomlForm form = table.form();
  if (form == TomlForm::kWritten) return std::vector{insert_into_braces(text, table, pair)};
  if (form == TomlForm::kDotted && table.end_of_last_pair()) {
    const Span prefix = table.span();
    const std::string dotted = std::string(text.substr(prefix.begin, prefix.size())) + "." + pair;
    const std::size_t end = *table.end_of_last_pair();
    const bool is_inside_braces = !ends_its_line(text, end);
    if (is_inside_braces) return std::vector{insertion(end, ", " + dotted)};
    return std::vector{
        insertion(end_of_line(text, end),
                  std::string(line_end(text)) + std::string(indentation_at(text, prefix.begin)) + dotted)};
  }
  if (form == TomlForm::kHeader && depth == path.size()) {
    const std::size_t end = table.end_of_last_pair().value_or(table.span().end);
    return std::vector{insertion(
        end_of_line(text, end), std::string(line_end(text)) + std::string(indentation_at(text, end)) + pair)};
  }
  std::string header;
  for (const std::string& part : path) header += (header.empty() ? "[" : ".") + toml_key(part);
  return std::vector{append_section(
      text, header + "]", with_line_ends(std::string(key) + " = " + std::string(value), line_end(text)))};
}

Result<TomlDocument> edited(const TomlDocument& document, std::vector<TextEdit> edits) {
  std::string text = MLX_TRY(apply_edits(document.text(), std::move(edits)));
  return TomlDocument::parse(std::move(text), document.file());
}

}  // namespace mlx
