#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"

namespace mlx::bot {

// Pieces that several texts are made of.

inline constexpr std::size_t kLongestComment = 65'000;  ///< of the 65,536 characters that GitHub takes

/// `1 file`, `2 files`.
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);
/// `a, b and c`.
[[nodiscard]] std::string joined(const std::vector<std::string>& names);
/// A code span for the cell of a table, where a bar would end the cell even in code.
[[nodiscard]] std::string code_cell(std::string_view text);
/// Code cells of them, `a, b and c`.
[[nodiscard]] std::string quoted_names(const std::vector<std::string>& names);
/// A list, the gravest first.
[[nodiscard]] std::string render_findings(const std::vector<Finding>& findings);
/// A message (markdown.h) that ends like a sentence.
[[nodiscard]] std::string sentence(std::string_view text);
/// Where the error is, and what it says, as a sentence.
[[nodiscard]] std::string located(const Error& error);
/// Cut to what a comment may hold, saying that `what` was.
[[nodiscard]] std::string shortened(std::string text, std::string_view what);

/// Pieces one after the other, as far as there is room for them.
class CappedText {
 public:
  explicit CappedText(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  void add(std::string_view piece);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }  ///< how many pieces found no room

 private:
  std::size_t most_bytes_;
  std::string text_;
  std::size_t left_out_ = 0;
};

}  // namespace mlx::bot
