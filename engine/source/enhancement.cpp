#include "engine/source/enhancement.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "engine/source/application_site.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

bool is_import(TSNode node) {
  return type_of(node) == "import_statement" || type_of(node) == "import_from_statement";
}

std::string_view imported_module(const SyntaxTree& tree, TSNode import) {
  if (type_of(import) == "import_from_statement") {
    const TSNode module = child_by_field(import, "module_name");
    return ts_node_is_null(module) ? std::string_view() : tree.text(module);
  }
  TSNode name = ts_node_named_child(import, 0);
  if (type_of(name) == "aliased_import") name = child_by_field(name, "name");
  return tree.text(name);
}

bool is_under(std::string_view dotted, std::string_view prefix) {
  return dotted.starts_with(prefix) && (dotted.size() == prefix.size() || dotted[prefix.size()] == '.');
}

void add_bound_names(const SyntaxTree& tree, TSNode import, std::set<std::string_view>& names) {
  const bool is_from = type_of(import) == "import_from_statement";
  for (std::uint32_t i = is_from ? 1 : 0; i < ts_node_named_child_count(import); ++i) {
    TSNode child = ts_node_named_child(import, i);
    if (type_of(child) == "aliased_import") child = child_by_field(child, "alias");
    const std::string_view text = tree.text(child);
    names.insert(text.substr(0, text.find('.')));
  }
}

bool uses_any(const SyntaxTree& tree, TSNode node, const std::set<std::string_view>& names) {
  bool is_used = false;
  walk(node, [&](TSNode inner) {
    is_used = is_used || (type_of(inner) == "identifier" && names.contains(tree.text(inner)));
    return !is_used;
  });
  return is_used;
}

/// Is every use of one of the names below the node where it may be?
template <typename MayBe>
bool all_uses(const SyntaxTree& tree, TSNode node, const std::set<std::string_view>& names, MayBe&& may_be) {
  bool is_right = true;
  walk(node, [&](TSNode inner) {
    const bool is_use = type_of(inner) == "identifier" && names.contains(tree.text(inner));
    is_right = is_right && (!is_use || may_be(inner));
    return is_right;
  });
  return is_right;
}

/// Whole lines, with the line end, that a node stands on.
Span lines_of(std::string_view text, TSNode node) {
  const Span span = span_of(node);
  const auto before = span.begin == 0 ? std::string_view::npos : text.rfind('\n', span.begin - 1);
  const auto after = text.find('\n', span.end);
  return {before == std::string_view::npos ? 0 : before + 1,
          after == std::string_view::npos ? text.size() : after + 1};
}

/// The lines of an import, with the blank line above where it is the only one of its root: that line
/// came with it, and goes with it.
Span lines_of_import(const SyntaxTree& tree, TSNode import) {
  const std::string_view module = imported_module(tree, import);
  const std::string_view root = module.substr(0, module.find('.'));
  Span lines = lines_of(tree.text(), import);
  const auto others = statements_of(tree.root());
  const bool is_alone = std::ranges::none_of(others, [&](TSNode other) {
    return is_import(other) && !ts_node_eq(other, import) && is_under(imported_module(tree, other), root);
  });
  const std::string_view above = tree.text().substr(0, lines.begin);
  if (!is_alone) return lines;
  if (above.ends_with("\n\r\n")) lines.begin -= 2;
  if (above.ends_with("\n\n")) lines.begin -= 1;
  return lines;
}

std::string_view indentation_of(std::string_view text, TSNode node) {
  const Span lines = lines_of(text, node);
  return text.substr(lines.begin, span_of(node).begin - lines.begin);
}

/// `\b`-bounded replacement of one identifier by another in a statement.
std::string renamed(std::string_view statement, std::string_view from, std::string_view to) {
  if (from == to) return std::string(statement);
  const SyntaxTree tree = SyntaxTree::parse(Language::kPython, statement);
  std::vector<TextEdit> edits;
  walk(tree.root(), [&](TSNode node) {
    if (type_of(node) != "identifier" || tree.text(node) != from) return true;
    const TSNode parent = ts_node_parent(node);
    const bool is_attribute =
        type_of(parent) == "attribute" && !ts_node_eq(child_by_field(parent, "object"), node);
    const bool is_keyword =
        type_of(parent) == "keyword_argument" && ts_node_eq(child_by_field(parent, "name"), node);
    if (!is_attribute && !is_keyword)
      edits.push_back({.span = span_of(node), .replacement = std::string(to)});
    return true;
  });
  return apply_edits(statement, std::move(edits)).value_or(std::string(statement));
}

