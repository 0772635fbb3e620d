#include "engine/source/python_tokens.h"

#include <array>
#include <limits>
#include <stdexcept>

namespace mlx {
namespace {

struct NamedKeyword {
  std::string_view name;
  Keyword keyword;
};

// By length, from 2 to 8; no word of another length is a keyword.
constexpr std::array kKeywords = {NamedKeyword{"as", Keyword::kAs},
                                  NamedKeyword{"if", Keyword::kIf},
                                  NamedKeyword{"in", Keyword::kIn},
                                  NamedKeyword{"is", Keyword::kIs},
                                  NamedKeyword{"or", Keyword::kOr},
                                  NamedKeyword{"and", Keyword::kAnd},
                                  NamedKeyword{"def", Keyword::kDef},
                                  NamedKeyword{"del", Keyword::kDel},
                                  NamedKeyword{"for", Keyword::kFor},
                                  NamedKeyword{"not", Keyword::kNot},
                                  NamedKeyword{"try", Keyword::kTry},
                                  NamedKeyword{"None", Keyword::kConstant},
                                  NamedKeyword{"True", Keyword::kConstant},
                                  NamedKeyword{"elif", Keyword::kElif},
                                  NamedKeyword{"else", Keyword::kElse},
                                  NamedKeyword{"from", Keyword::kFrom},
                                  NamedKeyword{"pass", Keyword::kPass},
                                  NamedKeyword{"with", Keyword::kWith},
                                  NamedKeyword{"False", Keyword::kConstant},
                                  NamedKeyword{"async", Keyword::kAsync},
                                  NamedKeyword{"await", Keyword::kAwait},
                                  NamedKeyword{"break", Keyword::kBreak},
                                  NamedKeyword{"class", Keyword::kClass},
                                  NamedKeyword{"raise", Keyword::kRaise},
                                  NamedKeyword{"while", Keyword::kWhile},
                                  NamedKeyword{"yield", Keyword::kYield},
                                  NamedKeyword{"assert", Keyword::kAssert},
                                  NamedKeyword{"except", Keyword::kExcept},
                                  NamedKeyword{"global", Keyword::kGlobal},
                                  NamedKeyword{"import", Keyword::kImport},
                                  NamedKeyword{"lambda", Keyword::kLambda},
                                  NamedKeyword{"return", Keyword::kReturn},
                                  NamedKeyword{"finally", Keyword::kFinally},
                                  NamedKeyword{"continue", Keyword::kContinue},
                                  NamedKeyword{"nonlocal", Keyword::kNonlocal}};
constexpr std::array<std::uint8_t, 10> kFirstOfLength = {0, 0, 0, 5, 11, 18, 26, 32, 33, 35};

Keyword keyword_of(std::string_view word) {
  if (word.size() < 2 || word.size() > 8) return Keyword::kNone;
  for (std::size_t i = kFirstOfLength.at(word.size()); i < kFirstOfLength.at(word.size() + 1); ++i) {
    if (kKeywords[i].name == word) return kKeywords[i].keyword;
  }
  return Keyword::kNone;
}

/// Keywords that no expression has: where one begins a line, brackets were left open.
bool begins_statement_only(Keyword keyword) {
  switch (keyword) {
    case Keyword::kAssert:
    case Keyword::kBreak:
    case Keyword::kClass:
    case Keyword::kContinue:
    case Keyword::kDef:
    case Keyword::kDel:
    case Keyword::kGlobal:
    case Keyword::kImport:
    case Keyword::kNonlocal:
    case Keyword::kPass:
    case Keyword::kRaise:
    case Keyword::kReturn:
    case Keyword::kTry:
    case Keyword::kWhile:
    case Keyword::kWith: return true;
    default: return false;
  }
}

enum CharClass : std::uint8_t { kOther, kLetter, kDigit, kSpace, kLineEnd, kQuote };

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    if (is_letter) classes.at(c) = kLetter;
    if (c >= '0' && c <= '9') classes.at(c) = kDigit;
  }
  classes[' '] = classes['\t'] = classes['\f'] = kSpace;
  classes['\n'] = classes['\r'] = kLineEnd;
  classes['"'] = classes['\''] = kQuote;
  return classes;
}();

std::uint8_t class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }
bool is_word(char c) { return class_of(c) == kLetter || class_of(c) == kDigit; }

