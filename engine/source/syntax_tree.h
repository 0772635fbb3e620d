#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <tree_sitter/api.h>

#include "engine/base/text_edit.h"

namespace mlx {

enum class Language { kPython, kToml, kYaml };

/// A concrete syntax tree of one text: every byte of the text belongs to a node, and
/// a text with errors still has a tree. Blocks in hundreds of blocks are an error, and their tree is empty.
/// Refers to the text, which must outlive it.
class SyntaxTree {
 public:
  /// Throws std::length_error for a text of 4 GiB or more, which tree-sitter cannot address.
  [[nodiscard]] static SyntaxTree parse(Language language, std::string_view text);

  [[nodiscard]] TSNode root() const { return ts_tree_root_node(tree_.get()); }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string_view text(TSNode node) const;
  [[nodiscard]] bool has_errors() const { return is_too_deep_ || ts_node_has_error(root()); }

 private:
  struct Delete {
    void operator()(TSTree* tree) const { ts_tree_delete(tree); }
  };
  SyntaxTree(std::unique_ptr<TSTree, Delete> tree, std::string_view text)
      : tree_(std::move(tree)), text_(text) {}

  std::unique_ptr<TSTree, Delete> tree_;
  std::string_view text_;
  bool is_too_deep_ = false;
};

[[nodiscard]] inline std::string_view type_of(TSNode node) { return ts_node_type(node); }
[[nodiscard]] inline Span span_of(TSNode node) { return {ts_node_start_byte(node), ts_node_end_byte(node)}; }
[[nodiscard]] TSNode child_by_field(TSNode node, std::string_view field);

/// Calls `visit(node)` for the node and all its named descendants, parents first.
/// A visitor that returns false keeps the walk out of that node. Needs no recursion,
/// so deep nesting cannot exhaust the stack.
template <typename Visit>
void walk(TSNode start, Visit&& visit) {
  TSTreeCursor cursor = ts_tree_cursor_new(start);
  bool is_entered = visit(start);
  while (true) {
    if (is_entered && ts_tree_cursor_goto_first_child(&cursor)) {
    } else {
      while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
        if (!ts_tree_cursor_goto_parent(&cursor)) {
          ts_tree_cursor_delete(&cursor);
          return;
        }
      }
    }
    const TSNode node = ts_tree_cursor_current_node(&cursor);
    is_entered = !ts_node_is_named(node) || visit(node);
  }
}

}  // namespace mlx