Error no_python(std::string_view file) {
  return {ErrorCode::kInvalidInput,
          "the file is not valid Python; correct it first",
          {.file = std::string(file)}};
}

/// Where a sliced statement belongs, by what stands around it.
std::string location_of(const SyntaxTree& tree, const std::vector<TSNode>& statements, std::size_t at,
                        const std::set<std::string_view>& names) {
  for (std::size_t i = at; i-- > 0;) {
    if (uses_any(tree, statements[i], names)) continue;  // another one that is taken out
    const std::string_view called = called_name(tree, statements[i]);
    if (!called.empty()) return "after:" + std::string(called);
    break;
  }
  return at + 1 < statements.size() && type_of(statements[at + 1]) == "return_statement" ? "before-return"
                                                                                         : "end";
}

/// Imports of the framework that the constructor comes from.
std::string framework_of(const SyntaxTree& tree, std::string_view constructor) {
  for (const TSNode statement : statements_of(tree.root())) {
    if (type_of(statement) != "import_from_statement") continue;
    std::set<std::string_view> names;
    add_bound_names(tree, statement, names);
    if (names.contains(constructor)) return std::string(imported_module(tree, statement));
  }
  return {};
}

struct Anchor {
  std::size_t offset = 0;
  std::string before;  ///< text that goes before the inserted line
};

/// Where a sorted import block has room for `module`.
Anchor anchor_for_import(const SyntaxTree& tree, std::string_view module, std::string_view newline) {
  const std::string_view text = tree.text();
  const std::string_view root = module.substr(0, module.find('.'));
  std::optional<TSNode> last_of_root;
  std::optional<TSNode> last;
  std::optional<TSNode> docstring;
  for (const TSNode statement : statements_of(tree.root())) {
    if (!is_import(statement)) {
      const bool is_docstring = !last && !docstring && type_of(statement) == "expression_statement" &&
                                type_of(ts_node_named_child(statement, 0)) == "string";
      if (!is_docstring) break;
      docstring = statement;
      continue;
    }
    const std::string_view other = imported_module(tree, statement);
    if (is_under(other, root)) {
      if (other > module) return {.offset = lines_of(text, statement).begin, .before = {}};
      last_of_root = statement;
    }
    last = statement;
  }
  if (last_of_root) return {.offset = lines_of(text, *last_of_root).end, .before = {}};
  if (last) return {.offset = lines_of(text, *last).end, .before = std::string(newline)};
  if (docstring) return {.offset = lines_of(text, *docstring).end, .before = std::string(newline)};
  return {};
}

/// The end of the statement that the new one goes behind, as an offset of a line's begin.
std::size_t place_for(const SyntaxTree& tree, const ApplicationSite& site, std::string_view location) {
  const auto behind = [&](std::size_t i) { return lines_of(tree.text(), site.statements[i]).end; };
  if (location.starts_with("after:")) {
    const std::string_view name = location.substr(6);
    for (std::size_t i = site.statements.size(); i-- > site.construction;) {
      if (called_name(tree, site.statements[i]) == name) return behind(i);
    }
  }
  const bool is_last = location == "before-return" || location == "end";
  if (is_last) {
    for (std::size_t i = site.statements.size(); i-- > site.construction + 1;) {
      if (type_of(site.statements[i]) == "return_statement")
        return lines_of(tree.text(), site.statements[i]).begin;
    }
    if (!site.function.empty()) return behind(site.statements.size() - 1);
  }
  return behind(site.construction);
}

bool has_statement(const SyntaxTree& tree, const ApplicationSite& site, std::string_view statement) {
  return std::ranges::any_of(site.statements, [&](TSNode node) { return tree.text(node) == statement; });
}

bool has_import(const SyntaxTree& tree, std::string_view import) {
  const auto statements = statements_of(tree.root());
  return std::ranges::any_of(statements, [&](TSNode node) { return tree.text(node) == import; });
}

}  // namespace

