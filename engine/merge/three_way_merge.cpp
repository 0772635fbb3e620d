#include "engine/merge/three_way_merge.h"

#include <algorithm>

#include "engine/merge/contained_change.h"
#include "engine/merge/data_merge.h"
#include "engine/merge/indentation_change.h"
#include "engine/merge/indentation_unit.h"
#include "engine/merge/merge_checks.h"
#include "engine/merge/outline.h"
#include "engine/merge/text_marks.h"
#include "engine/merge/tree_merge.h"
#include "engine/merge/version_change.h"
#include "engine/source/syntax_tree.h"

// How a merge goes.
//
// 1. Lines (line_merge). What git merges cleanly is merged as git does, and nothing else is looked at, unless
//    the result is not sound.
//    Where they conflict and one side indents all blocks by another unit (indentation_unit), the others are
//    indented so too before anything is compared.
// 2. Outlines (outline). Where lines conflict, each version becomes a tree of statements: a statement has its
//    lead (blank lines, comments above it), a header made of atoms (tokens), and children.
// 3. Matching (list_merge). From the root down, the statements of the base are found in both sides: what
//    says the same in order, then by name, then by likeness between the same neighbours. Three lists become
//    one: ours, with what theirs added, moved and removed.
// 4. Statements (tree_merge). One that only one side changed is taken from there, whatever the other side's
//    formatter did to it. One that both changed is merged by lines, then by its parts, then by its atoms
//    (statement_merge), where brackets are lists again.
// 5. Contained changes (contained_change). Of a conflict that is left, the side is taken that did all that
//    the other did, and more.
// 6. Indentation (indentation_change). Where a conflict is left and one side put statements into a block, or
//    took them out of one, that is done in the base and on the other side too, and 3 to 5 again.
// 7. Versions (version_change). Where a conflict is left and both sides raised what version the code is, both
//    are given the later one, and all is done again.
// 8. Checks (merge_checks). The result is parsed; nothing may be defined twice that was not, and every change
//    of each side must be in it. Failing that, or with nothing won, the conflict of the lines is shown; where
//    lines are clean but not sound, that of the trees, or the whole region that was changed.
//
// Text is only ever cut and put together, never printed anew: what nobody changed keeps its layout to the
// byte.

namespace mlx {
namespace {

/// Larger texts are merged by lines: a tree of a generated file says little.
constexpr std::size_t kLargestTree = 4U << 20U;

bool parses(std::string_view text) { return !SyntaxTree::parse(Language::kPython, text).has_errors(); }

class PythonMerger {
 public:
  explicit PythonMerger(const MergeInput& input) : input_(input) {}

  MergedText run(MergedText lines) {
    read();
    if (!base_.is_sound || !ours_.is_sound || !theirs_.is_sound) return lines;
    if (!lines.has_conflicts() && is_sound(lines.text(), false)) return lines;
    if (const auto alike = indented_alike()) return PythonMerger(*alike).run(merge_lines(*alike));
    MergedText tree = merge_trees(base_, ours_, theirs_);
    if (lines.has_conflicts()) return best_of(tree, lines);
    // Clean lines that are not sound: the tree says more closely where, if it knows.
    if (tree.has_conflicts() ? has_all(tree) : is_sound(tree.text(), true)) return tree;
    return changed_region(input_);
  }

 private:
  /// The three versions with the blocks of one side, if that side indents all of its by another unit than the
  /// base does. Refers to what this keeps.
  std::optional<MergeInput> indented_alike() {
    const auto base = indentation_unit(base_);
    const auto ours = indentation_unit(ours_);
    const auto theirs = indentation_unit(theirs_);
    if (!base || !ours || !theirs || (*ours == *base && *theirs == *base)) return std::nullopt;
    const bool is_by_ours = *ours != *base;
    if (is_by_ours && *theirs != *base && *theirs != *ours) return std::nullopt;
    const std::string& unit = is_by_ours ? *ours : *theirs;
    indented_base_ = with_indentation_unit(base_, *base, unit);
    indented_ours_ = *ours == unit ? input_.ours : with_indentation_unit(ours_, *ours, unit);
    indented_theirs_ = *theirs == unit ? input_.theirs : with_indentation_unit(theirs_, *theirs, unit);
    return MergeInput{.base = indented_base_, .ours = indented_ours_, .theirs = indented_theirs_};
  }

  /// The first that joins all and is sound; else the smaller conflict, that of the lines in doubt.
  MergedText best_of(const MergedText& tree, const MergedText& lines) {
    const MergedText settled = with_contained_changes(tree);
    for (const MergedText* merged : {&tree, &settled}) {
      if (!merged->has_conflicts() && is_sound(merged->text(), true)) return *merged;
    }
    MergedText settled_lines = with_contained_changes(lines);
    if (!settled_lines.has_conflicts() && is_sound(settled_lines.text(), true)) return settled_lines;
    for (const bool is_by_ours : {true, false}) {
      if (auto merged = with_indentation(is_by_ours)) return *std::move(merged);
    }
    for (const MergedText* merged : {&settled, &tree}) {
      const bool is_less = merged->has_conflicts() && merged->conflict_size() < lines.conflict_size();
      if (is_less && has_all(*merged) && !cuts_try(*merged)) return *merged;
    }
    return lines;
  }

