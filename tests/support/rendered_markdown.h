#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlx::testing {

/// What GitHub's renderer (cmark-gfm with tables, strikethrough, autolinks and the tag filter)
/// makes of a text.
struct RenderedMarkdown {
  /// The kinds of all nodes but the document, plain text and empty HTML comments, in order.
  std::vector<std::string> elements;
  /// The text outside code, cut wherever something else comes between, as GitHub's search for
  /// mentions and references meets it.
  std::vector<std::string> segments;
  std::vector<std::string> codes;  ///< what is in code spans and blocks
  std::string text;                ///< everything that can be read
  std::string html;

  /// How many nodes of a kind.
  [[nodiscard]] long count(std::string_view kind) const;
};

[[nodiscard]] RenderedMarkdown render_as_github(std::string_view markdown);

/// What in a segment would be a mention, or refer to an issue, a pull request or a commit of
/// another repository; empty if nothing.
[[nodiscard]] std::string reference_in(std::string_view segment);

}  // namespace mlx::testing