Result<SlicedFile> slice_enhancement(std::string_view text, std::string_view file,
                                     const std::set<std::string>& modules) {
  const SyntaxTree tree = SyntaxTree::parse(Language::kPython, text);
  if (tree.has_errors()) return std::unexpected(no_python(file));
  SlicedFile sliced;
  std::set<std::string_view> names;
  std::vector<TextEdit> edits;
  const auto take_out = [&](TSNode node) {
    const Span lines = lines_of(text, node);
    edits.push_back({.span = lines, .replacement = {}});
  };
  const auto not_separable = [&](TSNode node) {
    return fail(ErrorCode::kInvalidInput,
                "a line of another component cannot be taken out here: it has to be a whole statement of one "
                "function",
                {.file = std::string(file), .line = ts_node_start_point(node).row + 1});
  };
  const std::vector<TSNode> top = statements_of(tree.root());
  for (const TSNode statement : top) {
    if (!is_import(statement)) continue;
    const std::string_view module = imported_module(tree, statement);
    const bool is_theirs =
        std::ranges::any_of(modules, [&](const std::string& own) { return is_under(module, own); });
    if (!is_theirs) continue;
    add_bound_names(tree, statement, names);
    sliced.enhancement.imports.emplace_back(tree.text(statement));
    edits.push_back({.span = lines_of_import(tree, statement), .replacement = {}});
  }
  for (const TSNode statement : top) {
    if (is_import(statement) || !uses_any(tree, statement, names)) continue;
    const TSNode definition =
        type_of(statement) == "decorated_definition" ? child_by_field(statement, "definition") : statement;
    if (type_of(definition) != "function_definition" || !sliced.enhancement.function.empty())
      return not_separable(statement);
    const std::vector<TSNode> body = statements_of(child_by_field(definition, "body"));
    const auto is_in_body = [&](TSNode use) {
      return std::ranges::any_of(body, [&](TSNode line) {
        return span_of(use).begin >= span_of(line).begin && span_of(use).end <= span_of(line).end;
      });
    };
    // In a decorator, a default value or an annotation it is no line that could be left out.
    if (!all_uses(tree, statement, names, is_in_body)) return not_separable(statement);
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (!uses_any(tree, body[i], names)) continue;
      if (type_of(body[i]) != "expression_statement") return not_separable(body[i]);
      sliced.enhancement.statements.push_back(
          {.text = std::string(tree.text(body[i])), .location = location_of(tree, body, i, names)});
      take_out(body[i]);
    }
    sliced.enhancement.function = tree.text(child_by_field(definition, "name"));
    for (const TSNode line : body) {
      const std::string_view constructor = called_name(tree, line);
      const std::string framework = constructor.empty() ? std::string() : framework_of(tree, constructor);
      if (framework != "fastapi" && framework != "starlette.applications" && framework != "flask") continue;
      const auto site = find_application_site(tree, sliced.enhancement.function, constructor);
      if (!site) continue;
      sliced.enhancement.constructor = constructor;
      sliced.enhancement.framework = framework;
      sliced.enhancement.variable = site->variable;
      break;
    }
    if (sliced.enhancement.variable.empty()) return not_separable(statement);
  }
  sliced.rest = MLX_TRY(apply_edits(text, std::move(edits)));
  return sliced;
}

std::string write_enhancement(const Enhancement& enhancement) {
  std::string text = "from " + enhancement.framework + " import " + enhancement.constructor + "\n\n";
  for (const std::string& import : enhancement.imports) text += import + "\n";
  text += "\n\ndef " + enhancement.function + "() -> " + enhancement.constructor + ":\n";
  text += "    " + enhancement.variable + " = " + enhancement.constructor + "()\n";
  for (const AddedStatement& statement : enhancement.statements) text += "    " + statement.text + "\n";
  return text + "    return " + enhancement.variable + "\n";
}

