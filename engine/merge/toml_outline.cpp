#include <algorithm>
#include <set>

#include "engine/merge/data_outliner.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

class TomlOutliner : DataOutliner {
 public:
  TomlOutliner(std::string_view text, SymbolTable& symbols) : DataOutliner(text, symbols) {
    outline_.has_tables = true;
  }

  Outline run() {
    read_atoms();
    close_brackets();
    if (outline_.is_sound) {
      outline_.root.data.holds = Holds::kMembers;
      read_statements();
    }
    // Deep brackets cost the parser more than they are worth.
    if (outline_.is_sound && SyntaxTree::parse(Language::kToml, text()).has_errors())
      outline_.is_sound = false;
    return finish_root();
  }

 private:
  void read_atoms() {
    constexpr std::string_view kSigns = "{}[],=";
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    std::size_t i = text().starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    while (i < text().size()) {
      const char c = text()[i];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++i;
      } else if (c == '#') {
        std::size_t end = std::min(text().find('\n', i), text().size());
        const std::size_t next = end;
        while (end > i && (text()[end - 1] == '\r' || text()[end - 1] == ' ')) --end;
        add_atom(i, end, {.is_comment = true}, text().substr(i, end - i));
        i = next;
      } else if (c == '"' || c == '\'') {
        i = read_string(i);
      } else if (kSigns.find(c) != std::string_view::npos) {
        add_sign(i++);
      } else {
        const std::size_t end = std::min(text().find_first_of(" \t\r\n{}[],=#\"'", i), text().size());
        add_atom(i, end, {.is_name = true}, text().substr(i, end - i));
        i = end;
      }
    }
  }

  std::size_t read_string(std::size_t begin) {
    constexpr std::size_t kTriple = 3;
    const char quote = text()[begin];
    const bool is_triple = text().substr(begin).starts_with(std::string(kTriple, quote));
    const std::size_t width = is_triple ? kTriple : 1;
    std::size_t i = begin + width;
    for (; i < text().size(); ++i) {
      if (quote == '"' && text()[i] == '\\') {
        ++i;
      } else if (text()[i] == '\n' && !is_triple) {
        break;
      } else if (text()[i] == quote && text().substr(i).starts_with(std::string(width, quote))) {
        i += width;
        // Up to two quotes may stand before the last three.
        for (int more = 0; is_triple && more < 2 && i < text().size() && text()[i] == quote; ++more) ++i;
        add_atom(begin, i, {.is_text = true}, said_by(text().substr(begin, i - begin), is_triple));
        return i;
      }
    }
    outline_.is_sound = false;
    i = std::min(i, text().size());
    add_atom(begin, i, {.is_text = true}, text().substr(begin, i - begin));
    return i;
  }

  /// Strings in either quotes say the same.
  static std::string said_by(std::string_view string, bool is_triple) {
    const bool is_plain =
        !is_triple && string.substr(1, string.size() - 2).find_first_of("\"'\\") == std::string::npos;
    return is_plain ? "\"" + unquoted(string) + "\"" : std::string(string);
  }

  /// The atom that begins another line, or a comment.
  [[nodiscard]] std::uint32_t end_of_statement(std::uint32_t first) const {
    std::uint32_t i = first;
    while (i < atom_count() && !atom(i).is_comment) {
      if (i > first && text().substr(atom(i - 1).end, atom(i).begin - atom(i - 1).end).find('\n') !=
                           std::string_view::npos)
        break;
      i = after_value(i, atom_count());
    }
    return i;
  }

  void read_statements() {
    std::uint32_t line = 0;
    std::vector<Element> tables;
    for (std::uint32_t i = 0; i < atom_count();) {
      if (atom(i).is_comment) {
        ++i;
        continue;
      }
      const std::uint32_t end = end_of_statement(i);
      if (!begins_line(atom(i).begin) && line_begin(atom(i).begin) != 0) outline_.is_sound = false;
      Element element;
      element.begin = line;
      element.code = std::max(line, line_begin(atom(i).begin));
      element.first_atom = i;
      element.header_atoms = element.last_atom = end;
      element.data.text = atom(i).begin;
      element.data.value_end = element.data.rest = atom(end - 1).end;
      element.end = line = line_end(element.data.rest);
      element.header_end = element.tail = element.end;
      const bool is_table = atom(i).sign == '[';
      i = end;
      while (i < atom_count() && atom(i).begin < line) ++i;
      if (is_table) {
        begin_table(tables, std::move(element), i);
      } else {
        add_pair(tables, std::move(element));
      }
      take_comments(tables, line, i);
    }
    while (!tables.empty()) end_table(tables);
  }

  /// Comments right below the last line of a table belong to it.
  void take_comments(std::vector<Element>& tables, std::uint32_t& line, std::uint32_t next) const {
    if (tables.empty()) return;
    std::uint32_t taken = line;
    std::uint32_t i = next;
    while (i < atom_count() && atom(i).is_comment && line_begin(atom(i).begin) == taken) {
      taken = line_end(atom(i).begin);
      ++i;
    }
    // Above a pair they belong to that, and above a header if no blank line is between.
    const bool is_above = i < atom_count() && line_begin(atom(i).begin) == taken;
    const bool is_pair = i < atom_count() && atom(i).sign != '[';
    if (is_above || is_pair || taken == line) return;
    tables.back().end = line = taken;
    tables.back().last_atom = i;
  }

  void begin_table(std::vector<Element>& tables, Element table, std::uint32_t next) {
    table.kind = ElementKind::kTable;
    table.data.holds = Holds::kMembers;
    table.header_atoms = next;
    for (std::uint32_t i = table.first_atom; i < table.last_atom; ++i) {
      if (atom(i).sign != '[' && atom(i).sign != ']') table.name += unquoted(atom_text(i));
    }
    table.last_atom = next;
    // Tables below an item of an array of tables belong to it.
    while (!tables.empty() && !is_below(tables.back(), table)) end_table(tables);
    if (tables.empty()) check_header(table);
    tables.push_back(std::move(table));
  }

  /// What is a table by one header may not be an array of them by another.
  void check_header(const Element& table) {
    const bool is_wrong = is_item(table) ? tables_.contains(table.name) : arrays_.contains(table.name);
    if (is_wrong) outline_.is_sound = false;
    if (is_item(table)) arrays_.insert(table.name);
    if (!is_item(table)) tables_.insert(table.name);
    for (auto dot = table.name.find('.'); dot != std::string::npos; dot = table.name.find('.', dot + 1))
      tables_.insert(table.name.substr(0, dot));
  }

  [[nodiscard]] bool is_item(const Element& table) const { return atom(table.first_atom + 1).sign == '['; }
  [[nodiscard]] bool is_below(const Element& outer, const Element& inner) const {
    return is_item(outer) && inner.name.starts_with(outer.name + ".");
  }

  void end_table(std::vector<Element>& tables) {
    Element table = std::move(tables.back());
    tables.pop_back();
    Element& parent = tables.empty() ? outline_.root : tables.back();
    if (is_item(table)) {
      table.name = "[[" + table.name + "]]" + identity_of_table(table);
    } else {
      table.name = "[" + table.name + "]";
    }
    table.tail = table.children.empty() ? table.header_end : table.children.back().end;
    table.data.footer = table.data.value_end = table.data.rest = table.end;
    table.data.is_empty = table.children.empty();
    finish(table);
    parent.last_atom = std::max(parent.last_atom, table.last_atom);
    parent.end = std::max(parent.end, table.end);
    parent.children.push_back(std::move(table));
  }

  [[nodiscard]] std::string identity_of_table(const Element& table) const {
    for (const std::string_view key : kIdentifyingKeys) {
      for (const Element& child : table.children) {
        if (child.kind == ElementKind::kMember && child.name == key)
          return " " + std::string(key) + "=" + unquoted(atom_text(child.last_atom - 1));
      }
    }
    return {};
  }

  void add_pair(std::vector<Element>& tables, Element pair) {
    std::uint32_t value = pair.first_atom;
    while (value < pair.last_atom && atom(value).sign != '=') pair.name += unquoted(atom_text(value++));
    ++value;
    pair.kind = ElementKind::kMember;
    if (value >= pair.last_atom) {
      outline_.is_sound = false;
    } else if (atom(value).opens() && atom(value).partner + 1 == pair.last_atom) {
      read_brackets(pair, value, 0);
    }
    finish(pair);
    Element& parent = tables.empty() ? outline_.root : tables.back();
    parent.last_atom = std::max(parent.last_atom, pair.last_atom);
    while (parent.last_atom < atom_count() && atom(parent.last_atom).begin < pair.end) ++parent.last_atom;
    parent.end = std::max(parent.end, pair.end);
    parent.children.push_back(std::move(pair));
  }

  std::set<std::string> tables_;  ///< outside of arrays, with those that only their headers imply
  std::set<std::string> arrays_;
};

}  // namespace

Outline outline_toml(std::string_view text, SymbolTable& symbols) {
  return TomlOutliner(text, symbols).run();
}

}  // namespace mlx
