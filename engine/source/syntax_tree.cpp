#include "engine/source/syntax_tree.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

extern "C" {
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_toml();
const TSLanguage* tree_sitter_yaml();
}

namespace mlx {
namespace {

const TSLanguage* grammar(Language language) {
  switch (language) {
    case Language::kPython: return tree_sitter_python();
    case Language::kToml: return tree_sitter_toml();
    case Language::kYaml: return tree_sitter_yaml();
  }
  std::unreachable();
}

/// Levels of indentation; the scanners of the grammars keep them in 1,024 bytes, 4 for each of YAML's and 2
/// for each of Python's, and write on behind the end.
constexpr std::size_t kDeepestYaml = 200;
constexpr std::size_t kDeepestPython = 400;

/// Can the text, whatever it means, have more levels of blocks than that?
bool is_deeper_than(std::string_view text, std::size_t limit) {
  std::vector<std::size_t> open;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    for (auto at = line.find_first_not_of(" \t\r"); at != std::string_view::npos;) {
      while (!open.empty() && open.back() >= at) open.pop_back();
      open.push_back(at);
      if (open.size() > limit) return true;
      // What opens a block of YAML inside of the line.
      constexpr std::string_view kIndicators = "-?:";
      const bool is_last = at + 1 == line.size() || (line[at + 1] != ' ' && line[at + 1] != '\t');
      if (kIndicators.find(line[at]) == std::string_view::npos || is_last) break;
      at = line.find_first_not_of(" \t\r", at + 1);
    }
  }
  return false;
}

bool exhausts_scanner(Language language, std::string_view text) {
  switch (language) {
    case Language::kPython: return is_deeper_than(text, kDeepestPython);
    case Language::kYaml: return is_deeper_than(text, kDeepestYaml);
    case Language::kToml: return false;
  }
  std::unreachable();
}

struct DeleteParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

}  // namespace

SyntaxTree SyntaxTree::parse(Language language, std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error("a text of 4 GiB or more cannot be parsed");
  }
  const std::unique_ptr<TSParser, DeleteParser> parser(ts_parser_new());
  if (!ts_parser_set_language(parser.get(), grammar(language))) {
    throw std::logic_error("a grammar was built for another version of tree-sitter");
  }
  const bool is_too_deep = exhausts_scanner(language, text);
  const auto size = static_cast<std::uint32_t>(is_too_deep ? 0 : text.size());
  SyntaxTree tree(
      std::unique_ptr<TSTree, Delete>(ts_parser_parse_string(parser.get(), nullptr, text.data(), size)),
      text);
  tree.is_too_deep_ = is_too_deep;
  return tree;
}

std::string_view SyntaxTree::text(TSNode node) const {
  const Span span = span_of(node);
  return text_.substr(span.begin, span.size());
}

TSNode child_by_field(TSNode node, std::string_view field) {
  return ts_node_child_by_field_name(node, field.data(), static_cast<std::uint32_t>(field.size()));
}

}  // namespace mlx
