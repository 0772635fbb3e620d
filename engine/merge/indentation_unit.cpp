#include "engine/merge/indentation_unit.h"

#include <algorithm>
#include <vector>

#include "engine/merge/line_diff.h"

namespace mlx {
namespace {

std::string_view indentation_at(const Outline& outline, std::size_t code) {
  const std::string_view before = outline.text.substr(0, code);
  const auto newline = before.rfind('\n');
  return before.substr(newline == std::string_view::npos ? 0 : newline + 1);
}

bool is_white(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

/// Looks at all blocks and keeps the unit as long as they agree.
class UnitSearch {
 public:
  explicit UnitSearch(const Outline& outline) : outline_(outline) {}

  bool agrees(const Element& parent, const std::string& indentation) {
    for (const Element& child : parent.children) {
      const std::string_view own = indentation_at(outline_, first_code(child));
      // `if x: return` has its block on the line of its header.
      if (!is_white(own)) continue;
      const bool is_block = child.kind != ElementKind::kClause;
      if (is_block && own != indentation) return false;
      const bool has_block = std::ranges::any_of(
          child.children, [](const Element& one) { return one.kind != ElementKind::kClause; });
      if (has_block && !descend(child, indentation)) return false;
      if (!has_block && !agrees(child, indentation)) return false;
    }
    return true;
  }

  [[nodiscard]] const std::optional<std::string>& unit() const { return unit_; }

 private:
  [[nodiscard]] std::size_t first_code(const Element& element) const {
    return element.first_atom < outline_.atoms.size() ? outline_.atoms[element.first_atom].begin
                                                      : element.code;
  }

  bool descend(const Element& parent, const std::string& indentation) {
    if (!unit_) {
      const std::string_view own = indentation_at(outline_, first_code(parent.children.front()));
      if (!is_white(own)) return true;
      if (own.size() <= indentation.size() || !own.starts_with(indentation)) return false;
      unit_ = std::string(own.substr(indentation.size()));
    }
    return agrees(parent, indentation + *unit_);
  }

  const Outline& outline_;
  std::optional<std::string> unit_;
};

void collect_docstrings(const Element& parent, std::vector<std::uint32_t>& begins) {
  for (const Element& child : parent.children) {
    if (child.kind == ElementKind::kDocstring) begins.push_back(child.first_atom);
    collect_docstrings(child, begins);
  }
}

/// Where strings that are no docstrings begin and end.
std::vector<std::pair<std::size_t, std::size_t>> other_strings(const Outline& outline) {
  std::vector<std::uint32_t> docstrings;
  collect_docstrings(outline.root, docstrings);
  std::vector<std::pair<std::size_t, std::size_t>> strings;
  for (std::uint32_t i = 0; i < outline.atoms.size(); ++i) {
    const Atom& atom = outline.atoms[i];
    if (atom.is_text && !std::ranges::binary_search(docstrings, i))
      strings.emplace_back(atom.begin, atom.end);
  }
  return strings;
}

}  // namespace

std::optional<std::string> indentation_unit(const Outline& outline) {
  UnitSearch search(outline);
  if (!search.agrees(outline.root, "")) return std::nullopt;
  return search.unit();
}

std::string with_indentation_unit(const Outline& outline, const std::string& from, const std::string& to) {
  const auto strings = other_strings(outline);
  auto next = strings.begin();
  std::string text;
  std::size_t offset = 0;
  for (std::string_view line : split_lines(outline.text)) {
    while (next != strings.end() && next->second <= offset) ++next;
    const bool is_in_string = next != strings.end() && next->first < offset;
    offset += line.size();
    while (!is_in_string && line.starts_with(from)) {
      text += to;
      line.remove_prefix(from.size());
    }
    text += line;
  }
  return text;
}

}  // namespace mlx
