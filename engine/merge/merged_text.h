#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlx {

/// A part that both sides changed in ways that nobody but a person can join. Whole lines.
struct MergeConflict {
  std::string base;
  std::string ours;
  std::string theirs;

  bool operator==(const MergeConflict&) const = default;
};

/// How what lines leave as a conflict was joined.
enum class MergeStep : std::uint8_t {
  kNeighbours,    ///< statements next to each other that one side changed each
  kLayout,        ///< one side only changed the layout of what the other side edited
  kAtoms,         ///< different places of one statement
  kEntries,       ///< members of one list in brackets, both sides adding or changing some
  kImports,       ///< names of one import
  kAdditions,     ///< definitions or imports that both sides add at one place
  kRemoval,       ///< both sides removed neighbours of each other's changes
  kSameAddition,  ///< both sides added the same
  kWords,         ///< words of one string or comment
  kMoved,         ///< something that one side moved
  kIndentation,   ///< one side put statements into a block or took them out, the other edited them
  kContained,     ///< one side did what the other did, and more
  kVersion,       ///< both sides raised one version
};
[[nodiscard]] std::string_view to_string(MergeStep step);
using MergeSteps = std::set<MergeStep>;
/// `layout, imports`.
[[nodiscard]] std::string to_string(const MergeSteps& steps);

/// How git shows a conflict: `merge` has both sides, `diff3` the base between them; `zdiff3` is that
/// with what both sides begin and end with in common left outside.
enum class ConflictStyle { kMerge, kDiff3, kZdiff3 };

struct ConflictMarkers {
  ConflictStyle style = ConflictStyle::kMerge;
  std::size_t size = 7;
  std::string ours;
  std::string base;
  std::string theirs;
};

/// The result of a merge: text, and conflicts in between.
class MergedText {
 public:
  void append(std::string_view text);
  /// Conflicts that follow each other directly are one.
  void append(MergeConflict conflict);
  void append(MergedText other);

  void note(MergeStep step) { steps_.insert(step); }
  void note(const MergeSteps& steps) { steps_.insert(steps.begin(), steps.end()); }
  [[nodiscard]] const MergeSteps& steps() const { return steps_; }

  [[nodiscard]] bool has_conflicts() const { return conflict_count() != 0; }
  [[nodiscard]] std::size_t conflict_count() const;
  /// Bytes of both sides that are in conflicts.
  [[nodiscard]] std::size_t conflict_size() const;
  /// The text; of conflicts our side.
  [[nodiscard]] std::string text() const;
  /// The text; of conflicts their side.
  [[nodiscard]] std::string text_of_theirs() const;
  /// The text; of conflicts our side, and then theirs.
  [[nodiscard]] std::string with_both_sides() const;
  /// The text with conflicts between markers (gitattributes(5), "Performing a three-way merge"). A marker
  /// stands on a line of its own, with the line end that the conflict has.
  [[nodiscard]] std::string with_markers(const ConflictMarkers& markers) const;

  [[nodiscard]] const std::vector<std::variant<std::string, MergeConflict>>& pieces() const {
    return pieces_;
  }
  bool operator==(const MergedText&) const = default;

 private:
  [[nodiscard]] std::string joined(bool has_ours, bool has_theirs) const;

  std::vector<std::variant<std::string, MergeConflict>> pieces_;
  MergeSteps steps_;
};

[[nodiscard]] MergedText text_only(std::string_view text);

/// Appends with a line end between, if there is none.
void append_lines(MergedText& merged, MergedText more, std::string_view line_end);

}  // namespace mlx
