#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace mlx::cli {

/// A row: short cells, and one text that says more.
struct TableRow {
  std::vector<std::string> cells;
  std::string text;
  std::vector<std::string> notes;  ///< each on a line of its own below
};

/// Columns side by side under their headings. The text is the last column if there is room for
/// it, else it stands below its row, on as many lines as it needs. Ends with a line end.
[[nodiscard]] std::string table(const std::vector<std::string>& headings, const std::vector<TableRow>& rows,
                                const Output& output);

}  // namespace mlx::cli
