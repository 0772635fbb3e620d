#pragma once

#include <string>
#include <string_view>

#include "engine/merge/data_parts.h"
#include "engine/merge/entry_list.h"
#include "engine/merge/outline.h"

namespace mlx {

/// One version of data, and what its elements say, indented as the result has them. Refers to the outline.
class DataVersion {
 public:
  explicit DataVersion(const Outline& outline) : outline_(outline) {}

  [[nodiscard]] const Outline& outline() const { return outline_; }

  /// What stands before an element's text in its first line, dashes of what it is in made blank.
  [[nodiscard]] std::string indentation(const Element& e) const;
  /// From its indentation on, up to where its comma stands.
  [[nodiscard]] std::string body(const Element& e, std::string_view to) const;
  [[nodiscard]] std::string lead(const Element& e, std::string_view to) const;
  /// Behind its comma.
  [[nodiscard]] std::string_view rest(const Element& e) const { return outline_.part(e.data.rest, e.end); }
  [[nodiscard]] DataPiece whole(const Element& e, std::string_view to) const;
  /// Does its first child begin in its own first line?
  [[nodiscard]] static bool is_compact(const Element& e);
  /// Up to its children; empty if it is compact.
  [[nodiscard]] std::string header(const Element& e, std::string_view to) const;
  /// Without the closing bracket of what holds nothing.
  [[nodiscard]] AtomRange header_atoms(const Element& e) const;
  /// Of its children, if its own is `to`.
  [[nodiscard]] std::string child_indentation(const Element& e, std::string_view to) const;
  /// Comments behind its last child.
  [[nodiscard]] std::string_view tail(const Element& e) const { return outline_.part(e.tail, e.data.footer); }
  [[nodiscard]] AtomRange atoms(const Element& e, std::uint32_t end) const {
    return {.outline = &outline_, .begin = e.first_atom, .end = end};
  }

 private:
  const Outline& outline_;
};

}  // namespace mlx
