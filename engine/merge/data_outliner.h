#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/merge/outline.h"

namespace mlx {

/// What the outlines of the languages of data have in common: atoms, and brackets whose members stand in
/// lines of their own.
class DataOutliner {
 public:
  DataOutliner(std::string_view text, SymbolTable& symbols);

 protected:
  /// Blocks in blocks; what lies deeper is part of what it stands in.
  static constexpr int kDeepestBlock = 100;

  struct AtomTraits {
    bool is_comment = false;
    bool is_text = false;
    bool is_name = false;
  };

  [[nodiscard]] std::string_view text() const { return outline_.text; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(outline_.text.size()); }
  [[nodiscard]] std::uint32_t line_begin(std::size_t offset) const;
  [[nodiscard]] std::uint32_t line_end(std::size_t offset) const;
  /// Stands only white space before it in its line?
  [[nodiscard]] bool begins_line(std::size_t offset) const;

  [[nodiscard]] std::uint32_t atom_count() const { return static_cast<std::uint32_t>(outline_.atoms.size()); }
  [[nodiscard]] const Atom& atom(std::size_t i) const { return outline_.atoms[i]; }
  [[nodiscard]] std::string_view atom_text(std::size_t i) const;
  void add_atom(std::size_t begin, std::size_t end, AtomTraits traits, std::string_view said);
  void add_sign(std::size_t begin);
  /// Brackets that do not pair leave the text unsound.
  void close_brackets();

  /// The atom behind what begins with this one: itself, or all that stands in its brackets.
  [[nodiscard]] std::uint32_t after_value(std::uint32_t first, std::uint32_t end) const;

  /// Takes what stands between a bracket and its partner as children if each has lines of its own. The
  /// element's value must be these brackets.
  void read_brackets(Element& element, std::uint32_t open, int depth);

  /// What an item is found by; empty if only by what it says.
  [[nodiscard]] std::string identity_of(std::uint32_t first, std::uint32_t last) const;

  /// A name that several items of one list have tells none of them apart.
  static void mark_shared_names(std::vector<Element>& items);

  /// The digest of an element with all of its atoms.
  void finish(Element& element) const;
  Outline finish_root();

  /// What a string or a key says, without its quotes.
  [[nodiscard]] static std::string unquoted(std::string_view text);

  // NOLINTBEGIN(cppcoreguidelines-non-private-member-variables-in-classes): for the languages only
  SymbolTable& symbols_;
  Outline outline_;
  // NOLINTEND(cppcoreguidelines-non-private-member-variables-in-classes)

 private:
  [[nodiscard]] bool is_covered() const;
  bool read_entries(Element& element, std::uint32_t open, int depth);
  bool read_entry(Element& element, std::uint32_t& next, std::uint32_t close, std::uint32_t& line);
  void describe_entry(Element& entry, char bracket, int depth);

  std::vector<std::uint32_t> open_;
};

/// The name of the distribution if a text is a requirement (PEP 508) with more than a name; else empty. In
/// the one spelling that all of its spellings have.
[[nodiscard]] std::string distribution_of(std::string_view requirement);

/// Keys that tell items apart, the best first.
inline constexpr std::array<std::string_view, 4> kIdentifyingKeys = {"name", "id", "key", "repo"};

}  // namespace mlx
