#pragma once

#include <string>
#include <string_view>

namespace mlx::bot {

/// Text from outside (a name, a description, an error) for the middle of a Markdown
/// paragraph: it reads the same, and cannot mention anybody, refer to or close an issue,
/// open a link, a fence or an HTML element, or leave its line.
[[nodiscard]] std::string neutralised(std::string_view text);

/// A message whose author set names in back-quotes, and may have quoted text from outside:
/// what stands in back-quotes becomes a code span, and the rest is neutralised. Safe whatever
/// is quoted.
[[nodiscard]] std::string message(std::string_view text);

/// Text from outside as a code span, whatever back-quotes it holds, on one line.
[[nodiscard]] std::string code_span(std::string_view text);

/// Text from outside as a fenced block, with a fence longer than any in it.
[[nodiscard]] std::string code_block(std::string_view text, std::string_view language);

}  // namespace mlx::bot
