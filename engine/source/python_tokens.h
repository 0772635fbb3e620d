#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"

namespace mlx {

enum class TokenKind : std::uint8_t {
  kName,
  kKeyword,
  kNumber,
  kString,
  kOperator,
  kNewline,
  kIndent,
  kDedent,
  kEnd
};

/// The words that Python reserves. `match`, `case` and `type` are names, as they are to Python's own lexer.
enum class Keyword : std::uint8_t {
  kNone,
  kAnd,
  kAs,
  kAssert,
  kAsync,
  kAwait,
  kBreak,
  kClass,
  kConstant,  ///< `None`, `True`, `False`
  kContinue,
  kDef,
  kDel,
  kElif,
  kElse,
  kExcept,
  kFinally,
  kFor,
  kFrom,
  kGlobal,
  kIf,
  kImport,
  kIn,
  kIs,
  kLambda,
  kNonlocal,
  kNot,
  kOr,
  kPass,
  kRaise,
  kReturn,
  kTry,
  kWhile,
  kWith,
  kYield,
};

/// Which one a word is; kNone for a name.
[[nodiscard]] Keyword keyword_of(std::string_view word);

/// What an operator token is: its character, or one of these for those of several characters.
inline constexpr char kWalrus = 'W';      ///< `:=`
inline constexpr char kArrow = 'R';       ///< `->`
inline constexpr char kPower = 'P';       ///< `**`
inline constexpr char kAugmented = 'A';   ///< `+=` and its like
inline constexpr char kComparison = 'C';  ///< `==`, `!=`, `<=`, `>=`, `<>`
inline constexpr char kEllipsis = 'E';    ///< `...`
inline constexpr char kShift = 'S';       ///< `<<`, `>>`, `//`

struct PythonToken {
  TokenKind kind = TokenKind::kEnd;
  Keyword keyword = Keyword::kNone;
  char operation = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool is(char wanted) const { return operation == wanted; }
  [[nodiscard]] bool is(Keyword wanted) const { return keyword == wanted; }
  [[nodiscard]] bool is_name() const { return kind == TokenKind::kName; }
};

/// What the lexer could not make sense of.
struct LexicalError {
  std::size_t offset = 0;
  std::string_view problem;  ///< `this string has no end`

  bool operator==(const LexicalError&) const = default;
};

/// The tokens of a Python text, logical line by logical line, ended by a kEnd. Comments and blank
/// lines leave none. An f-string is one kString, followed by the tokens of its replacement fields,
/// each field between a `(` and a `)` that are not in the text and are empty.
struct PythonTokens {
  std::vector<PythonToken> tokens;
  std::vector<LexicalError> errors;  ///< the first hundred; the tokens after one are a guess
};

/// Splits a text as Python 3 does ("Lexical analysis" in its language reference). Any text has
/// tokens; Python 2's do too. A statement that begins inside open brackets ends them. The text must
/// be shorter than 4 GiB; bytes of 0x80 and above count as letters, so that any encoding that is a
/// superset of ASCII can be read.
[[nodiscard]] PythonTokens tokenize_python(std::string_view text);

/// What a kString says, if it is plain text: no `f`, `t` or `b` prefix. Escapes are resolved; an
/// unknown or broken escape stays as it is written, named ones (`\N{…}`) too.
[[nodiscard]] bool is_text_literal(std::string_view literal);
[[nodiscard]] std::string decode_text_literal(std::string_view literal);

}  // namespace mlx
