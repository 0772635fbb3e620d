#include "engine/merge/row_collisions.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "engine/merge/contained_change.h"

namespace mlx {

RowCollisions::RowCollisions(const std::vector<ListRow>& rows, StatementList base, StatementList ours,
                             StatementList theirs, bool is_namespace)
    : rows_(rows),
      base_(base),
      ours_(ours),
      theirs_(theirs),
      is_namespace_(is_namespace),
      torn_end_(rows.size()) {
  for (std::size_t begin = 0; begin < rows_.size();) {
    const TornRun run = torn_run(begin);
    if (run.is_torn) {
      std::fill(torn_end_.begin() + static_cast<std::ptrdiff_t>(begin),
                torn_end_.begin() + static_cast<std::ptrdiff_t>(run.end), run.end);
    }
    begin = std::max(run.end, begin + 1);
  }
}

std::size_t RowCollisions::end_of_conflict(std::size_t begin) const {
  return std::max(end_of_collision(begin), torn_end_[begin]);
}

MergeConflict RowCollisions::whole_rows(std::size_t begin, std::size_t end) const {
  MergeConflict conflict;
  for (std::size_t i = begin; i < end; ++i) {
    if (rows_[i].base != kAbsent) conflict.base += base_.outline->whole((*base_.members)[rows_[i].base]);
    if (rows_[i].ours != kAbsent) conflict.ours += ours_.outline->whole((*ours_.members)[rows_[i].ours]);
    if (rows_[i].theirs != kAbsent)
      conflict.theirs += theirs_.outline->whole((*theirs_.members)[rows_[i].theirs]);
  }
  return conflict;
}

/// What became of a member.
RowCollisions::RowChange RowCollisions::change_of(const ListRow& row) const {
  RowChange change;
  change.is_addition = row.base == kAbsent;
  change.is_removal = row.base != kAbsent && (row.ours == kAbsent || row.theirs == kAbsent);
  if (change.is_addition) {
    change.is_by_ours = row.ours != kAbsent;
    change.is_by_theirs = row.theirs != kAbsent;
    return change;
  }
  const std::uint64_t digest = (*base_.members)[row.base].digest;
  change.is_by_ours = row.ours == kAbsent || (*ours_.members)[row.ours].digest != digest;
  change.is_by_theirs = row.theirs == kAbsent || (*theirs_.members)[row.theirs].digest != digest;
  return change;
}

const Element& RowCollisions::element_of(const ListRow& row) const {
  if (row.ours != kAbsent) return (*ours_.members)[row.ours];
  return row.theirs != kAbsent ? (*theirs_.members)[row.theirs] : (*base_.members)[row.base];
}

/// Does it matter what runs before and after it?
bool RowCollisions::is_ordered(const Element& element) const {
  return element.kind == ElementKind::kStatement || element.kind == ElementKind::kBlock ||
         element.kind == ElementKind::kClause || (element.kind == ElementKind::kAssignment && !is_namespace_);
}

/// Was one of two rows that follow each other changed by ours only, the other by theirs only?
bool RowCollisions::meet(const RowChange& left, const RowChange& right) {
  return left.is_by_ours != left.is_by_theirs && right.is_by_ours != right.is_by_theirs &&
         left.is_by_ours == right.is_by_theirs;
}

/// The end of rows from `begin` on that cannot be told apart: both sides add statements at one place, or
/// one adds or removes some next to what the other changes, where the order matters. `begin` if there are
/// none.
std::size_t RowCollisions::end_of_collision(std::size_t begin) const {
  const std::size_t additions = end_of_meeting(begin);
  std::size_t end = additions > begin && !may_join(begin, additions) ? additions : begin;
  for (std::size_t i = std::max(end, begin + 1); i < rows_.size(); ++i) {
    const RowChange left = change_of(rows_[i - 1]);
    const RowChange right = change_of(rows_[i]);
    const bool alters_order = left.is_addition || left.is_removal || right.is_addition || right.is_removal;
    const Element& first = element_of(rows_[i - 1]);
    const Element& second = element_of(rows_[i]);
    const bool decides = first.kind == ElementKind::kBlock || second.kind == ElementKind::kBlock;
    const bool matters = decides && is_ordered(first) && is_ordered(second);
    if (!meet(left, right) || !alters_order || !matters) break;
    end = i + 1;
  }
  return end;
}

RowCollisions::TornRun RowCollisions::torn_run(std::size_t begin) const {
  TornRun run{.end = begin, .is_torn = false};
  for (std::size_t end = begin; end < rows_.size(); run.end = ++end) {
    const RowChange change = change_of(rows_[end]);
    const ElementKind kind = element_of(rows_[end]).kind;
    const bool is_statement =
        kind == ElementKind::kStatement || kind == ElementKind::kBlock || kind == ElementKind::kAssignment;
    if ((!change.is_by_ours && !change.is_by_theirs) || !is_statement || is_namespace_) break;
    const bool is_edited_and_removed = change.is_removal && change.is_by_ours && change.is_by_theirs;
    const std::size_t collision = std::max(end_of_collision(end), end + (is_edited_and_removed ? 1U : 0U));
    run.is_torn = run.is_torn || (collision > end && !containing_side(whole_rows(end, collision)));
  }
  return run;
}

MergeSteps RowCollisions::steps_at(std::size_t i) const {
  MergeSteps steps;
  const RowChange right = change_of(rows_[i]);
  if (right.is_addition && right.is_by_ours && right.is_by_theirs) steps.insert(MergeStep::kSameAddition);
  if (i == 0) return steps;
  const RowChange left = change_of(rows_[i - 1]);
  if (!meet(left, right)) return steps;
  if (left.is_removal || right.is_removal) {
    steps.insert(MergeStep::kRemoval);
  } else if (left.is_addition && right.is_addition) {
    steps.insert(MergeStep::kAdditions);
  } else {
    steps.insert(MergeStep::kNeighbours);
  }
  return steps;
}

/// The end of a run of what ours adds followed by what theirs adds; `begin` if there is none.
std::size_t RowCollisions::end_of_meeting(std::size_t begin) const {
  const auto is_new = [&](std::size_t i, bool is_ours) {
    return rows_[i].base == kAbsent && (rows_[i].ours != kAbsent) == is_ours &&
           (rows_[i].theirs != kAbsent) != is_ours;
  };
  std::size_t i = begin;
  while (i < rows_.size() && is_new(i, true)) ++i;
  const std::size_t middle = i;
  while (i < rows_.size() && is_new(i, false)) ++i;
  return middle > begin && i > middle ? i : begin;
}

/// Definitions, imports and assignments of different names may stand in any order; but where both sides
/// removed something too, each may have meant to replace it.
bool RowCollisions::may_join(std::size_t begin, std::size_t end) const {
  const auto element = [&](const ListRow& row) -> const Element& {
    return row.ours != kAbsent ? (*ours_.members)[row.ours] : (*theirs_.members)[row.theirs];
  };
  const auto is_import = [&](const ListRow& row) { return element(row).kind == ElementKind::kImport; };
  const auto run_begin = rows_.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto run_end = rows_.begin() + static_cast<std::ptrdiff_t>(end);
  if (std::all_of(run_begin, run_end, is_import)) return true;
  const bool are_named = std::all_of(run_begin, run_end, [&](const ListRow& row) {
    const ElementKind kind = element(row).kind;
    return kind == ElementKind::kDefinition || kind == ElementKind::kImport ||
           (is_namespace_ && kind == ElementKind::kAssignment);
  });
  return are_named && !removed_by_both(begin, end) && !name_the_same(begin, end);
}

/// Does theirs give a value to a name that ours gives another one?
bool RowCollisions::name_the_same(std::size_t begin, std::size_t end) const {
  std::set<std::string_view> names;
  for (std::size_t i = begin; i < end; ++i) {
    const bool is_ours = rows_[i].ours != kAbsent;
    const Element& element = is_ours ? (*ours_.members)[rows_[i].ours] : (*theirs_.members)[rows_[i].theirs];
    if (element.kind != ElementKind::kAssignment) continue;
    if (is_ours) {
      names.insert(element.name);
    } else if (names.contains(element.name)) {
      return true;
    }
  }
  return false;
}

/// Is there a member of the base between these rows that is in none?
bool RowCollisions::removed_by_both(std::size_t begin, std::size_t end) const {
  std::size_t before = begin;
  while (before > 0 && rows_[before - 1].base == kAbsent) --before;
  while (end < rows_.size() && rows_[end].base == kAbsent) ++end;
  const std::size_t first = before == 0 ? 0 : rows_[before - 1].base + 1;
  const std::size_t last = end == rows_.size() ? base_.members->size() : rows_[end].base;
  return first < last;
}

}  // namespace mlx
