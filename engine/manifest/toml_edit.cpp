#include "engine/manifest/toml_edit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/manifest/text_lines.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

constexpr std::string_view kDefaultIndent = "    ";

std::string with_line_ends(std::string_view text, std::string_view line_end) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += line_end;
    } else {
      result += c;
    }
  }
  return result;
}

/// The indentation that the document's own lists use.
std::string indent_unit(std::string_view text) {
  for (std::size_t open = text.find("[\n"); open != std::string_view::npos;
       open = text.find("[\n", open + 1)) {
    const std::string_view outer = indentation_at(text, open);
    const std::string_view inner = indentation_at(text, open + 2);
    if (inner.size() > outer.size() && inner.starts_with(outer))
      return std::string(inner.substr(outer.size()));
  }
  return std::string(kDefaultIndent);
}

TextEdit insertion(std::size_t offset, std::string text) {
  return {.span = {.begin = offset, .end = offset}, .replacement = std::move(text)};
}

class ArrayEditor {
 public:
  ArrayEditor(const TomlDocument& document, const TomlValue& array)
      : text_(document.text()), array_(array.span()), line_end_(line_end(text_)) {
    for (const TomlValue& element : array.elements()) elements_.push_back(element.span());
  }

  [[nodiscard]] std::vector<TextEdit> insert(std::size_t index, std::string_view value,
                                             EmptyArrayBecomes shape) const {
    if (elements_.empty()) return {fill(value, shape)};
    if (index == 0) return {prepend(value)};
    return insert_after(std::min(index, elements_.size()) - 1, value);
  }

 private:
  [[nodiscard]] std::string on_new_line(std::string_view indent, std::string_view value) const {
    return std::string(line_end_) + std::string(indent) + std::string(value);
  }

  [[nodiscard]] std::string deeper_indent() const {
    return std::string(indentation_at(text_, array_.begin)) + indent_unit_of_text();
  }

  [[nodiscard]] std::string indent_unit_of_text() const {
    std::string plain(text_);
    std::erase(plain, '\r');
    return indent_unit(plain);
  }

  [[nodiscard]] std::string element_indent(std::size_t near) const {
    if (begins_its_line(text_, elements_[near].begin)) {
      return std::string(indentation_at(text_, elements_[near].begin));
    }
    for (const Span& element : elements_) {
      if (begins_its_line(text_, element.begin)) return std::string(indentation_at(text_, element.begin));
    }
    return deeper_indent();
  }

  [[nodiscard]] TextEdit fill(std::string_view value, EmptyArrayBecomes shape) const {
    const Span inside = {.begin = array_.begin + 1, .end = array_.end - 1};
    const std::string_view content = text_.substr(inside.begin, inside.size());
    if (content.find('\n') != std::string_view::npos) {
      const std::size_t comment = content.rfind('#');
      const std::size_t beside = inside.begin + (comment == std::string_view::npos ? 0 : comment);
      const bool is_comment_indented = comment != std::string_view::npos && begins_its_line(text_, beside);
      const std::string indent =
          is_comment_indented ? std::string(indentation_at(text_, beside)) : deeper_indent();
      // Below the comments: with nothing else in the list, they introduce it.
      const std::size_t offset =
          comment == std::string_view::npos ? end_of_line(text_, array_.begin) : end_of_line(text_, beside);
      return insertion(offset, on_new_line(indent, value) + ",");
    }
    if (shape == EmptyArrayBecomes::kOneLine) return {.span = inside, .replacement = std::string(value)};
    return {.span = inside,
            .replacement = on_new_line(deeper_indent(), value) + "," +
                           on_new_line(indentation_at(text_, array_.begin), "")};
  }

  [[nodiscard]] TextEdit prepend(std::string_view value) const {
    const std::size_t first = elements_.front().begin;
    if (!begins_its_line(text_, first)) return insertion(first, std::string(value) + ", ");
    // Above the comments that lead to the first element: they are about that one.
    return insertion(end_of_line(text_, array_.begin), on_new_line(element_indent(0), value) + ",");
  }

  [[nodiscard]] std::vector<TextEdit> insert_after(std::size_t index, std::string_view value) const {
    const Span& before = elements_[index];
    const std::optional<std::size_t> comma = end_of_comma(text_, before.end);
    const std::size_t anchor = comma.value_or(before.end);
    const bool is_last = index + 1 == elements_.size();
    const std::string line = on_new_line(element_indent(index), value);

    if (ends_its_line(text_, anchor)) {
      const std::size_t offset = end_of_line(text_, anchor);
      if (comma) return {insertion(offset, line + ",")};
      return {insertion(before.end, ","), insertion(offset, line)};
    }
    if (!is_last) return {insertion(elements_[index + 1].begin, std::string(value) + ", ")};
    if (begins_its_line(text_, before.begin)) {
      return {comma ? insertion(anchor, line + ",") : insertion(before.end, "," + line)};
    }
    return {insertion(before.end, ", " + std::string(value))};
  }

  std::string_view text_;
  Span array_;
  std::string_view line_end_;
  std::vector<Span> elements_;
};

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

std::vector<TextEdit> insert_element(const TomlDocument& document, const TomlValue& array, std::size_t index,
                                     std::string_view value, EmptyArrayBecomes shape) {
  return ArrayEditor(document, array).insert(index, value, shape);
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