/// Letters before a quote that make it a string of another kind.
struct StringPrefix {
  bool is_raw = false;
  bool is_bytes = false;
  bool has_fields = false;  ///< f-string or t-string
};

bool read_prefix(std::string_view word, StringPrefix& prefix) {
  if (word.size() > 2) return false;
  for (const char c : word) {
    switch (c) {
      case 'r':
      case 'R': prefix.is_raw = true; break;
      case 'b':
      case 'B': prefix.is_bytes = true; break;
      case 'f':
      case 'F':
      case 't':
      case 'T': prefix.has_fields = true; break;
      case 'u':
      case 'U': break;
      default: return false;
    }
  }
  return true;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {
    result_.tokens.reserve(text.size() / 4 + 8);
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  PythonTokens run() {
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

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void push(TokenKind kind, std::size_t begin, std::size_t end, char operation = 0) {
    result_.tokens.push_back({.kind = kind,
                              .keyword = Keyword::kNone,
                              .operation = operation,
                              .begin = static_cast<std::uint32_t>(begin),
                              .end = static_cast<std::uint32_t>(end)});
  }

  void complain(std::size_t offset, std::string_view problem) {
    result_.errors.push_back({.offset = offset, .problem = problem});
  }

  void skip_line_end() {
    if (peek() == '\r' && peek(1) == '\n') ++at_;
    ++at_;
  }

  /// At the start of a line outside brackets: passes over a blank one (false), else opens and
  /// closes blocks by its indentation.
  bool begin_line() {
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

  void skip_comment() {
    while (at_ < text_.size() && class_of(peek()) != kLineEnd) ++at_;
  }

  void lex_one() {
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

  void lex_line_end() {
    const std::size_t begin = at_;
    skip_line_end();
    if (depth_ > 0) {
      is_first_in_line_ = true;
      return;
    }
    push(TokenKind::kNewline, begin, at_);
    is_line_start_ = true;
  }

  void lex_word() {
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
  void leave_open_brackets() {
    complain(at_, "a bracket is not closed before this statement");
    depth_ = 0;
    is_first_in_line_ = false;
    push(TokenKind::kNewline, at_, at_);
    while (at_ > 0 && class_of(text_[at_ - 1]) == kSpace) --at_;
    is_line_start_ = true;
  }

  void skip_digits() {
    while (is_word(peek())) ++at_;
  }

  void lex_number() {
    const std::size_t begin = at_;
    is_first_in_line_ = false;
    const char kind = static_cast<char>(peek(1) | 0x20);
    if (peek() == '0' && (kind == 'x' || kind == 'o' || kind == 'b')) {
      skip_digits();
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

  /// From the prefix or quote at `begin`; at_ is at the quote.
  void lex_string(std::size_t begin, StringPrefix prefix) {
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

  [[nodiscard]] bool is_closing(char quote, bool is_triple) const {
    return peek() == quote && (!is_triple || (peek(1) == quote && peek(2) == quote));
  }

  bool skip_plain_string(char quote, bool is_triple) {
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

  bool skip_fields_string(char quote, bool is_triple, bool is_raw) {
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
  bool lex_field(char quote, bool is_triple) {
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
        at_ += 2;
      } else if (is_outermost && peek() == ':') {
        is_closed = skip_format(quote, is_triple);
        if (!is_closed) break;
      } else if (!is_triple && class_of(peek()) == kLineEnd && outer_depth == 0 && is_outermost) {
        break;
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

  /// From the `:` of a format to its `}`, over the fields in it.
  bool skip_format(char quote, bool is_triple) {
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

  void lex_operator() {
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
      case '~':
      case '`': break;
      default: complain(begin, "Python has no such character"); break;
    }
    push(TokenKind::kOperator, begin, at_, operation);
  }

  char lex_repeatable(char c) {
    if (take(c)) return take('=') ? kAugmented : kShift;
    if (c == '<' && take('>')) return kComparison;
    if (take('=')) return c == '/' ? kAugmented : kComparison;
    return c == '/' ? '/' : kComparison;
  }

  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }

  static constexpr std::size_t kDeepestField = 64;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t field_depth_ = 0;
  bool is_line_start_ = true;
  bool is_first_in_line_ = false;
  std::vector<std::size_t> indents_ = {0};
  PythonTokens result_;
};

}  // namespace

PythonTokens tokenize_python(std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error("a text of 4 GiB or more cannot be read");
  }
  return Lexer(text).run();
}

}  // namespace mlx
