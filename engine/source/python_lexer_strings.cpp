#include <algorithm>

#include "engine/source/python_lexer.h"

namespace mlx {
namespace {

constexpr std::size_t kDeepestField = 64;

}  // namespace

/// From the prefix or quote at `begin`; at_ is at the quote.
void PythonLexer::lex_string(std::size_t begin, StringPrefix prefix) {
  is_first_in_line_ = false;
  const char quote = peek();
  const bool is_triple = peek(1) == quote && peek(2) == quote;
  at_ += is_triple ? 3 : 1;
  const std::size_t token = result_.tokens.size();
  push(TokenKind::kString, begin, at_);
  const bool is_closed = prefix.has_fields ? skip_fields_string(quote, is_triple, prefix.is_raw)
                                           : skip_plain_string(quote, is_triple);
  if (!is_closed) complain(begin, "this string has no end");
  result_.tokens[token].end = static_cast<std::uint32_t>(at_);
}

bool PythonLexer::is_closing(char quote, bool is_triple) const {
  return peek() == quote && (!is_triple || (peek(1) == quote && peek(2) == quote));
}

bool PythonLexer::skip_plain_string(char quote, bool is_triple) {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\\') {
      ++at_;
      if (at_ < text_.size()) skip_line_end();
    } else if (c == quote && is_closing(quote, is_triple)) {
      at_ += is_triple ? 3 : 1;
      return true;
    } else if (!is_triple && class_of(c) == kLineEnd) {
      return false;
    } else {
      ++at_;
    }
  }
  return false;
}

bool PythonLexer::skip_fields_string(char quote, bool is_triple, bool is_raw) {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\\') {
      const bool is_named = !is_raw && peek(1) == 'N' && peek(2) == '{';
      if (is_named) {
        while (at_ < text_.size() && peek() != '}' && class_of(peek()) != kLineEnd) ++at_;
        continue;
      }
      ++at_;
      if (peek() != '{' && peek() != '}' && at_ < text_.size()) skip_line_end();
    } else if (is_closing(quote, is_triple)) {
      at_ += is_triple ? 3 : 1;
      return true;
    } else if (!is_triple && class_of(c) == kLineEnd) {
      return false;
    } else if (c == '{' && peek(1) == '{') {
      at_ += 2;
    } else if (c == '{') {
      if (!lex_field(quote, is_triple)) return false;
    } else {
      ++at_;
    }
  }
  return false;
}

/// A replacement field, from its `{` to behind its `}`.
bool PythonLexer::lex_field(char quote, bool is_triple) {
  if (field_depth_ >= kDeepestField) return false;
  ++field_depth_;
  ++at_;
  push(TokenKind::kOperator, at_, at_, '(');
  const std::size_t outer_depth = depth_;
  ++depth_;
  bool is_closed = false;
  while (at_ < text_.size() && !is_closed) {
    const bool is_outermost = depth_ == outer_depth + 1;
    if (is_outermost && peek() == '}') {
      is_closed = true;
    } else if (is_outermost && peek() == '!' && peek(1) != '=') {
      at_ = std::min(at_ + 2, text_.size());
    } else if (is_outermost && peek() == ':') {
      is_closed = skip_format(quote, is_triple);
      if (!is_closed) break;
    } else if (is_outermost && (peek() == ')' || peek() == ']')) {
      break;
    } else if (!is_triple && class_of(peek()) == kLineEnd && is_outermost) {
      if (!field_goes_on()) break;
      while (class_of(peek()) == kSpace || class_of(peek()) == kLineEnd) ++at_;
    } else {
      lex_one();
    }
  }
  depth_ = outer_depth;
  --field_depth_;
  push(TokenKind::kOperator, at_, at_, ')');
  if (is_closed) ++at_;
  return is_closed;
}

/// Fields may reach over lines since Python 3.12. In a string of one line that is only believed where
/// an operand is missing before the line's end, or the field ends on the next one: whoever forgot the
/// bracket should not lose the rest of the file.
bool PythonLexer::field_goes_on() const {
  const PythonToken& last = result_.tokens.back();
  const bool wants_more = last.kind == TokenKind::kOperator && last.operation != ')' &&
                          last.operation != ']' && last.operation != '}' && last.operation != kEllipsis;
  if (wants_more) return true;
  const std::size_t next = text_.find_first_not_of(" \t\f\r\n", at_);
  return next != std::string_view::npos && text_[next] == '}';
}

/// From the `:` of a format to its `}`, over the fields in it.
bool PythonLexer::skip_format(char quote, bool is_triple) {
  while (at_ < text_.size() && peek() != '}') {
    if (peek() == '{') {
      if (!lex_field(quote, is_triple)) return false;
    } else if (is_closing(quote, is_triple) || (!is_triple && class_of(peek()) == kLineEnd)) {
      return false;
    } else {
      ++at_;
    }
  }
  return at_ < text_.size();
}

}  // namespace mlx
