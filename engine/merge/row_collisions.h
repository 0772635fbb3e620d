#pragma once

#include <cstddef>
#include <vector>

#include "engine/merge/list_merge.h"
#include "engine/merge/merged_text.h"
#include "engine/merge/outline.h"

namespace mlx {

/// The statements below one parent in one version. Refers to what the caller holds.
struct StatementList {
  const Outline* outline = nullptr;
  const std::vector<Element>* members = nullptr;
};

/// Of the rows that merge_lists() gave for three lists of statements: those whose order matters although
/// nobody can tell it, and which are one conflict therefore.
class RowCollisions {
 public:
  /// In a namespace, a module or a class, the order of assignments does not matter. Refers to the rows.
  RowCollisions(const std::vector<ListRow>& rows, StatementList base, StatementList ours,
                StatementList theirs, bool is_namespace);

  /// The end of the rows from `begin` on that are one conflict; `begin` if there are none.
  [[nodiscard]] std::size_t end_of_conflict(std::size_t begin) const;

  /// Rows [begin, end) as one conflict.
  [[nodiscard]] MergeConflict whole_rows(std::size_t begin, std::size_t end) const;

  /// By which steps a row, and the one before it, are joined.
  [[nodiscard]] MergeSteps steps_at(std::size_t row) const;

 private:
  struct RowChange {
    bool is_by_ours = false;
    bool is_by_theirs = false;
    bool is_addition = false;
    bool is_removal = false;
  };

  /// A run of changed statements. It is torn if some of them collide, or were removed by one side and edited
  /// by the other: nobody can choose a side of these without the rest.
  struct TornRun {
    std::size_t end = 0;
    bool is_torn = false;
  };

  [[nodiscard]] RowChange change_of(const ListRow& row) const;
  [[nodiscard]] const Element& element_of(const ListRow& row) const;
  [[nodiscard]] bool is_ordered(const Element& element) const;
  [[nodiscard]] static bool meet(const RowChange& left, const RowChange& right);
  [[nodiscard]] std::size_t end_of_collision(std::size_t begin) const;
  [[nodiscard]] TornRun torn_run(std::size_t begin) const;
  [[nodiscard]] std::size_t end_of_meeting(std::size_t begin) const;
  [[nodiscard]] bool may_join(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool removed_by_both(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool name_the_same(std::size_t begin, std::size_t end) const;

  const std::vector<ListRow>& rows_;
  StatementList base_;
  StatementList ours_;
  StatementList theirs_;
  bool is_namespace_;
  std::vector<std::size_t> torn_end_;  ///< for each row of a torn run its end, else 0
};

}  // namespace mlx
