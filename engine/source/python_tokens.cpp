#include "engine/source/python_tokens.h"

#include <limits>
#include <stdexcept>

#include "engine/source/python_lexer.h"

namespace mlx {
namespace {

constexpr std::size_t kMostErrors = 100;  // more say nothing new

/// `r`, `b`, `f`, `t`, `u`, or `r` with one of the first three others.
bool read_prefix(std::string_view word, StringPrefix& prefix) {
  if (word.size() > 2) return false;
  std::size_t kinds = 0;
  bool is_unicode = false;
  for (const char c : word) {
    const char letter = static_cast<char>(c | 0x20);
    if (letter == 'r') {
      if (prefix.is_raw) return false;
      prefix.is_raw = true;
    } else if (letter == 'b' || letter == 'f' || letter == 't' || letter == 'u') {
      ++kinds;
      prefix.has_fields = letter == 'f' || letter == 't';
      is_unicode = letter == 'u';
    } else {
      return false;
    }
  }
  return kinds < 2 && !(is_unicode && prefix.is_raw);
}

}  // namespace

PythonLexer::PythonLexer(std::string_view text) : text_(text) {
  result_.tokens.reserve(text.size() / 4 + 8);
  if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
}

PythonTokens PythonLexer::run() {
  while (at_ < text_.size()) {
    if (is_line_start_ && !begin_line()) continue;
    lex_one();
  }
  if (depth_ > 0) complain(text_.size(), "a bracket is not closed");
  if (!result_.tokens.empty() && result_.tokens.back().kind != TokenKind::kNewline && !is_line_start_) {
    push(TokenKind::kNewline, at_, at_);
  }
  for (; indents_.size() > 1; indents_.pop_back()) push(TokenKind::kDedent, at_, at_);
  push(TokenKind::kEnd, at_, at_);
  return std::move(result_);
}

void PythonLexer::complain(std::size_t offset, std::string_view problem) {
  if (result_.errors.size() < kMostErrors) result_.errors.push_back({.offset = offset, .problem = problem});
}

void PythonLexer::skip_line_end() {
  if (peek() == '\r' && peek(1) == '\n') ++at_;
  ++at_;
}

/// At the start of a line outside brackets: passes over a blank one (false), else opens and
/// closes blocks by its indentation.
bool PythonLexer::begin_line() {
  std::size_t column = 0;
  for (; class_of(peek()) == kSpace; ++at_) {
    if (peek() == ' ') ++column;
    if (peek() == '\t') column = (column / 8 + 1) * 8;
    if (peek() == '\f') column = 0;
  }
  if (at_ >= text_.size()) return false;
  if (class_of(peek()) == kLineEnd) {
    skip_line_end();
    return false;
  }
  if (peek() == '#') {
    skip_comment();
    return false;
  }
  is_line_start_ = false;
  if (column > indents_.back()) {
    indents_.push_back(column);
    push(TokenKind::kIndent, at_, at_);
    return true;
  }
  while (column < indents_.back()) {
    indents_.pop_back();
    push(TokenKind::kDedent, at_, at_);
  }
  if (column != indents_.back()) {
    complain(at_, "this line is indented like none before it");
  }
  return true;
}

void PythonLexer::skip_comment() {
  while (at_ < text_.size() && class_of(peek()) != kLineEnd) ++at_;
}

void PythonLexer::lex_one() {
  const char c = peek();
  switch (class_of(c)) {
    case kLetter: return lex_word();
    case kDigit: return lex_number();
    case kSpace: ++at_; return;
    case kQuote: return lex_string(at_, {});
    case kLineEnd: return lex_line_end();
    default: break;
  }
  if (c == '#') return skip_comment();
  if (c == '\\' && class_of(peek(1)) == kLineEnd) {
    ++at_;
    return skip_line_end();
  }
  if (c == '.' && class_of(peek(1)) == kDigit) return lex_number();
  lex_operator();
}

void PythonLexer::lex_line_end() {
  const std::size_t begin = at_;
  skip_line_end();
  if (depth_ > 0) {
    is_first_in_line_ = true;
    return;
  }
  push(TokenKind::kNewline, begin, at_);
  is_line_start_ = true;
}

void PythonLexer::lex_word() {
  const std::size_t begin = at_;
  while (is_word(peek())) ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);
  StringPrefix prefix;
  if (class_of(peek()) == kQuote && read_prefix(word, prefix)) return lex_string(begin, prefix);
  const Keyword keyword = keyword_of(word);
  if (depth_ > 0 && is_first_in_line_ && begins_statement_only(keyword) && field_depth_ == 0) {
    at_ = begin;
    return leave_open_brackets();
  }
  is_first_in_line_ = false;
  push(keyword == Keyword::kNone ? TokenKind::kName : TokenKind::kKeyword, begin, at_);
  result_.tokens.back().keyword = keyword;
}

