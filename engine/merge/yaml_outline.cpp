#include <algorithm>
#include <array>
#include <set>

#include "engine/merge/data_outliner.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

/// Brackets in brackets; more of them cost the parser more than they are worth.
constexpr int kDeepestBracket = 500;

bool is_deeper_than(std::string_view text, int limit) {
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > limit) return true;
  }
  return false;
}

std::vector<TSNode> children_of(TSNode node) {
  std::vector<TSNode> found;
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (bool is_child = ts_tree_cursor_goto_first_child(&cursor); is_child;
       is_child = ts_tree_cursor_goto_next_sibling(&cursor))
    found.push_back(ts_tree_cursor_current_node(&cursor));
  ts_tree_cursor_delete(&cursor);
  return found;
}

bool is_scalar(std::string_view type) {
  return type == "plain_scalar" || type == "double_quote_scalar" || type == "single_quote_scalar" ||
         type == "block_scalar";
}

/// Words with one space between: what a scalar of several lines says.
std::string folded(std::string_view text) {
  std::string said;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", i), text.size());
    if (end > i) said += (said.empty() ? "" : " ") + std::string(text.substr(i, end - i));
    i = end + 1;
  }
  return said;
}

/// The lines of a block scalar, whatever it is indented by.
std::string unindented(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::size_t least = std::string_view::npos;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto begin = lines[i].find_first_not_of(" \r");
    if (begin != std::string_view::npos) least = std::min(least, begin);
  }
  std::string said(lines.empty() ? std::string_view() : lines.front());
  for (std::size_t i = 1; i < lines.size(); ++i)
    said += "\n" + std::string(lines[i].substr(std::min(least, lines[i].size())));
  return said;
}

class YamlOutliner : DataOutliner {
 public:
  YamlOutliner(std::string_view text, SymbolTable& symbols) : DataOutliner(text, symbols) {}

  Outline run() {
    if (is_deeper_than(text(), kDeepestBracket)) {
      outline_.is_sound = false;
      return finish_root();
    }
    const SyntaxTree tree = SyntaxTree::parse(Language::kYaml, text());
    if (tree.has_errors()) outline_.is_sound = false;
    read_atoms(tree.root());
    close_brackets();
    if (outline_.is_sound) read_stream(tree.root());
    return finish_root();
  }

