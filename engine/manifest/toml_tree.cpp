#include "engine/manifest/toml_tree.h"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

#include "engine/manifest/toml_string.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

struct KeyPart {
  std::string name;
  Span span;
};

/// The named children without comments. By cursor: asking for the n-th child is linear in n.
std::vector<TSNode> named_children(TSNode node) {
  std::vector<TSNode> found;
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (bool is_child = ts_tree_cursor_goto_first_child(&cursor); is_child;
       is_child = ts_tree_cursor_goto_next_sibling(&cursor)) {
    const TSNode child = ts_tree_cursor_current_node(&cursor);
    if (ts_node_is_named(child) && type_of(child) != "comment") found.push_back(child);
  }
  ts_tree_cursor_delete(&cursor);
  return found;
}

TomlKind kind_of(std::string_view type) {
  if (type == "inline_table") return TomlKind::kTable;
  if (type == "array") return TomlKind::kArray;
  if (type == "string") return TomlKind::kString;
  if (type == "integer") return TomlKind::kInteger;
  if (type == "float") return TomlKind::kFloat;
  if (type == "boolean") return TomlKind::kBoolean;
  return TomlKind::kDateTime;
}

class TreeBuilder {
 public:
  explicit TreeBuilder(const SyntaxTree& tree) : tree_(tree) { nodes_.push_back({.form = TomlForm::kRoot}); }

  std::vector<TomlNode> build() {
    for (const TSNode child : named_children(tree_.root())) {
      if (type_of(child) == "pair") {
        add_pair(child, 0);
      } else {
        add_section(child);
      }
    }
    return std::move(nodes_);
  }

 private:
  struct PendingValue {
    TSNode node;
    std::size_t parent;
    KeyPart key;
  };

  [[nodiscard]] std::vector<KeyPart> key_parts(TSNode key) const {
    std::vector<KeyPart> parts;
    while (type_of(key) == "dotted_key") {
      const std::vector<TSNode> children = named_children(key);
      parts.push_back(key_part(children.back()));
      key = children.front();
    }
    parts.push_back(key_part(key));
    std::ranges::reverse(parts);
    return parts;
  }

  [[nodiscard]] KeyPart key_part(TSNode key) const {
    const std::string_view text = tree_.text(key);
    const bool is_quoted = type_of(key) == "quoted_key";
    return {.name = is_quoted ? decode_toml_string(text) : std::string(text), .span = span_of(key)};
  }

  std::size_t add(TomlNode node) {
    const std::size_t index = nodes_.size();
    TomlNode& parent = nodes_[node.parent];
    if (parent.kind == TomlKind::kArray) {
      parent.elements.push_back(index);
    } else {
      parent.members.emplace(node.name, index);
    }
    nodes_.push_back(std::move(node));
    return index;
  }

  /// The member of a table that further keys go through: for an array of tables, its last one.
  std::size_t descend(std::size_t table, const KeyPart& part, TomlForm form_if_new) {
    if (const auto found = nodes_[table].members.find(part.name); found != nodes_[table].members.end()) {
      const TomlNode& member = nodes_[found->second];
      return member.kind == TomlKind::kArray && !member.elements.empty() ? member.elements.back()
                                                                         : found->second;
    }
    return add(
        {.form = form_if_new, .span = part.span, .key = part.span, .parent = table, .name = part.name});
  }

  void add_section(TSNode section) {
    const std::vector<TSNode> children = named_children(section);
    if (children.empty()) return;
    const bool is_array_element = type_of(section) == "table_array_element";
    const std::vector<KeyPart> parts = key_parts(children.front());
    std::size_t table = 0;
    for (const KeyPart& part : parts | std::views::take(parts.size() - 1)) {
      table = descend(table, part, TomlForm::kImplied);
    }
    const Span header = header_span(section);
    if (is_array_element) {
      const auto found = nodes_[table].members.find(parts.back().name);
      const std::size_t array = found != nodes_[table].members.end() ? found->second
                                                                     : add({.kind = TomlKind::kArray,
                                                                            .form = TomlForm::kImplied,
                                                                            .span = header,
                                                                            .key = parts.back().span,
                                                                            .parent = table,
                                                                            .name = parts.back().name});
      table = add({.form = TomlForm::kHeader, .span = header, .key = header, .parent = array});
    } else {
      table = descend(table, parts.back(), TomlForm::kHeader);
      nodes_[table].form = TomlForm::kHeader;
      nodes_[table].span = header;
      nodes_[table].key = parts.back().span;
    }
    for (const TSNode child : children | std::views::drop(1)) add_pair(child, table);
  }

