#include "engine/source/application_site.h"

#include <cstdint>
#include <ranges>

namespace mlx {
namespace {

/// The call that a statement consists of, or that it assigns; a null node if it is neither.
TSNode call_of(TSNode statement) {
  if (type_of(statement) == "expression_statement" && ts_node_named_child_count(statement) > 0) {
    statement = ts_node_named_child(statement, 0);
  }
  if (type_of(statement) == "assignment") statement = child_by_field(statement, "right");
  const bool is_call = !ts_node_is_null(statement) && type_of(statement) == "call";
  return is_call ? statement : TSNode{};
}

/// What a statement assigns to, if that is one name.
std::string_view assigned_name(const SyntaxTree& tree, TSNode statement) {
  if (type_of(statement) != "expression_statement" || ts_node_named_child_count(statement) == 0) return {};
  const TSNode assignment = ts_node_named_child(statement, 0);
  if (type_of(assignment) != "assignment") return {};
  const TSNode left = child_by_field(assignment, "left");
  return type_of(left) == "identifier" ? tree.text(left) : std::string_view();
}

std::string_view returned_name(const SyntaxTree& tree, const std::vector<TSNode>& statements) {
  for (const TSNode& statement : std::views::reverse(statements)) {
    if (type_of(statement) != "return_statement" || ts_node_named_child_count(statement) == 0) continue;
    const TSNode value = ts_node_named_child(statement, 0);
    return type_of(value) == "identifier" ? tree.text(value) : std::string_view();
  }
  return {};
}

/// The application that these statements make with the constructor, if they do.
std::optional<ApplicationSite> site_in(const SyntaxTree& tree, std::vector<TSNode> statements,
                                       std::string_view constructor) {
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const std::string_view name = assigned_name(tree, statements[i]);
    if (name.empty() || called_name(tree, statements[i]) != constructor) continue;
    return ApplicationSite{.function = {},
                           .variable = std::string(name),
                           .construction = i,
                           .statements = std::move(statements)};
  }
  return std::nullopt;
}

TSNode function_of(TSNode statement) {
  return type_of(statement) == "decorated_definition" ? child_by_field(statement, "definition") : statement;
}

}  // namespace

std::vector<TSNode> statements_of(TSNode block) {
  std::vector<TSNode> statements;
  for (std::uint32_t i = 0; i < ts_node_named_child_count(block); ++i) {
    const TSNode child = ts_node_named_child(block, i);
    if (type_of(child) != "comment") statements.push_back(child);
  }
  return statements;
}

std::string_view called_name(const SyntaxTree& tree, TSNode statement) {
  const TSNode call = call_of(statement);
  if (ts_node_is_null(call)) return {};
  TSNode callee = child_by_field(call, "function");
  if (type_of(callee) == "attribute") callee = child_by_field(callee, "attribute");
  return type_of(callee) == "identifier" ? tree.text(callee) : std::string_view();
}

std::optional<ApplicationSite> find_application_site(const SyntaxTree& tree, std::string_view function,
                                                     std::string_view constructor) {
  std::optional<ApplicationSite> other;
  const std::vector<TSNode> top = statements_of(tree.root());
  for (const TSNode statement : top) {
    const TSNode definition = function_of(statement);
    if (type_of(definition) != "function_definition") continue;
    const std::string_view name = tree.text(child_by_field(definition, "name"));
    const auto statements = statements_of(child_by_field(definition, "body"));
    const std::string_view returned = returned_name(tree, statements);
    auto site = site_in(tree, statements, constructor);
    const bool is_wanted = name == function;
    if (!site && is_wanted && !returned.empty()) {
      for (std::size_t i = 0; i < statements.size() && !site; ++i) {
        if (assigned_name(tree, statements[i]) != returned) continue;
        site = ApplicationSite{
            .function = {}, .variable = std::string(returned), .construction = i, .statements = statements};
      }
    }
    if (!site || (!is_wanted && returned != site->variable)) continue;
    site->function = name;
    if (is_wanted) return site;
    if (!other) other = std::move(site);
  }
  if (other) return other;
  return site_in(tree, top, constructor);
}

}  // namespace mlx