/// A statement has begun although brackets are open: go on as if they had been closed.
void PythonLexer::leave_open_brackets() {
  complain(at_, "a bracket is not closed before this statement");
  depth_ = 0;
  is_first_in_line_ = false;
  push(TokenKind::kNewline, at_, at_);
  while (at_ > 0 && class_of(text_[at_ - 1]) == kSpace) --at_;
  is_line_start_ = true;
}

void PythonLexer::lex_number() {
  const std::size_t begin = at_;
  is_first_in_line_ = false;
  const char kind = static_cast<char>(peek(1) | 0x20);
  if (peek() == '0' && (kind == 'x' || kind == 'o' || kind == 'b')) {
    while (is_word(peek())) ++at_;
    if ((text_[at_ - 1] | 0x20) == 'l') complain(begin, "this number is Python 2's");
    return push(TokenKind::kNumber, begin, at_);
  }
  const auto decimal = [this] {
    while (class_of(peek()) == kDigit || (peek() == '_' && class_of(peek(1)) == kDigit)) ++at_;
  };
  decimal();
  if (peek() == '.') {
    ++at_;
    decimal();
  }
  const bool is_signed = peek(1) == '+' || peek(1) == '-';
  if ((peek() | 0x20) == 'e' && class_of(peek(is_signed ? 2 : 1)) == kDigit) {
    at_ += is_signed ? 2 : 1;
    decimal();
  }
  const char suffix = static_cast<char>(peek() | 0x20);
  const std::string_view digits = text_.substr(begin, at_ - begin);
  const bool is_octal = digits.size() > 1 && digits.front() == '0' && suffix != 'j' &&
                        digits.find_first_not_of("01234567") == std::string_view::npos &&
                        digits.find_first_not_of('0') != std::string_view::npos;
  if (suffix == 'l' || is_octal) complain(begin, "this number is Python 2's");
  if (suffix == 'j' || suffix == 'l') ++at_;
  push(TokenKind::kNumber, begin, at_);
}

void PythonLexer::lex_operator() {
  const std::size_t begin = at_;
  const char c = peek();
  is_first_in_line_ = false;
  ++at_;
  char operation = c;
  switch (c) {
    case '(':
    case '[':
    case '{': ++depth_; break;
    case ')':
    case ']':
    case '}':
      if (depth_ > 0) {
        --depth_;
      } else {
        complain(begin, "this bracket was not opened");
      }
      break;
    case ':': operation = take('=') ? kWalrus : c; break;
    case '.':
      if (peek() == '.' && peek(1) == '.') {
        at_ += 2;
        operation = kEllipsis;
      }
      break;
    case '=': operation = take('=') ? kComparison : c; break;
    case '!':
      if (!take('=')) complain(begin, "Python has no such character");
      operation = kComparison;
      break;
    case '-': operation = take('>') ? kArrow : take('=') ? kAugmented : c; break;
    case '+':
    case '%':
    case '&':
    case '|':
    case '^':
    case '@': operation = take('=') ? kAugmented : c; break;
    case '*':
      if (take('*')) operation = kPower;
      if (take('=')) operation = kAugmented;
      break;
    case '/':
    case '<':
    case '>': operation = lex_repeatable(c); break;
    case ',':
    case ';':
    case '~': break;
    case '`': complain(begin, "this is Python 2"); break;
    default: complain(begin, "Python has no such character"); break;
  }
  push(TokenKind::kOperator, begin, at_, operation);
}

char PythonLexer::lex_repeatable(char c) {
  if (take(c)) return take('=') ? kAugmented : kShift;
  if (c == '<' && take('>')) {
    complain(at_ - 2, "this is Python 2");
    return kComparison;
  }
  if (take('=')) return c == '/' ? kAugmented : kComparison;
  return c == '/' ? '/' : kComparison;
}

PythonTokens tokenize_python(std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error("a text of 4 GiB or more cannot be read");
  }
  return PythonLexer(text).run();
}

}  // namespace mlx
