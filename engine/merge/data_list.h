#pragma once

#include <cstddef>
#include <vector>

#include "engine/merge/list_merge.h"
#include "engine/merge/outline.h"

namespace mlx {

/// The members or items below one element in one version. Refers to what the caller holds; the base may be
/// none.
struct DataList {
  const Outline* outline = nullptr;
  const Element* parent = nullptr;

  [[nodiscard]] std::size_t size() const { return parent == nullptr ? 0 : parent->children.size(); }
  [[nodiscard]] const Element& at(std::size_t i) const { return parent->children[i]; }
};

struct DataLists {
  DataList base;
  DataList ours;
  DataList theirs;
};

/// Rows that belong together: one element, or several whose order nobody can tell.
struct DataRun {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_conflict = false;
  bool joins_additions = false;
};

/// The elements of three lists matched and in the order of the result, and what of them has to be decided
/// together.
class DataRows {
 public:
  explicit DataRows(const DataLists& lists);

  [[nodiscard]] const std::vector<ListRow>& rows() const { return rows_; }
  /// All rows, in order.
  [[nodiscard]] std::vector<DataRun> runs() const;

 private:
  [[nodiscard]] std::size_t end_of_additions(std::size_t begin, bool is_ours) const;
  [[nodiscard]] bool is_plain(const ListRow& row) const;
  [[nodiscard]] bool removed_by_both(std::size_t begin, std::size_t end) const;
  [[nodiscard]] const Element& added(const ListRow& row) const;
  [[nodiscard]] bool is_removed_and_edited(const ListRow& row, std::size_t ListRow::* remover) const;
  [[nodiscard]] std::vector<std::size_t> ends_of_replacements() const;
  void sort_meetings();

  DataLists lists_;
  bool is_mapping_ = false;
  bool is_set_ = false;
  std::vector<ListRow> rows_;
  std::vector<bool> is_in_rows_;  ///< for each member of the base; those that both removed are not
};

}  // namespace mlx