 private:
  void read_atoms(TSNode root) {
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    for (bool is_there = true; is_there;) {
      const bool is_inner = !add_node(ts_tree_cursor_current_node(&cursor));
      if (is_inner && ts_tree_cursor_goto_first_child(&cursor)) continue;
      while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
        is_there = ts_tree_cursor_goto_parent(&cursor);
        if (!is_there) break;
      }
    }
    ts_tree_cursor_delete(&cursor);
  }

  /// False for a node that is made of others.
  bool add_node(TSNode node) {
    constexpr std::array<std::string_view, 4> kWhole = {"anchor", "alias", "tag", "yaml_directive"};
    const std::string_view type = type_of(node);
    const Span span = span_of(node);
    const std::string_view said = text().substr(span.begin, span.size());
    if (type == "comment") {
      std::size_t end = span.end;
      while (end > span.begin && (text()[end - 1] == ' ' || text()[end - 1] == '\r')) --end;
      add_atom(span.begin, end, {.is_comment = true}, text().substr(span.begin, end - span.begin));
    } else if (is_scalar(type)) {
      add_scalar(type, span);
    } else if (std::ranges::find(kWhole, type) != kWhole.end()) {
      add_atom(span.begin, span.end, {.is_name = true}, said);
      if (type == "anchor") anchors_.insert(said.substr(1));
      // What it stands for is gone.
      if (type == "alias" && !anchors_.contains(said.substr(1))) outline_.is_sound = false;
    } else if (ts_node_child_count(node) > 0) {
      return false;
    } else if (said.size() == 1) {
      add_sign(span.begin);
    } else if (!said.empty()) {
      add_atom(span.begin, span.end, {.is_name = true}, said);
    }
    return true;
  }

  void add_scalar(std::string_view type, Span span) {
    std::size_t end = span.end;
    while (end > span.begin && (text()[end - 1] == '\n' || text()[end - 1] == '\r')) --end;
    const std::string_view said = text().substr(span.begin, end - span.begin);
    const AtomTraits traits{.is_text = true};
    if (type == "block_scalar") return add_atom(span.begin, end, traits, unindented(said));
    const bool is_other_quote =
        type == "single_quote_scalar" && said.size() > 1 &&
        said.substr(1, said.size() - 2).find_first_of("\"'\\") == std::string_view::npos;
    add_atom(span.begin, end, traits, is_other_quote ? folded("\"" + unquoted(said) + "\"") : folded(said));
  }

  /// The first atom at or behind a place.
  [[nodiscard]] std::uint32_t atom_at(std::size_t place) const {
    const auto found = std::ranges::lower_bound(outline_.atoms, place, {}, &Atom::begin);
    return static_cast<std::uint32_t>(found - outline_.atoms.begin());
  }

  void read_stream(TSNode root) {
    std::uint32_t line = 0;
    for (const TSNode document : children_of(root)) {
      if (type_of(document) != "document") continue;
      const std::uint32_t first = first_said(atom_at(ts_node_start_byte(document)));
      const std::uint32_t end = atom_at(ts_node_end_byte(document));
      if (first >= end) continue;
      Element element;
      element.kind = ElementKind::kDocument;
      element.begin = line;
      element.first_atom = first;
      element.data.text = atom(first).begin;
      element.code = line_begin(atom(first).begin);
      if (element.code < line) outline_.is_sound = false;
      element.last_atom = last_said(first, end);
      read_value(element, content_of(document), 0, -1);
      element.name = name_of_document(element);
      finish(element);
      line = element.end;
      outline_.root.children.push_back(std::move(element));
    }
    if (outline_.root.children.size() == 1) outline_.root.children.front().name = "document";
  }

  [[nodiscard]] std::uint32_t first_said(std::uint32_t i) const {
    while (i < atom_count() && atom(i).is_comment) ++i;
    return i;
  }
  [[nodiscard]] std::uint32_t last_said(std::uint32_t first, std::uint32_t end) const {
    while (end > first && atom(end - 1).is_comment) --end;
    return end;
  }

  static TSNode content_of(TSNode parent) {
    TSNode found{};
    for (const TSNode child : children_of(parent)) {
      const std::string_view type = type_of(child);
      if (type == "block_node" || type == "flow_node") found = child;
    }
    return found;
  }

  [[nodiscard]] int column_of(std::size_t place) const { return static_cast<int>(place - line_begin(place)); }

  /// Of an element whose beginning is known, all that follows: its children, or where its value ends.
  void read_value(Element& element, TSNode value, int depth, int column) {
    element.header_atoms = element.last_atom;
    const bool is_bare = element.first_atom == element.last_atom;
    element.data.value_end = element.data.rest =
        is_bare ? element.data.text + 1 : atom(element.last_atom - 1).end;
    element.header_end = element.end = element.tail = line_end(element.data.rest);
    if (ts_node_is_null(value)) {
      element.data.is_empty = true;
      return;
    }
    for (const TSNode child : children_of(value)) {
      const std::string_view type = type_of(child);
      const bool is_block = type == "block_mapping" || type == "block_sequence";
      if (is_block && depth < kDeepestBlock) return read_block(element, child, depth, column);
      element.data.is_literal = element.data.is_literal || type == "block_scalar";
      if ((type == "flow_mapping" || type == "flow_sequence") && depth < kDeepestBlock) {
        const std::uint32_t open = atom_at(ts_node_start_byte(child));
        if (atom(open).opens() && atom(open).partner + 1 == element.last_atom)
          read_brackets(element, open, depth);
      }
    }
  }

  void read_block(Element& element, TSNode block, int depth, int column) {
    element.data.holds = type_of(block) == "block_mapping" ? Holds::kMembers : Holds::kItems;
    const std::uint32_t place = ts_node_start_byte(block);
    const bool is_compact = line_begin(place) == element.code;
    if (is_compact) {
      element.header_end = element.code;
      element.header_atoms = element.first_atom;
      // `--- a: 1`, or an anchor of all that follows.
      if (element.first_atom != atom_at(place)) return read_whole(element);
    } else {
      const std::uint32_t last = last_said(element.first_atom, atom_at(place));
      element.header_end = line_end(last == element.first_atom ? element.data.text : atom(last - 1).end);
      element.header_atoms = atom_at(element.header_end);
    }
    std::uint32_t line = element.header_end;
    for (const TSNode child : children_of(block)) {
      const std::string_view type = type_of(child);
      if (type != "block_mapping_pair" && type != "block_sequence_item") continue;
      Element part;
      part.begin = line;
      part.data.text = ts_node_start_byte(child);
      part.code = line_begin(part.data.text);
      const bool is_first = element.children.empty() && is_compact;
      if (part.code < line || (!is_first && !begins_line(part.data.text))) return read_whole(element);
      part.first_atom = atom_at(part.data.text);
      part.last_atom = last_said(part.first_atom, atom_at(ts_node_end_byte(child)));
      if (type == "block_mapping_pair") {
        read_pair(part, child, depth);
      } else {
        read_item(part, child, depth);
      }
      line = part.end;
      element.children.push_back(std::move(part));
    }
    if (element.data.holds == Holds::kItems) mark_shared_names(element.children);
    element.tail = line;
    take_tail(element, column_of(place), column);
    element.last_atom = atom_at(element.end);
    element.data.footer = element.data.value_end = element.data.rest = element.end;
  }

  /// What has children that can't be told apart by lines.
  void read_whole(Element& element) const {
    element.children.clear();
    element.data.holds = Holds::kNothing;
    element.header_atoms = element.last_atom;
    element.header_end = element.tail = element.end;
  }

  /// Comments behind the last child that are indented as it is, and more than the element is.
  void take_tail(Element& element, int child_column, int column) const {
    element.end = element.tail;
    for (std::uint32_t i = atom_at(element.tail); i < atom_count() && atom(i).is_comment; ++i) {
      const int here = column_of(atom(i).begin);
      if (here < child_column || here <= column) break;
      element.end = line_end(atom(i).begin);
    }
  }

  void read_pair(Element& part, TSNode pair, int depth) {
    part.kind = ElementKind::kMember;
    const TSNode key = child_by_field(pair, "key");
    const TSNode value = child_by_field(pair, "value");
    const bool is_explicit = ts_node_is_null(key) || text()[part.data.text] == '?';
    if (ts_node_is_null(key)) {
      part.name = "?";
    } else {
      const Span span = span_of(key);
      part.name = unquoted(text().substr(span.begin, span.size()));
    }
    read_value(part, value, is_explicit ? kDeepestBlock : depth + 1, column_of(part.data.text));
    if (is_explicit) part.data.is_empty = false;
    finish(part);
  }

  void read_item(Element& part, TSNode item, int depth) {
    part.kind = ElementKind::kItem;
    part.first_atom = std::min(part.first_atom + 1, part.last_atom);  // behind its dash
    read_value(part, content_of(item), depth + 1, column_of(part.data.text));
    part.name = part.children.empty() || part.data.bracket != 0
                    ? (part.first_atom < part.last_atom ? identity_of(part.first_atom, part.last_atom) : "")
                    : name_of_item(part);
    finish(part);
  }

  [[nodiscard]] const Element* member(const Element& mapping, std::string_view key) const {
    const auto found = std::ranges::find(mapping.children, key, &Element::name);
    return found == mapping.children.end() || found->kind != ElementKind::kMember ? nullptr : &*found;
  }

  /// The text of a member that is a scalar.
  [[nodiscard]] std::string scalar_of(const Element* member) const {
    constexpr std::uint32_t kAtoms = 3;  // the key, its colon, the value
    if (member == nullptr || member->last_atom - member->first_atom != kAtoms) return {};
    return unquoted(atom_text(member->last_atom - 1));
  }

  [[nodiscard]] std::string name_of_item(const Element& item) const {
    if (item.data.holds != Holds::kMembers) return {};
    for (const std::string_view key : kIdentifyingKeys) {
      if (const std::string said = scalar_of(member(item, key)); !said.empty())
        return std::string(key) + "=" + said;
    }
    // An action of a workflow, in any version.
    if (const std::string used = scalar_of(member(item, "uses")); !used.empty())
      return "uses=" + used.substr(0, used.find('@'));
    // A group and what is chosen of it.
    const bool is_choice = item.children.size() == 1 && !scalar_of(&item.children.front()).empty();
    return is_choice ? item.children.front().name + ":" : std::string();
  }

  /// What Kubernetes tells objects apart by.
  [[nodiscard]] std::string name_of_document(const Element& document) const {
    const std::string kind = scalar_of(member(document, "kind"));
    const Element* metadata = member(document, "metadata");
    const std::string name = metadata == nullptr ? std::string() : scalar_of(member(*metadata, "name"));
    return kind.empty() || name.empty() ? std::string() : kind + "/" + name;
  }

  std::set<std::string_view> anchors_;
};

}  // namespace

Outline outline_yaml(std::string_view text, SymbolTable& symbols) {
  return YamlOutliner(text, symbols).run();
}

}  // namespace mlx
