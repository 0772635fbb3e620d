#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/source/python_tokens.h"

namespace mlx {

/// Keywords that no expression has: where one begins a line, brackets were left open.
[[nodiscard]] bool begins_statement_only(Keyword keyword);

enum CharClass : std::uint8_t { kOther, kLetter, kDigit, kSpace, kLineEnd, kQuote };

inline constexpr std::array<std::uint8_t, 256> kCharClasses = [] {
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

/// Letters before a quote that make it a string of another kind.
struct StringPrefix {
  bool is_raw = false;
  bool has_fields = false;  ///< f-string or t-string
};

/// Splits one text: what tokenize_python() does.
class PythonLexer {
 public:
  explicit PythonLexer(std::string_view text);
  [[nodiscard]] PythonTokens run();

 private:
  // Lines, words, numbers and operators: python_tokens.cpp.
  bool begin_line();
  void skip_line_end();
  void skip_comment();
  void lex_one();
  void lex_line_end();
  void lex_word();
  void leave_open_brackets();
  void lex_number();
  void lex_operator();
  char lex_repeatable(char c);

  // Strings: python_lexer_strings.cpp.
  void lex_string(std::size_t begin, StringPrefix prefix);
  [[nodiscard]] bool is_closing(char quote, bool is_triple) const;
  bool skip_plain_string(char quote, bool is_triple);
  bool skip_fields_string(char quote, bool is_triple, bool is_raw);
  bool lex_field(char quote, bool is_triple);
  bool skip_format(char quote, bool is_triple);
  [[nodiscard]] bool field_goes_on() const;

  static std::uint8_t class_of(char c) { return kCharClasses[static_cast<unsigned char>(c)]; }
  static bool is_word(char c) { return class_of(c) == kLetter || class_of(c) == kDigit; }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  void push(TokenKind kind, std::size_t begin, std::size_t end, char operation = 0) {
    result_.tokens.push_back({.kind = kind,
                              .keyword = Keyword::kNone,
                              .operation = operation,
                              .begin = static_cast<std::uint32_t>(begin),
                              .end = static_cast<std::uint32_t>(end)});
  }
  void complain(std::size_t offset, std::string_view problem);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;        ///< open brackets
  std::size_t field_depth_ = 0;  ///< replacement fields around
  bool is_line_start_ = true;
  bool is_first_in_line_ = false;  ///< of a line inside brackets
  std::vector<std::size_t> indents_ = {0};
  PythonTokens result_;
};

}  // namespace mlx
