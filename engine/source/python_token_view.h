#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/source/python_tokens.h"

namespace mlx {

/// Tokens [begin, end), by index.
struct TokenRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool is_empty() const { return begin >= end; }
  [[nodiscard]] std::size_t size() const { return is_empty() ? 0 : end - begin; }
};

struct PythonArgument {
  std::string_view name;  ///< of a keyword argument, else empty
  TokenRange value;
};

/// The tokens of a text with what one asks of them. Refers to both, which must outlive it.
class PythonTokenView {
 public:
  PythonTokenView(std::string_view text, const std::vector<PythonToken>& tokens);

  [[nodiscard]] const PythonToken& at(std::size_t i) const {
    return tokens_[i < tokens_.size() ? i : tokens_.size() - 1];
  }
  [[nodiscard]] std::string_view text(std::size_t i) const {
    return text_.substr(at(i).begin, at(i).end - at(i).begin);
  }
  [[nodiscard]] bool is_word(std::size_t i, std::string_view word) const {
    return at(i).is_name() && text(i) == word;
  }

  /// The bracket that closes the one at `open`, or `end` if it is not closed before.
  [[nodiscard]] std::size_t closing(std::size_t open, std::size_t end) const {
    return open < partners_.size() && partners_[open] < end ? partners_[open] : end;
  }

  /// The first token from `range` that is this operator outside of brackets and of the
  /// parameters of a lambda; range.end if there is none.
  [[nodiscard]] std::size_t find(TokenRange range, char operation) const;
  [[nodiscard]] std::size_t find(TokenRange range, Keyword keyword) const;
  /// The parts between such operators; none for an empty range, and no empty part at the end.
  [[nodiscard]] std::vector<TokenRange> split(TokenRange range, char operation) const;

  /// The end of the dotted path `a.b.c` that begins with the name at `i`.
  [[nodiscard]] std::size_t end_of_path(std::size_t i, std::size_t end) const;
  /// The text of a dotted path, without spaces.
  [[nodiscard]] std::string path(TokenRange range) const;

  /// The arguments between the bracket at `open` and the one that closes it, which must be there.
  [[nodiscard]] std::vector<PythonArgument> arguments(std::size_t open, std::size_t close) const;

  /// The value of a range that is one plain string, or several in a row.
  [[nodiscard]] std::optional<std::string> string(TokenRange range) const;
  /// The strings of a list, tuple or set of plain strings; nothing if it is something else.
  [[nodiscard]] std::optional<std::vector<std::string>> strings(TokenRange range) const;

  /// The range on one line: without comments, and with one space where there was any.
  [[nodiscard]] std::string one_line(TokenRange range) const;

 private:
  std::string_view text_;
  const std::vector<PythonToken>& tokens_;
  /// For each opening bracket the one that closes it, or kUnclosed; brackets are looked up so often
  /// that counting through nested ones each time would be quadratic.
  std::vector<std::uint32_t> partners_;
};

[[nodiscard]] inline bool opens(const PythonToken& token) {
  return token.is('(') || token.is('[') || token.is('{');
}
[[nodiscard]] inline bool closes(const PythonToken& token) {
  return token.is(')') || token.is(']') || token.is('}');
}

/// Names that an assignment to these targets binds: `a, (b, *c)` but not `d.e` or `f[0]`.
void append_bound_names(const PythonTokenView& view, TokenRange targets,
                        std::vector<std::string_view>& names);
/// Names that a `case` with this pattern binds.
void append_captured_names(const PythonTokenView& view, TokenRange pattern,
                           std::vector<std::string_view>& names);

}  // namespace mlx
