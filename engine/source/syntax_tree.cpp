#include "engine/source/syntax_tree.h"

#include <limits>
#include <stdexcept>
#include <utility>

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
  return {std::unique_ptr<TSTree, Delete>(ts_parser_parse_string(parser.get(), nullptr, text.data(),
                                                                 static_cast<std::uint32_t>(text.size()))),
          text};
}

std::string_view SyntaxTree::text(TSNode node) const {
  const Span span = span_of(node);
  return text_.substr(span.begin, span.size());
}

TSNode child_by_field(TSNode node, std::string_view field) {
  return ts_node_child_by_field_name(node, field.data(), static_cast<std::uint32_t>(field.size()));
}

}  // namespace mlx