  /// The merge where one side put statements into a block, or took them out of one, and the other edited
  /// them.
  std::optional<MergedText> with_indentation(bool is_by_ours) {
    const auto followed =
        follow_indentation(base_, is_by_ours ? ours_ : theirs_, is_by_ours ? theirs_ : ours_);
    if (!followed) return std::nullopt;
    const Outline base = outline_python(followed->base, symbols_);
    const Outline side = outline_python(followed->side, symbols_);
    if (!base.is_sound || !side.is_sound) return std::nullopt;
    MergedText merged =
        with_contained_changes(merge_trees(base, is_by_ours ? ours_ : side, is_by_ours ? side : theirs_));
    if (merged.has_conflicts() || !is_sound(merged.text(), true)) return std::nullopt;
    merged.note(MergeStep::kIndentation);
    return merged;
  }

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

  /// Would a `try` lose its handlers if one side is taken in all conflicts?
  bool cuts_try(const MergedText& merged) {
    if (has_bare_try(ours_) || has_bare_try(theirs_)) return false;
    return has_bare_try(outline_python(merged.text(), symbols_)) ||
           has_bare_try(outline_python(merged.text_of_theirs(), symbols_));
  }

  /// Is this as sound as the three versions are?
  bool is_sound(const std::string& text, bool counts_changes) {
    const Outline result = outline_python(text, symbols_);
    if (!result.is_sound || defines_twice(base_, ours_, theirs_, result)) return false;
    if (counts_changes && !has_all_changes(base_, ours_, theirs_, result, ChangeCount::kExact)) return false;
    if (counts_changes && uses_removed_name(base_, ours_, theirs_, result)) return false;
    if (counts_changes && imports_twice(base_, ours_, theirs_, result)) return false;
    if (has_bare_try(result) && !has_bare_try(ours_) && !has_bare_try(theirs_)) return false;
    if (has_wrong_arguments(result) && !has_wrong_arguments(ours_) && !has_wrong_arguments(theirs_))
      return false;
    return parses(text) || !parses(input_.ours) || !parses(input_.theirs) || !parses(input_.base);
  }

  MergeInput input_;
  SymbolTable symbols_;
  Outline base_;
  Outline ours_;
  Outline theirs_;
  std::string indented_base_;
  std::string indented_ours_;
  std::string indented_theirs_;
};

/// The merge of sides that both have the later of two versions, if that leaves no conflict.
std::optional<MergedText> with_raised_versions(const MergeInput& input) {
  SymbolTable symbols;
  const auto raised = raise_versions(outline_python(input.base, symbols), outline_python(input.ours, symbols),
                                     outline_python(input.theirs, symbols));
  if (!raised) return std::nullopt;
  const MergeInput again{.base = input.base, .ours = raised->ours, .theirs = raised->theirs};
  MergedText merged = PythonMerger(again).run(merge_lines(again));
  if (merged.has_conflicts()) return std::nullopt;
  merged.note(MergeStep::kVersion);
  return merged;
}

MergedText merge_python(const MergeInput& input, MergedText lines) {
  MergedText merged = PythonMerger(input).run(std::move(lines));
  if (!merged.has_conflicts()) return merged;
  auto raised = with_raised_versions(input);
  return raised ? *std::move(raised) : merged;
}

MergedText merge_structured(const MergeInput& input, MergeLanguage language) {
  MergedText lines = merge_lines(input);
  const bool is_one_sided =
      input.base == input.ours || input.base == input.theirs || input.ours == input.theirs;
  if (is_one_sided) return lines;
  if (language != MergeLanguage::kPython) return merge_data(input, language, lines);
  return merge_python(input, std::move(lines));
}

}  // namespace

MergedText merge_three_ways(const MergeInput& input, MergeLanguage language) {
  const bool is_one_sided =
      input.base == input.ours || input.base == input.theirs || input.ours == input.theirs;
  const bool is_small = input.base.size() + input.ours.size() + input.theirs.size() <= kLargestTree;
  const auto is_binary = [](std::string_view text) { return text.find('\0') != std::string_view::npos; };
  const bool has_binary = is_binary(input.base) || is_binary(input.ours) || is_binary(input.theirs);
  if (is_one_sided || language == MergeLanguage::kText || !is_small || has_binary) return merge_lines(input);
  const PlainVersions plain(input);
  return plain.restored(merge_structured(plain.input(), language));
}

}  // namespace mlx
