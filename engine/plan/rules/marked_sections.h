#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"

namespace mlx {

/// A part of a Markdown file that was generated, between `<!-- mlx:begin NAME DIGEST … -->` and
/// `<!-- mlx:end -->`, each on a line of its own.
struct MarkedSection {
  std::string name;
  std::string digest;  ///< of the body as it was generated
  std::string front;   ///< of the front matter that was generated with it; empty if there was none
  Span span;           ///< with both markers, and the line end behind the last
  Span body;
  std::size_t line = 0;  ///< of the first marker

  bool operator==(const MarkedSection&) const = default;
};

/// The sections of a text, in order. Markers inside of fenced code, or behind space, are text. kInvalidInput,
/// with the line and what to do, for markers that do not pair: nothing could be said of what is between them.
[[nodiscard]] Result<std::vector<MarkedSection>> find_marked_sections(std::string_view text,
                                                                      std::string_view file);

/// Was something changed between the markers since it was generated? Line ends do not count.
[[nodiscard]] bool is_edited(const MarkedSection& section, std::string_view text);

/// What is generated for one section.
struct GeneratedSection {
  std::string name;
  std::string body;   ///< Markdown, with a line end at its end, and `\n` for all
  std::string front;  ///< front matter, with its dashes; empty for none

  bool operator==(const GeneratedSection&) const = default;
};

/// The section with its markers, for a file with such line ends. Without the front matter.
[[nodiscard]] std::string marked(const GeneratedSection& section, std::string_view line_end);

/// The digest that a marker holds: of the text, whatever its line ends are.
[[nodiscard]] std::string section_digest(std::string_view text);

}  // namespace mlx
