#include "engine/source/move_modules.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace mlx {
namespace {

bool is_identifier_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

bool is_under(std::string_view dotted_path, std::string_view prefix) {
  return dotted_path.starts_with(prefix) &&
         (dotted_path.size() == prefix.size() || dotted_path[prefix.size()] == '.');
}

/// The end of the dotted path that begins at `begin`: identifiers joined by single dots.
std::size_t end_of_dotted_path(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_identifier_byte(text[end])) {
    while (end < text.size() && is_identifier_byte(text[end])) ++end;
    const bool goes_on = end + 1 < text.size() && text[end] == '.' && is_identifier_byte(text[end + 1]);
    if (!goes_on) break;
    ++end;
  }
  return end;
}

/// `a.b.c`, `a.b.c:d` or `a.b:c.d` as a whole, and naming a moved module before the colon.
bool is_module_reference(std::string_view text, const ModuleMove& move) {
  const std::size_t end = end_of_dotted_path(text, 0);
  if (end == 0 || !names_moved_module(text.substr(0, end), move)) return false;
  if (end == text.size()) return true;
  return text[end] == ':' && end + 1 < text.size() && end_of_dotted_path(text, end + 1) == text.size();
}

/// Collects edits, each replacing one occurrence of the old prefix by the new one.
class Moves {
 public:
  explicit Moves(const ModuleMove& move) : move_(move) {}

  void replace_prefix_at(std::size_t offset) {
    edits_.push_back({.span = {offset, offset + move_.from.size()}, .replacement = move_.to});
  }

  /// Prose: every dotted path in it that names a moved module.
  void replace_mentions(std::string_view text, std::size_t offset) {
    for (auto at = text.find(move_.from); at != std::string_view::npos; at = text.find(move_.from, at + 1)) {
      const bool is_word_start =
          at == 0 || (!is_identifier_byte(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '/');
      if (!is_word_start) continue;
      const std::size_t end = end_of_dotted_path(text, at);
      if (names_moved_module(text.substr(at, end - at), move_)) replace_prefix_at(offset + at);
    }
  }

  void replace_reference(std::string_view text, std::size_t offset) {
    if (is_module_reference(text, move_)) replace_prefix_at(offset);
  }

  [[nodiscard]] const ModuleMove& move() const { return move_; }
  [[nodiscard]] std::vector<TextEdit> take() { return std::move(edits_); }

 private:
  const ModuleMove& move_;
  std::vector<TextEdit> edits_;
};

bool is_scope(std::string_view type) {
  return type == "function_definition" || type == "lambda" || type == "list_comprehension" ||
         type == "set_comprehension" || type == "dictionary_comprehension" || type == "generator_expression";
}

/// The targets of an assignment, a loop, a `with … as` and the like.
bool is_inside_binding_target(TSNode identifier) {
  TSNode child = identifier;
  for (TSNode parent = ts_node_parent(child); !ts_node_is_null(parent); parent = ts_node_parent(parent)) {
    const auto type = type_of(parent);
    if (type == "parameters" || type == "lambda_parameters" || type == "as_pattern_target") return true;
    const bool has_left = type == "assignment" || type == "augmented_assignment" || type == "for_statement" ||
                          type == "for_in_clause";
    if (has_left) return ts_node_eq(child_by_field(parent, "left"), child);
    if (type == "named_expression") return ts_node_eq(child_by_field(parent, "name"), child);
    // Only these may stand between a bound name and its statement: in `a.b = 1`, `a` is used, not bound.
    const bool is_transparent = type == "pattern_list" || type == "tuple_pattern" || type == "list_pattern" ||
                                type == "list_splat_pattern" || type == "default_parameter" ||
                                type == "typed_parameter" || type == "typed_default_parameter";
    if (!is_transparent) return false;
    const bool is_default_value =
        type.ends_with("default_parameter") && !ts_node_eq(child_by_field(parent, "name"), child);
    if (is_default_value || ts_node_eq(child_by_field(parent, "type"), child)) return false;
    child = parent;
  }
  return false;
}

/// One pass over a Python tree: imports and strings at once, uses of the prefix as a
/// name kept until it is known whether an import binds that name.
class PythonMover {
 public:
  PythonMover(const SyntaxTree& tree, const ModuleMove& move)
      : tree_(tree), moves_(move), first_segment_(move.from.substr(0, move.from.find('.'))) {}

  std::vector<TextEdit> run() {
    walk(tree_.root(), [this](TSNode node) { return visit(node); });
    if (is_prefix_bound_by_import_) rewrite_uses();
    return moves_.take();
  }

 private:
  /// An identifier that is spelt like the prefix's first segment.
  struct Use {
    TSNode node;
    std::vector<Span> scopes;  ///< functions, lambdas and comprehensions around it
    bool is_binding = false;
  };

  bool visit(TSNode node) {
    const auto type = type_of(node);
    if (type == "import_statement") return visit_import(node);
    if (type == "import_from_statement") return visit_import_from(node);
    if (type == "string") return visit_string(node);
    if (type == "comment") {
      moves_.replace_mentions(tree_.text(node), span_of(node).begin);
    } else if (type == "identifier" && tree_.text(node) == first_segment_) {
      uses_.push_back({.node = node, .scopes = scopes_around(span_of(node))});
    } else if (is_scope(type)) {
      open_scopes_.push_back(span_of(node));
    }
    return true;
  }

