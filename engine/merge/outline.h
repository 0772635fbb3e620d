#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/merge/symbols.h"

namespace mlx {

/// What a merge has to know of a statement.
enum class ElementKind : std::uint8_t {
  kDocstring,
  kImport,      ///< its names are a set
  kDefinition,  ///< a function or a class, with its decorators
  kAssignment,  ///< of one name
  kBlock,       ///< several clauses: `if … else`, `try … except`
  kClause,      ///< one of them, with its header
  kStatement,
  kMember,    ///< of a mapping, found by its key
  kItem,      ///< of a sequence
  kTable,     ///< of TOML, with its header
  kDocument,  ///< one of a stream of YAML, or all of JSON
};

/// What the children of an element of data are.
enum class Holds : std::uint8_t {
  kNothing,  ///< it has none, or what it has does not stand in lines of its own
  kMembers,
  kItems,
};

/// Where the parts of an element of data are; of a statement nothing is set.
struct DataPlaces {
  Holds holds = Holds::kNothing;
  bool is_empty = false;         ///< it could have children
  char bracket = 0;              ///< that its children stand in, with commas between them
  bool has_comma = false;        ///< one stands behind it
  bool ends_with_comma = false;  ///< one stands behind its last child
  bool shares_name = false;      ///< others of its list have the same, so that it tells none apart
  bool is_literal = false;       ///< its value is lines of text
  std::uint32_t text =
      0;  ///< where its own text begins in its first line: behind the dashes of what it is in
  std::uint32_t footer = 0;     ///< of the line of its closing bracket
  std::uint32_t value_end = 0;  ///< where its comma stands, or would
  std::uint32_t rest = 0;       ///< behind its comma: a comment, and the line end
};

/// The smallest piece of code that is compared as a whole: a token, or a comment.
struct Atom {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t lead = 0;  ///< where the white space before it begins
  /// Equal for what means the same, in all versions of one merge: strings in other quotes, comments that
  /// are indented otherwise.
  std::uint32_t symbol = 0;
  std::uint32_t partner = 0;  ///< of a bracket, the atom that is the other one; itself if there is none
  char sign = 0;              ///< of punctuation its character, if it has only one
  bool is_comment = false;
  bool is_text = false;  ///< a string
  bool is_name = false;

  [[nodiscard]] bool opens() const { return sign == '(' || sign == '[' || sign == '{'; }
  [[nodiscard]] bool closes() const { return sign == ')' || sign == ']' || sign == '}'; }
};

/// A statement with its place, in whole lines. The lines before its code are its lead: blank ones, and
/// comments that stand above it.
struct Element {
  ElementKind kind = ElementKind::kStatement;
  std::string
      name;  ///< by which it is found in its list: `create_app`, `from os`; empty if by what it says only
  std::uint32_t begin = 0;       ///< of its lead
  std::uint32_t code = 0;        ///< of its first line of code
  std::uint32_t header_end = 0;  ///< of the header, if it has children, else of the element
  std::uint32_t tail = 0;        ///< of comments behind its last child; `end` if there are none
  std::uint32_t end = 0;
  std::uint32_t first_atom = 0;
  std::uint32_t header_atoms = 0;  ///< the end of those of its header
  std::uint32_t last_atom = 0;     ///< the end of those of all of it, its own lead not being part of it
  std::uint64_t digest = 0;        ///< of what it says, whatever its formatting and its lead
  DataPlaces data;
  std::vector<Element> children;
};

/// A text as a tree of statements.
struct Outline {
  std::string_view text;
  std::vector<Atom> atoms;
  Element root;             ///< without a header
  bool is_sound = true;     ///< brackets, strings and indentation are as they have to be
  bool is_data = false;     ///< no statements, but members and items
  bool has_tables = false;  ///< TOML
  std::map<std::uint32_t, std::string>
      identities;  ///< of texts of data that say more than what they are found by

  [[nodiscard]] std::string_view lead(const Element& e) const { return part(e.begin, e.code); }
  [[nodiscard]] std::string_view code(const Element& e) const { return part(e.code, e.end); }
  [[nodiscard]] std::string_view header(const Element& e) const { return part(e.code, e.header_end); }
  [[nodiscard]] std::string_view tail(const Element& e) const { return part(e.tail, e.end); }
  [[nodiscard]] std::string_view whole(const Element& e) const { return part(e.begin, e.end); }
  [[nodiscard]] std::string_view text_of(const Atom& atom) const { return part(atom.begin, atom.end); }
  [[nodiscard]] std::string_view part(std::size_t begin, std::size_t end) const {
    return text.substr(begin, end - begin);
  }
};

/// The statements of a Python text. Any text has an outline; of one that is not sound it is a guess.
[[nodiscard]] Outline outline_python(std::string_view text, SymbolTable& symbols);

/// The members and items of a text of data: those of a mapping by their keys, those of a sequence by what
/// tells them apart (a `name` or an `id`, the distribution of a requirement). What does not stand in lines of
/// its own is no child but part of what it stands in. Of a text that is not sound it is a guess.
[[nodiscard]] Outline outline_json(std::string_view text, SymbolTable& symbols);
[[nodiscard]] Outline outline_toml(std::string_view text, SymbolTable& symbols);
[[nodiscard]] Outline outline_yaml(std::string_view text, SymbolTable& symbols);

}  // namespace mlx
