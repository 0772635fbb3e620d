#include "engine/manifest/yaml_document.h"

#include <cstdint>
#include <optional>

#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

constexpr std::size_t kDeepest = 64;

std::string plain_text(const SyntaxTree& tree, TSNode node) {
  std::string_view text = tree.text(node);
  const bool is_quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

bool is_scalar(std::string_view type) {
  return type == "plain_scalar" || type == "double_quote_scalar" || type == "single_quote_scalar" ||
         type == "block_scalar";
}

class YamlReader {
 public:
  explicit YamlReader(const SyntaxTree& tree) : tree_(tree) {}

  std::vector<YamlScalar> run() {
    read(tree_.root());
    return std::move(found_);
  }

 private:
  void read(TSNode node) {
    if (path_.size() > kDeepest) return;
    const auto type = type_of(node);
    if (is_scalar(type)) return add(node);
    if (type == "block_mapping_pair" || type == "flow_pair") return read_pair(node);
    const bool is_sequence = type == "block_sequence" || type == "flow_sequence";
    std::size_t index = 0;
    for (std::uint32_t i = 0; i < ts_node_named_child_count(node); ++i) {
      const TSNode child = ts_node_named_child(node, i);
      if (type_of(child) == "comment") continue;
      if (is_sequence) path_.push_back("[" + std::to_string(index++) + "]");
      read(child);
      if (is_sequence) path_.pop_back();
    }
  }

  void read_pair(TSNode pair) {
    const TSNode key = child_by_field(pair, "key");
    const TSNode value = child_by_field(pair, "value");
    if (ts_node_is_null(key)) return;
    path_.push_back(plain_text(tree_, key));
    if (!ts_node_is_null(value)) read(value);
    path_.pop_back();
  }

  void add(TSNode node) {
    const std::size_t row = ts_node_start_point(node).row;
    found_.push_back(
        {.path = path_, .text = plain_text(tree_, node), .line = row + 1, .comment = comment_above(node)});
  }

  /// Comment lines that end right above the line of the node.
  [[nodiscard]] std::string comment_above(TSNode node) const {
    std::string_view text = tree_.text().substr(0, span_of(node).begin);
    text = text.substr(0, text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n'));
    std::string comment;
    while (!text.empty()) {
      const auto begin = text.rfind('\n');
      std::string_view line = begin == std::string_view::npos ? text : text.substr(begin + 1);
      const auto hash = line.find_first_not_of(" \t");
      if (hash == std::string_view::npos || line[hash] != '#') break;
      line.remove_prefix(hash + 1);
      while (line.starts_with(' ')) line.remove_prefix(1);
      while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
      if (!comment.empty()) comment.insert(0, " ");
      comment.insert(0, line);
      text = begin == std::string_view::npos ? std::string_view() : text.substr(0, begin);
    }
    return comment;
  }

  const SyntaxTree& tree_;
  std::vector<std::string> path_;
  std::vector<YamlScalar> found_;
};

}  // namespace

std::vector<YamlScalar> read_yaml(std::string_view text) {
  const SyntaxTree tree = SyntaxTree::parse(Language::kYaml, text);
  return YamlReader(tree).run();
}

}  // namespace mlx
