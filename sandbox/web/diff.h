#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sandbox/git/git_store.h"

namespace mlx::sandbox::web {

/// A line of a file in a diff; `side` as in review comments: "LEFT" before the change, "RIGHT" after it.
struct DiffPlace {
  std::string path;
  std::string side;
  int line = 0;
  auto operator<=>(const DiffPlace&) const = default;
};

/// What is shown below lines of a diff, as HTML.
using DiffNotes = std::map<DiffPlace, std::string>;

/// The files with their hunks, and what there is to say of their lines.
[[nodiscard]] std::string diff_html(const std::vector<FileChange>& files, const DiffNotes& notes = {});

/// A hunk, or the last lines of one, as a table.
[[nodiscard]] std::string hunk_html(std::string_view hunk, std::size_t most_lines);

/// One row: its kind is "add", "del", "hunk", "muted" or nothing; the line numbers may be empty.
[[nodiscard]] std::string diff_row(std::string_view kind, const std::string& before, const std::string& after,
                                   std::string_view text);

}  // namespace mlx::sandbox::web
