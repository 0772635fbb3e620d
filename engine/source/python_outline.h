#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/source/python_calls.h"
#include "engine/source/python_module.h"
#include "engine/source/python_token_view.h"

namespace mlx {

/// A statement with a block below it.
struct PythonBlock {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  Keyword keyword =
      Keyword::kNone;          ///< `def` (async or not), `class`, `for`, `while`, `try`, `except`, `if`, …
  TokenRange header;           ///< from the keyword to the colon
  TokenRange body;             ///< behind the colon
  std::size_t parent = kNone;  ///< the block around it
};

/// `path[key] = value`, as a statement.
struct PythonItemSet {
  TokenRange path;
  TokenRange key;
  TokenRange value;
};

/// What is kept of one file while it is read, for what is found once all of it is known.
struct PythonOutline {
  const PythonTokenView* view = nullptr;
  const PythonNames* names = nullptr;
  std::vector<PythonBlock> blocks;  ///< in the order of their headers
  std::vector<PythonItemSet> item_sets;
  std::vector<std::uint32_t> use_tokens;  ///< where each of PythonModule::uses stands
  std::vector<std::uint32_t> literals;    ///< strings that something is set to

  /// The nearest block around `block` (which may be itself) that begins with the keyword, or kNone.
  [[nodiscard]] std::size_t nearest(std::size_t block, Keyword keyword) const;
  /// The function whose code the token is, or kNone.
  [[nodiscard]] std::size_t function_at(std::size_t token) const;
  /// `Store.get`, of a function or class.
  [[nodiscard]] std::string qualified_name(std::size_t block) const;
  /// The name of a function or class by itself.
  [[nodiscard]] std::string_view name(std::size_t block) const;

  [[nodiscard]] bool has_word(TokenRange range, std::string_view word) const;
  /// Is there a name in the range that contains one of the parts, whatever its case?
  [[nodiscard]] bool has_name_with(TokenRange range, std::initializer_list<std::string_view> parts) const;
  [[nodiscard]] bool has_keyword(TokenRange range, Keyword keyword) const;
};

/// Does the text contain one of the parts? Those are in lower case; the text's case does not matter.
[[nodiscard]] bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts);

}  // namespace mlx
