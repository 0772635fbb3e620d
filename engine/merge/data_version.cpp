#include "engine/merge/data_version.h"

#include "engine/merge/line_diff.h"

namespace mlx {
namespace {

/// White space as wide as a text.
std::string blank_like(std::string_view text) {
  std::string blank(text);
  for (char& c : blank) {
    if (c != '\t') c = ' ';
  }
  return blank;
}

}  // namespace

std::string DataVersion::indentation(const Element& e) const {
  return blank_like(outline_.part(e.code, e.data.text));
}

std::string DataVersion::body(const Element& e, std::string_view to) const {
  const std::string from = indentation(e);
  return with_indentation(from + std::string(outline_.part(e.data.text, e.data.value_end)), from, to);
}

std::string DataVersion::lead(const Element& e, std::string_view to) const {
  return with_indentation(outline_.lead(e), indentation(e), to);
}

DataPiece DataVersion::whole(const Element& e, std::string_view to) const {
  return {.body = lead(e, to) + body(e, to), .rest = std::string(rest(e))};
}

bool DataVersion::is_compact(const Element& e) {
  return !e.children.empty() && e.children.front().code == e.code;
}

std::string DataVersion::header(const Element& e, std::string_view to) const {
  if (e.header_end <= e.data.text) return {};
  const std::string from = indentation(e);
  return with_indentation(from + std::string(outline_.part(e.data.text, e.header_end)), from, to);
}

AtomRange DataVersion::header_atoms(const Element& e) const {
  const bool is_closed = e.children.empty() && e.data.bracket != 0;
  return atoms(e, is_closed ? e.last_atom - 1 : e.header_atoms);
}

std::string DataVersion::child_indentation(const Element& e, std::string_view to) const {
  if (e.children.empty()) return std::string(to);
  const std::string own = indentation(e);
  std::string child = indentation(e.children.front());
  if (!child.starts_with(own)) return child;
  return std::string(to) + child.substr(own.size());
}

}  // namespace mlx