  [[nodiscard]] Span header_span(TSNode section) const {
    const std::size_t begin = ts_node_start_byte(section);
    std::size_t end = begin;
    TSTreeCursor cursor = ts_tree_cursor_new(section);
    for (bool is_child = ts_tree_cursor_goto_first_child(&cursor); is_child;
         is_child = ts_tree_cursor_goto_next_sibling(&cursor)) {
      const TSNode child = ts_tree_cursor_current_node(&cursor);
      if (type_of(child) == "]" || type_of(child) == "]]") {
        end = ts_node_end_byte(child);
        break;
      }
    }
    ts_tree_cursor_delete(&cursor);
    return {.begin = begin, .end = end};
  }

  /// Adds `key = value`, written in the section or inline table that is node `table`.
  void add_pair(TSNode pair, std::size_t table) {
    std::vector<PendingValue> pending;
    queue_pair(pair, table, pending);
    while (!pending.empty()) {
      const PendingValue next = std::move(pending.back());
      pending.pop_back();
      add_value(next, pending);
    }
  }

  void queue_pair(TSNode pair, std::size_t table, std::vector<PendingValue>& pending) {
    const std::vector<TSNode> children = named_children(pair);
    if (children.size() < 2) return;
    const std::size_t end = ts_node_end_byte(children.back());
    const std::vector<KeyPart> parts = key_parts(children.front());
    nodes_[table].end_of_last_pair = end;
    for (const KeyPart& part : parts | std::views::take(parts.size() - 1)) {
      table = descend(table, part, TomlForm::kDotted);
      TomlNode& node = nodes_[table];
      if (node.form == TomlForm::kImplied) node.form = TomlForm::kDotted;
      node.span = {.begin = parts.front().span.begin, .end = part.span.end};
      node.end_of_last_pair = end;
    }
    pending.push_back({.node = children.back(), .parent = table, .key = parts.back()});
  }

  void add_value(const PendingValue& value, std::vector<PendingValue>& pending) {
    const TomlKind kind = kind_of(type_of(value.node));
    const std::string_view text = tree_.text(value.node);
    TomlNode node = {.kind = kind,
                     .span = span_of(value.node),
                     .key = value.key.span,
                     .parent = value.parent,
                     .name = value.key.name};
    if (kind == TomlKind::kString) {
      node.scalar = decode_toml_string(text);
    } else if (kind != TomlKind::kTable && kind != TomlKind::kArray) {
      node.scalar = text;
    }
    const std::size_t index = add(std::move(node));
    const std::size_t first = pending.size();
    if (kind == TomlKind::kTable) {
      for (const TSNode child : named_children(value.node)) queue_pair(child, index, pending);
    } else if (kind == TomlKind::kArray) {
      for (const TSNode child : named_children(value.node)) {
        pending.push_back({.node = child, .parent = index, .key = {.name = {}, .span = span_of(child)}});
      }
    }
    // The last one queued is added first.
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(first), pending.end());
  }

  const SyntaxTree& tree_;
  std::vector<TomlNode> nodes_;
};

}  // namespace

Result<std::vector<TomlNode>> build_toml_nodes(const std::string& text, const std::string& file) {
  const SyntaxTree tree = SyntaxTree::parse(Language::kToml, text);
  if (tree.has_errors()) {
    std::size_t offset = text.size();
    walk(tree.root(), [&](TSNode node) {
      const bool is_wrong = ts_node_is_error(node) || ts_node_is_missing(node);
      if (is_wrong) offset = std::min<std::size_t>(offset, ts_node_start_byte(node));
      return ts_node_has_error(node) && !is_wrong;
    });
    const LineColumn place = line_column(text, offset);
    return fail(ErrorCode::kInvalidInput, "this spelling is not understood; write it in a plainer way",
                {.file = file, .line = place.line, .column = place.column});
  }
  return TreeBuilder(tree).build();
}

}  // namespace mlx
