#include "engine/manifest/list_edit.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/base/text_lines.h"

namespace mlx {
namespace {

constexpr std::string_view kDefaultIndent = "    ";

bool has_comment(std::string_view text) { return text.find('#') != std::string_view::npos; }

/// The indentation that the text's own lists use.
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

class ListEditor {
 public:
  ListEditor(std::string_view text, const WrittenList& list)
      : text_(text), list_(list.span), line_end_(line_end(text_)), elements_(list.elements) {}

  [[nodiscard]] std::vector<TextEdit> insert(std::size_t index, std::string_view value,
                                             EmptyListBecomes shape) const {
    if (elements_.empty()) return {fill(value, shape)};
    if (index == 0) return {prepend(value)};
    return insert_after(std::min(index, elements_.size()) - 1, value);
  }

 private:
  [[nodiscard]] std::string on_new_line(std::string_view indent, std::string_view value) const {
    return std::string(line_end_) + std::string(indent) + std::string(value);
  }

  [[nodiscard]] std::string deeper_indent() const {
    return std::string(indentation_at(text_, list_.begin)) + indent_unit_of_text();
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

  [[nodiscard]] TextEdit fill(std::string_view value, EmptyListBecomes shape) const {
    const Span inside = {.begin = list_.begin + 1, .end = list_.end - 1};
    const std::string_view content = text_.substr(inside.begin, inside.size());
    if (content.find('\n') != std::string_view::npos) {
      const std::size_t comment = content.rfind('#');
      const std::size_t beside = inside.begin + (comment == std::string_view::npos ? 0 : comment);
      const bool is_comment_indented = comment != std::string_view::npos && begins_its_line(text_, beside);
      const std::string indent =
          is_comment_indented ? std::string(indentation_at(text_, beside)) : deeper_indent();
      // Below the comments: with nothing else in the list, they introduce it.
      const std::size_t offset =
          comment == std::string_view::npos ? end_of_line(text_, list_.begin) : end_of_line(text_, beside);
      return insertion(offset, on_new_line(indent, value) + ",");
    }
    if (shape == EmptyListBecomes::kOneLine) return {.span = inside, .replacement = std::string(value)};
    return {.span = inside,
            .replacement = on_new_line(deeper_indent(), value) + "," +
                           on_new_line(indentation_at(text_, list_.begin), "")};
  }

  [[nodiscard]] TextEdit prepend(std::string_view value) const {
    const std::size_t first = elements_.front().begin;
    if (!begins_its_line(text_, first)) return insertion(first, std::string(value) + ", ");
    // Above the comments that lead to the first element: they are about that one.
    return insertion(end_of_line(text_, list_.begin), on_new_line(element_indent(0), value) + ",");
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
  Span list_;
  std::string_view line_end_;
  const std::vector<Span>& elements_;
};

}  // namespace

bool is_blank_around_element(std::string_view text, const WrittenList& list) {
  if (list.elements.size() != 1) return false;
  const Span element = list.elements.front();
  const std::size_t end = end_of_comma(text, element.end).value_or(element.end);
  std::string around(text.substr(list.span.begin + 1, element.begin - list.span.begin - 1));
  around += text.substr(end, list.span.end - 1 - end);
  return around.find_first_not_of(" \t\r\n") == std::string::npos;
}

TextEdit remove_lines(std::string_view text, Span span) {
  const std::size_t first = line_begin(text, span.begin);
  const std::size_t last = end_of_line(text, span.end);
  if (first == 0) return removal(first, last + size_of_line_end(text, last));
  return removal(first - size_of_line_end_before(text, first), last);
}

std::vector<TextEdit> insert_element(std::string_view text, const WrittenList& list, std::size_t index,
                                     std::string_view value, EmptyListBecomes shape) {
  return ListEditor(text, list).insert(index, value, shape);
}

std::vector<TextEdit> remove_element(std::string_view text, const WrittenList& list, std::size_t index) {
  const Span span = list.elements[index];
  const std::optional<std::size_t> comma = end_of_comma(text, span.end);
  const std::size_t end = comma.value_or(span.end);
  const bool is_first = index == 0;
  const std::size_t end_of_previous = is_first ? 0 : list.elements[index - 1].end;
  const bool is_last = index + 1 == list.elements.size();

  if (begins_its_line(text, span.begin) && ends_its_line(text, end)) {
    std::vector<TextEdit> edits = {remove_lines(text, {.begin = span.begin, .end = end})};
    // The list has no trailing comma, and shall have none.
    const auto last_comma = is_first || comma ? std::nullopt : end_of_comma(text, end_of_previous);
    if (last_comma) edits.push_back(removal(*last_comma - 1, *last_comma));
    return edits;
  }
  if (!is_last) {
    const std::size_t next = list.elements[index + 1].begin;
    const bool is_next_on_line = line_begin(text, next) == line_begin(text, span.end);
    if (is_next_on_line || is_first) return {removal(span.begin, next)};
  }
  const bool is_joined =
      !is_first && !has_comment(text.substr(end_of_previous, span.begin - end_of_previous));
  return {is_joined ? removal(end_of_previous, span.end) : removal(span.begin, end)};
}

}  // namespace mlx
