#include "engine/merge/python_element.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace mlx {
namespace {

std::string_view atom_text(const Outline& outline, std::size_t i) {
  return i < outline.atoms.size() ? outline.text_of(outline.atoms[i]) : std::string_view();
}

std::string joined(const Outline& outline, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    if (outline.atoms[i].is_comment) continue;
    text += (text.empty() ? "" : " ") + std::string(atom_text(outline, i));
  }
  return text;
}

bool is_only_text(const Outline& outline, std::size_t begin, std::size_t end) {
  return std::all_of(outline.atoms.begin() + static_cast<std::ptrdiff_t>(begin),
                     outline.atoms.begin() + static_cast<std::ptrdiff_t>(end),
                     [](const Atom& atom) { return atom.is_text || atom.is_comment; });
}

/// Decorators stand on lines of their own.
std::size_t after_decorator(const Outline& outline, std::size_t i, std::size_t end) {
  for (++i; i < end; ++i) {
    const Atom& atom = outline.atoms[i];
    const auto white = outline.part(atom.lead, atom.begin);
    if (white.find('\n') != std::string_view::npos && !atom.is_comment) return i;
    if (atom.opens()) i = std::max<std::size_t>(i, atom.partner);
  }
  return i;
}

/// `.setter` and its like: several functions of one name are meant.
std::string accessor(const Outline& outline, std::size_t begin, std::size_t end) {
  constexpr std::array<std::string_view, 4> kKinds = {"setter", "getter", "deleter", "register"};
  for (std::size_t i = begin; i < end; ++i) {
    const std::string_view word = atom_text(outline, i);
    if (std::ranges::find(kKinds, word) != kKinds.end()) return "." + std::string(word);
  }
  return {};
}

/// The atom behind the target of `name = …` or `name: type = …`; `first` if it is none.
std::size_t assigned_target(const Outline& outline, std::size_t first, std::size_t end) {
  std::size_t i = first;
  while (i + 1 < end && outline.atoms[i].is_name && outline.atoms[i + 1].sign == '.') i += 2;
  if (i >= end || !outline.atoms[i].is_name || i + 1 >= end) return first;
  const char sign = outline.atoms[i + 1].sign;
  return sign == '=' || sign == ':' ? i + 1 : first;
}

/// In `(a,)` the comma makes a tuple, in `f(a,)` it does not.
bool is_tuple_comma(const Outline& outline, std::size_t comma) {
  if (outline.atoms[comma + 1].sign != ')') return false;
  const std::size_t open = outline.atoms[comma + 1].partner;
  const bool is_call = open > 0 && (outline.atoms[open - 1].is_name || outline.atoms[open - 1].closes());
  if (is_call) return false;
  for (std::size_t i = open + 1; i < comma; ++i) {
    if (outline.atoms[i].sign == ',') return false;
    if (outline.atoms[i].opens()) i = std::max<std::size_t>(i, outline.atoms[i].partner);
  }
  return true;
}

std::uint64_t said_by_comments(std::string_view text) {
  std::uint64_t digest = 0;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto begin = line.find('#');
    if (begin == std::string_view::npos) continue;
    line = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    digest = mixed(digest, std::hash<std::string_view>()(line));
  }
  return digest;
}

}  // namespace

void describe_python_statement(const Outline& outline, Element& element, const Element& parent) {
  const std::size_t first = element.first_atom;
  const std::size_t end = element.header_atoms;
  std::size_t i = first;
  while (i < end && atom_text(outline, i) == "@") i = after_decorator(outline, i, end);
  if (atom_text(outline, i) == "async") ++i;
  const std::string_view word = atom_text(outline, i);
  if (word == "def" || word == "class") {
    element.kind = ElementKind::kDefinition;
    element.name = std::string(atom_text(outline, i + 1)) + accessor(outline, first, i);
  } else if (word == "import" || word == "from") {
    element.kind = ElementKind::kImport;
    std::size_t stop = i + 1;
    while (stop < end && atom_text(outline, stop) != "import" && outline.atoms[stop].sign != ',' &&
           atom_text(outline, stop) != "as")
      ++stop;
    element.name = joined(outline, i, stop);
  } else if (outline.atoms[first].is_text && parent.children.empty() && is_only_text(outline, first, end)) {
    element.kind = ElementKind::kDocstring;
    element.name = R"(""")";
  } else if (const std::size_t target = assigned_target(outline, first, end); target != first) {
    element.kind = ElementKind::kAssignment;
    element.name = joined(outline, first, target) + " =";
  }
}

void name_python_clause(const Outline& outline, Element& clause) {
  std::size_t end = clause.header_atoms;
  if (clause.children.empty()) {
    // `if x: return`
    for (end = clause.first_atom; end < clause.header_atoms && outline.atoms[end].sign != ':'; ++end) {
      if (outline.atoms[end].opens()) end = std::max<std::size_t>(end, outline.atoms[end].partner);
    }
  }
  clause.name = joined(outline, clause.first_atom, end);
}

void finish_python_element(const Outline& outline, Element& element) {
  std::uint64_t digest = static_cast<std::uint64_t>(element.kind) + 1;
  const std::size_t end = element.header_atoms;
  for (std::size_t i = element.first_atom; i < end; ++i) {
    const Atom& atom = outline.atoms[i];
    // Commas before a closing bracket say nothing.
    const bool is_last_comma = atom.sign == ',' && i + 1 < end && outline.atoms[i + 1].closes();
    if (is_last_comma && !is_tuple_comma(outline, i)) continue;
    // Brackets around imported names are only for the layout.
    if (element.kind == ElementKind::kImport && (atom.opens() || atom.closes())) continue;
    digest = mixed(digest, atom.symbol);
  }
  for (const Element& child : element.children) {
    digest = mixed(digest, said_by_comments(outline.lead(child)));
    digest = mixed(digest, child.digest);
  }
  element.digest = mixed(digest, said_by_comments(outline.tail(element)));
}

}  // namespace mlx