Result<Enhancement> read_enhancement(std::string_view text, std::string_view file,
                                     const std::vector<std::string>& locations) {
  const SyntaxTree tree = SyntaxTree::parse(Language::kPython, text);
  if (tree.has_errors()) return std::unexpected(no_python(file));
  Enhancement enhancement;
  std::vector<TSNode> body;
  for (const TSNode statement : statements_of(tree.root())) {
    if (is_import(statement)) {
      if (enhancement.framework.empty()) {
        enhancement.framework = imported_module(tree, statement);
        std::set<std::string_view> names;
        add_bound_names(tree, statement, names);
        if (!names.empty()) enhancement.constructor = *names.begin();
      } else {
        enhancement.imports.emplace_back(tree.text(statement));
      }
    } else if (type_of(statement) == "function_definition") {
      enhancement.function = tree.text(child_by_field(statement, "name"));
      body = statements_of(child_by_field(statement, "body"));
    }
  }
  const auto site = find_application_site(tree, enhancement.function, enhancement.constructor);
  const bool is_whole = site && body.size() == locations.size() + 2 && !locations.empty();
  if (!is_whole) {
    return fail(ErrorCode::kInvalidInput,
                "this is no template of added lines: expected one function that makes the application, has a "
                "line for each "
                "injection point, and returns it",
                {.file = std::string(file)});
  }
  enhancement.variable = site->variable;
  for (std::size_t i = 0; i < locations.size(); ++i) {
    enhancement.statements.push_back({.text = std::string(tree.text(body[i + 1])), .location = locations[i]});
  }
  return enhancement;
}

Result<std::string> insert_enhancement(std::string_view text, std::string_view file,
                                       const Enhancement& enhancement) {
  std::string result(text);
  const std::string newline(line_end(text));
  // One line at a time, on a tree of its own: each may change where the next one goes.
  for (const AddedStatement& added : enhancement.statements) {
    const SyntaxTree tree = SyntaxTree::parse(Language::kPython, result);
    if (tree.has_errors()) return std::unexpected(no_python(file));
    const auto site = find_application_site(tree, enhancement.function, enhancement.constructor);
    if (!site) {
      return fail(ErrorCode::kNotFound,
                  "no function here makes a " + enhancement.constructor + " application",
                  {.file = std::string(file)});
    }
    const std::string statement = renamed(added.text, enhancement.variable, site->variable);
    if (has_statement(tree, *site, statement)) continue;
    const std::size_t place = place_for(tree, *site, added.location);
    std::string line(indentation_of(result, site->statements[site->construction]));
    line += statement + newline;
    if (place > 0 && result[place - 1] != '\n') line.insert(0, newline);
    result.insert(place, line);
  }
  for (const std::string& import : enhancement.imports) {
    const SyntaxTree tree = SyntaxTree::parse(Language::kPython, result);
    if (has_import(tree, import)) continue;
    const SyntaxTree own = SyntaxTree::parse(Language::kPython, import);
    const std::string module(imported_module(own, ts_node_named_child(own.root(), 0)));
    const Anchor anchor = anchor_for_import(tree, module, newline);
    std::string line = anchor.before + import;
    line += newline;
    result.insert(anchor.offset, line);
  }
  return result;
}

std::string remove_enhancement(std::string_view text, const Enhancement& enhancement) {
  std::string result(text);
  for (const AddedStatement& added : enhancement.statements) {
    const SyntaxTree tree = SyntaxTree::parse(Language::kPython, result);
    const auto site = find_application_site(tree, enhancement.function, enhancement.constructor);
    if (!site) continue;
    const std::string statement = renamed(added.text, enhancement.variable, site->variable);
    for (const TSNode node : site->statements) {
      if (tree.text(node) != statement) continue;
      const Span lines = lines_of(result, node);
      result.erase(lines.begin, lines.size());
      break;
    }
  }
  for (const std::string& import : enhancement.imports) {
    const SyntaxTree tree = SyntaxTree::parse(Language::kPython, result);
    for (const TSNode node : statements_of(tree.root())) {
      if (tree.text(node) != import) continue;
      std::set<std::string_view> names;
      add_bound_names(tree, node, names);
      const auto statements = statements_of(tree.root());
      const bool is_used = std::ranges::any_of(
          statements, [&](TSNode other) { return !is_import(other) && uses_any(tree, other, names); });
      if (is_used) break;
      const Span lines = lines_of_import(tree, node);
      result.erase(lines.begin, lines.size());
      break;
    }
  }
  return result;
}

}  // namespace mlx
