#include "engine/source/long_imports.h"

#include <algorithm>
#include <string>

#include "engine/base/text_lines.h"

namespace mlx {
namespace {

bool is_from(std::string_view module, std::string_view package) {
  return module == package || (module.starts_with(package) && module[package.size()] == '.');
}

/// The names on lines of their own; empty for an import that is not to be wrapped.
std::string wrapped(const SyntaxTree& tree, TSNode statement, std::string_view indentation) {
  const std::string eol(line_end(tree.text()));
  std::string names;
  const std::uint32_t count = ts_node_child_count(statement);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode child = ts_node_child(statement, i);
    if (type_of(child) == "(" || type_of(child) == "wildcard_import") return "";
    const char* const field = ts_node_field_name_for_child(statement, i);
    if (field == nullptr || std::string_view(field) != "name") continue;
    names += std::string(indentation) + "    " + std::string(tree.text(child)) + "," + eol;
  }
  return names.empty() ? "" : "(" + eol + names + std::string(indentation) + ")";
}

}  // namespace

std::size_t width_of(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<TextEdit> wrap_long_imports(const SyntaxTree& tree, std::string_view package) {
  std::vector<TextEdit> edits;
  const std::string_view text = tree.text();
  walk(tree.root(), [&](TSNode node) {
    if (type_of(node) != "import_from_statement") return true;
    const Span span = span_of(node);
    const std::size_t begin = line_begin(text, span.begin);
    const std::size_t end = end_of_line(text, span.begin);
    const std::string_view before = text.substr(begin, span.begin - begin);
    const bool is_alone = span.end == end && before.find_first_not_of(" \t") == std::string_view::npos;
    const bool is_long = width_of(text.substr(begin, end - begin)) > kLongestImport;
    if (!is_alone || !is_long || !is_from(tree.text(child_by_field(node, "module_name")), package))
      return false;
    std::string names = wrapped(tree, node, before);
    if (names.empty()) return false;
    const std::size_t first = ts_node_start_byte(child_by_field(node, "name"));
    edits.push_back({.span = {.begin = first, .end = span.end}, .replacement = std::move(names)});
    return false;
  });
  return edits;
}

}  // namespace mlx
