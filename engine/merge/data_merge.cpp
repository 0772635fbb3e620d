#include "engine/merge/data_merge.h"

#include <optional>
#include <utility>

#include "engine/merge/contained_change.h"
#include "engine/merge/data_checks.h"
#include "engine/merge/data_moves.h"
#include "engine/merge/data_tree.h"
#include "engine/merge/merge_checks.h"
#include "engine/merge/outline.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

class DataMerger {
 public:
  DataMerger(const MergeInput& input, MergeLanguage language)
      : input_(input),
        language_(language),
        base_(outline(input.base)),
        ours_(outline(input.ours)),
        theirs_(outline(input.theirs)) {}

  MergedText run(const MergedText& lines) {
    if (!base_.is_sound || !ours_.is_sound || !theirs_.is_sound) return lines;
    if (!lines.has_conflicts() && is_sound(lines.text())) return lines;
    const MergedText tree = merge_data_trees(base_, ours_, theirs_);
    const MergedText settled = with_contained_changes(tree, ContainedBy::kLines);
    for (const MergedText* merged : {&tree, &settled}) {
      if (!merged->has_conflicts() && is_sound(merged->text())) return *merged;
    }
    for (const bool is_by_ours : {true, false}) {
      if (auto merged = with_moves(is_by_ours)) return *std::move(merged);
    }
    return smallest_conflict(settled.has_conflicts() ? settled : tree, lines);
  }

 private:
  /// Of two that leave as much, that of the tree begins and ends where members do. Lines that are clean are
  /// not sound here.
  MergedText smallest_conflict(const MergedText& tree, const MergedText& lines) {
    const bool has_tree = tree.has_conflicts() && has_all(tree) && leaves_sound_sides(tree);
    const bool has_lines = lines.has_conflicts() && leaves_sound_sides(lines);
    if (has_tree && (!has_lines || tree.conflict_size() <= lines.conflict_size())) return tree;
    if (has_lines) return lines;
    MergedText region = changed_region(input_);
    if (!lines.has_conflicts() || leaves_sound_sides(region)) return region;
    return lines;
  }

  /// Is the text sound whichever side is chosen in all conflicts?
  bool leaves_sound_sides(const MergedText& merged) {
    return has_sound_keys(outline(merged.text())) && has_sound_keys(outline(merged.text_of_theirs()));
  }

  /// The merge where one side put members under another key, and the other edited them where they were.
  std::optional<MergedText> with_moves(bool is_by_ours) {
    const auto moved = follow_moves(base_, is_by_ours ? ours_ : theirs_, is_by_ours ? theirs_ : ours_);
    if (!moved) return std::nullopt;
    const Outline base = outline(moved->base);
    const Outline side = outline(moved->side);
    if (!base.is_sound || !side.is_sound) return std::nullopt;
    MergedText merged = merge_data_trees(base, is_by_ours ? ours_ : side, is_by_ours ? side : theirs_);
    if (merged.has_conflicts() || !is_sound(merged.text(), &side)) return std::nullopt;
    merged.note(MergeStep::kMoved);
    return merged;
  }

  Outline outline(std::string_view text) {
    switch (language_) {
      case MergeLanguage::kJson: return outline_json(text, symbols_);
      case MergeLanguage::kToml: return outline_toml(text, symbols_);
      case MergeLanguage::kYaml: return outline_yaml(text, symbols_);
      case MergeLanguage::kText:
      case MergeLanguage::kPython: break;
    }
    std::unreachable();
  }

  /// Has a merge with conflicts all that both sides added?
  bool has_all(const MergedText& merged) {
    const std::string text = merged.with_both_sides();
    return has_all_changes(base_, ours_, theirs_, outline(text), ChangeCount::kAtLeast);
  }

  /// Does it parse, with no key that is there too often or at a new place? `moved` is a side whose members
  /// were put where the other side has them.
  [[nodiscard]] bool has_sound_keys(const Outline& result, const Outline* moved = nullptr) const {
    if (!result.is_sound || count_last_commas(result) > most_last_commas()) return false;
    if (repeats_keys(base_, ours_, theirs_, result)) return false;
    return !has_new_paths(ours_, theirs_, result) ||
           (moved != nullptr &&
            (!has_new_paths(ours_, *moved, result) || !has_new_paths(*moved, theirs_, result)));
  }

  /// Is this as sound as the three versions are, with the changes of both?
  bool is_sound(const std::string& text, const Outline* moved = nullptr) {
    const Outline result = outline(text);
    return has_sound_keys(result, moved) &&
           has_all_changes(base_, ours_, theirs_, result, ChangeCount::kExact);
  }

  /// Where nobody has commas behind last members, they may not be allowed.
  [[nodiscard]] std::size_t most_last_commas() const {
    const std::size_t ours = count_last_commas(ours_);
    const std::size_t theirs = count_last_commas(theirs_);
    return language_ == MergeLanguage::kJson && ours + theirs == 0 ? 0 : static_cast<std::size_t>(-1);
  }

  MergeInput input_;
  MergeLanguage language_;
  SymbolTable symbols_;
  Outline base_;
  Outline ours_;
  Outline theirs_;
};

}  // namespace

MergedText merge_data(const MergeInput& input, MergeLanguage language, const MergedText& lines) {
  return DataMerger(input, language).run(lines);
}

}  // namespace mlx
