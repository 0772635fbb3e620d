#include "engine/merge/three_way_merge.h"

#include "engine/merge/merge_checks.h"
#include "engine/merge/outline.h"
#include "engine/merge/tree_merge.h"
#include "engine/source/syntax_tree.h"

// How a merge goes.
//
// 1. Lines (line_merge). What git merges cleanly is merged as git does, and nothing else is looked at, unless
// the
//    result is not sound.
// 2. Outlines (outline). Where lines conflict, each version becomes a tree of statements: a statement has its
//    lead (blank lines, comments above it), a header made of atoms (tokens), and children.
// 3. Matching (list_merge). From the root down, the statements of the base are found in both sides: what says
// the
//    same in order, then by name, then by likeness between the same neighbours. Three lists become one: ours,
//    with what theirs added, moved and removed.
// 4. Statements (tree_merge). One that only one side changed is taken from there, whatever the other side's
//    formatter did to it. One that both changed is merged by lines, then by its parts, then by its atoms
//    (statement_merge), where brackets are lists again.
// 5. Checks (merge_checks). The result is parsed; nothing may be defined twice that was not, and every change
// of
//    each side must be in it. Failing that, or with nothing won, the conflict of the lines is shown.
//
// Text is only ever cut and put together, never printed anew: what nobody changed keeps its layout to the
// byte.

namespace mlx {
namespace {

/// Larger texts are merged by lines: a tree of a generated file says little.
constexpr std::size_t kLargestTree = 4U << 20U;

bool parses(std::string_view text) { return !SyntaxTree::parse(Language::kPython, text).has_errors(); }

/// The three versions as they are: for what may not be joined although its lines could.
MergedText whole_conflict(const MergeInput& input) {
  MergedText merged;
  merged.append(MergeConflict{
      .base = std::string(input.base), .ours = std::string(input.ours), .theirs = std::string(input.theirs)});
  return merged;
}

class PythonMerger {
 public:
  explicit PythonMerger(const MergeInput& input) : input_(input) {}

  MergedText run(MergedText lines) {
    read();
    if (!base_.is_sound || !ours_.is_sound || !theirs_.is_sound) return lines;
    if (!lines.has_conflicts() && is_sound(lines.text(), false)) return lines;
    MergedText tree = merge_trees(base_, ours_, theirs_);
    if (!tree.has_conflicts()) {
      if (is_sound(tree.text(), true)) return tree;
      return lines.has_conflicts() ? lines : whole_conflict(input_);
    }
    if (!lines.has_conflicts()) return whole_conflict(input_);
    return tree.conflict_size() < lines.conflict_size() && has_all(tree) ? tree : lines;
  }

 private:
  void read() {
    base_ = outline_python(input_.base, symbols_);
    ours_ = outline_python(input_.ours, symbols_);
    theirs_ = outline_python(input_.theirs, symbols_);
  }

  /// Has a merge with conflicts all that both sides added?
  bool has_all(const MergedText& merged) {
    const std::string text = merged.with_both_sides();
    return has_all_changes(base_, ours_, theirs_, outline_python(text, symbols_), ChangeCount::kAtLeast);
  }

  /// Is this as sound as the three versions are?
  bool is_sound(const std::string& text, bool counts_changes) {
    const Outline result = outline_python(text, symbols_);
    if (!result.is_sound || defines_twice(base_, ours_, theirs_, result)) return false;
    if (counts_changes && !has_all_changes(base_, ours_, theirs_, result, ChangeCount::kExact)) return false;
    if (counts_changes && uses_removed_name(base_, ours_, theirs_, result)) return false;
    if (has_wrong_arguments(result) && !has_wrong_arguments(ours_) && !has_wrong_arguments(theirs_))
      return false;
    return parses(text) || !parses(input_.ours) || !parses(input_.theirs) || !parses(input_.base);
  }

  MergeInput input_;
  SymbolTable symbols_;
  Outline base_;
  Outline ours_;
  Outline theirs_;
};

}  // namespace

MergeLanguage merge_language_of(std::string_view path) {
  return path.ends_with(".py") || path.ends_with(".pyi") ? MergeLanguage::kPython : MergeLanguage::kText;
}

MergedText merge_three_ways(const MergeInput& input, MergeLanguage language) {
  MergedText lines = merge_lines(input);
  const bool is_one_sided =
      input.base == input.ours || input.base == input.theirs || input.ours == input.theirs;
  if (is_one_sided) return lines;
  const bool is_small = input.base.size() + input.ours.size() + input.theirs.size() <= kLargestTree;
  if (language == MergeLanguage::kText || !is_small) return lines;
  return PythonMerger(input).run(std::move(lines));
}

}  // namespace mlx
