#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/merge/merged_text.h"

namespace mlx {

/// An element of one version: its text up to where its comma stands, and what follows that on its line.
struct DataPiece {
  std::string body;
  std::string rest;
};

/// What an element of data became, or several that nobody can tell apart.
struct DataPart {
  MergedText lead;  ///< blank lines and comments above
  MergedText body;
  std::string rest;
  bool is_conflict = false;
  std::vector<DataPiece> base;  ///< of a conflict
  std::vector<DataPiece> ours;
  std::vector<DataPiece> theirs;
};

struct PartsLayout {
  bool has_commas = false;
  bool ends_with_comma = false;
  std::string_view line_end = "\n";
};

/// The parts one after the other, with commas where they belong. A conflict whose side leaves nothing at the
/// end takes in the part before it, whose comma depends on it.
[[nodiscard]] MergedText joined_parts(std::vector<DataPart> parts, const PartsLayout& layout);

/// Puts the dash of an item, with its indentation, before its first line that is no comment; nothing if a
/// side has no such line.
[[nodiscard]] std::optional<MergedText> with_dash(const MergedText& children, std::string_view dash);

}  // namespace mlx