  /// The scopes that the walk is in, innermost last. Asking the tree for parents instead would
  /// take time quadratic in the depth.
  std::vector<Span> scopes_around(Span place) {
    while (!open_scopes_.empty() && open_scopes_.back().end <= place.begin) open_scopes_.pop_back();
    return open_scopes_;
  }

  bool visit_import(TSNode statement) {
    for (std::uint32_t i = 0; i < ts_node_named_child_count(statement); ++i) {
      TSNode name = ts_node_named_child(statement, i);
      const bool is_aliased = type_of(name) == "aliased_import";
      if (is_aliased) name = child_by_field(name, "name");
      if (!is_under(tree_.text(name), moves_.move().from)) continue;
      moves_.replace_prefix_at(span_of(name).begin);
      if (!is_aliased) is_prefix_bound_by_import_ = true;
    }
    return false;
  }

  bool visit_import_from(TSNode statement) {
    const TSNode module = child_by_field(statement, "module_name");
    const bool is_absolute = !ts_node_is_null(module) && type_of(module) == "dotted_name";
    if (is_absolute && is_under(tree_.text(module), moves_.move().from)) {
      moves_.replace_prefix_at(span_of(module).begin);
    }
    return false;
  }

  bool visit_string(TSNode string) {
    const bool is_docstring = type_of(ts_node_parent(string)) == "expression_statement";
    std::optional<TSNode> content;
    for (std::uint32_t i = 0; i < ts_node_named_child_count(string); ++i) {
      const TSNode child = ts_node_named_child(string, i);
      const auto type = type_of(child);
      if (type == "interpolation") return true;
      if (type == "string_content") content = child;
    }
    if (!content) return false;
    const auto text = tree_.text(*content);
    const auto offset = span_of(*content).begin;
    if (is_docstring) {
      moves_.replace_mentions(text, offset);
    } else {
      moves_.replace_reference(text, offset);
    }
    return false;
  }

  void rewrite_uses() {
    for (Use& use : uses_) use.is_binding = is_inside_binding_target(use.node);
    for (const Use& use : uses_) {
      if (!is_module_use(use) || is_bound_locally(use)) continue;
      moves_.replace_prefix_at(span_of(use.node).begin);
    }
  }

  /// An expression that reads the whole prefix: for `a.b`, the `a` of `a.b` or `a.b.c`.
  [[nodiscard]] bool is_module_use(const Use& use) const {
    const auto rest = tree_.text().substr(span_of(use.node).begin);
    const auto path = rest.substr(0, end_of_dotted_path(rest, 0));
    if (!is_under(path, moves_.move().from)) return false;
    const TSNode parent = ts_node_parent(use.node);
    const auto type = type_of(parent);
    if (type == "attribute") return ts_node_eq(child_by_field(parent, "object"), use.node);
    if (type == "keyword_argument") return ts_node_eq(child_by_field(parent, "value"), use.node);
    return !use.is_binding;
  }

  [[nodiscard]] bool is_bound_locally(const Use& use) const {
    return std::ranges::any_of(use.scopes, [this](Span scope) {
      return std::ranges::any_of(uses_, [scope](const Use& other) {
        const Span place = span_of(other.node);
        return other.is_binding && place.begin >= scope.begin && place.end <= scope.end;
      });
    });
  }

  const SyntaxTree& tree_;
  Moves moves_;
  std::string first_segment_;
  std::vector<Span> open_scopes_;
  std::vector<Use> uses_;
  bool is_prefix_bound_by_import_ = false;
};

}  // namespace

bool names_moved_module(std::string_view dotted_path, const ModuleMove& move) {
  if (!is_under(dotted_path, move.from)) return false;
  for (std::string path(dotted_path); path.size() > move.from.size(); path.resize(path.rfind('.'))) {
    if (move.modules.contains(path)) return true;
  }
  return false;
}

std::vector<TextEdit> move_modules_in_python(const SyntaxTree& tree, const ModuleMove& move) {
  if (move.from == move.to) return {};
  return PythonMover(tree, move).run();
}

std::vector<TextEdit> move_modules_in_yaml(const SyntaxTree& tree, const ModuleMove& move) {
  if (move.from == move.to) return {};
  Moves moves(move);
  walk(tree.root(), [&](TSNode node) {
    const auto type = type_of(node);
    const auto text = tree.text(node);
    if (type == "comment") {
      moves.replace_mentions(text, span_of(node).begin);
    } else if (type == "plain_scalar") {
      moves.replace_reference(text, span_of(node).begin);
      return false;
    } else if ((type == "double_quote_scalar" || type == "single_quote_scalar") && text.size() >= 2) {
      moves.replace_reference(text.substr(1, text.size() - 2), span_of(node).begin + 1);
      return false;
    }
    return true;
  });
  return moves.take();
}

}  // namespace mlx
