#include "engine/base/text_edit.h"

#include <algorithm>

namespace mlx {

Result<std::string> apply_edits(std::string_view text, std::vector<TextEdit> edits) {
  std::ranges::stable_sort(edits, [](const TextEdit& a, const TextEdit& b) {
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end < b.span.end;
  });
  std::string result;
  std::size_t position = 0;
  for (const TextEdit& edit : edits) {
    if (edit.span.end < edit.span.begin || edit.span.end > text.size()) {
      return fail(ErrorCode::kInvalidInput, "an edit lies outside the text");
    }
    if (edit.span.begin < position) return fail(ErrorCode::kConflict, "two edits of one text overlap");
    result += text.substr(position, edit.span.begin - position);
    result += edit.replacement;
    position = edit.span.end;
  }
  result += text.substr(position);
  return result;
}

LineColumn line_column(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto newline = before.rfind('\n');
  return {.line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
          .column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline};
}

std::string_view line_end(std::string_view text) {
  const auto newline = text.find('\n');
  return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r' ? "\r\n" : "\n";
}

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

TextEdit insertion(std::size_t offset, std::string text) {
  return {.span = {.begin = offset, .end = offset}, .replacement = std::move(text)};
}

TextEdit removal(std::size_t begin, std::size_t end) {
  return {.span = {.begin = begin, .end = end}, .replacement = {}};
}

}  // namespace mlx
