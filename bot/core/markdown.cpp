#include "bot/core/markdown.h"

#include <algorithm>
#include <cctype>

namespace mlx::bot {
namespace {

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    line += is_control ? ' ' : c;
  }
  return line;
}

std::size_t longest_run(std::string_view text, char wanted) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool ends_with_ignoring_case(std::string_view text, std::string_view lower_case_end) {
  if (text.size() < lower_case_end.size()) return false;
  return std::ranges::equal(text.substr(text.size() - lower_case_end.size()), lower_case_end,
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
}

}  // namespace

std::string neutralised(std::string_view text) {
  // An empty HTML comment inside a mention, a reference or an address keeps the forge
  // from seeing it; a reader of the rendered text sees nothing of it.
  constexpr std::string_view kBreak = "<!-- -->";
  constexpr std::string_view kMarkup = R"(\`*_[]<>|~!)";
  std::string safe;
  for (const char c : one_line(text)) {
    if (c == '&') {
      safe += "&amp;";
      continue;
    }
    if (kMarkup.find(c) != std::string_view::npos) safe += '\\';
    // Before the dot: `www.` by itself is linked already.
    if (c == '.' && ends_with_ignoring_case(safe, "www")) safe += kBreak;
    safe += c;
    const bool begins_reference = c == '@' || c == '#' || ends_with_ignoring_case(safe, "gh-");
    if (begins_reference || safe.ends_with("://")) safe += kBreak;
  }
  return safe;
}

std::string message(std::string_view text) {
  std::string rendered;
  bool is_quoted = false;
  while (true) {
    const auto quote = text.find('`');
    const auto part = text.substr(0, quote);
    if (!part.empty()) rendered += is_quoted ? code_span(part) : neutralised(part);
    if (quote == std::string_view::npos) break;
    text.remove_prefix(quote + 1);
    is_quoted = !is_quoted;
  }
  return rendered;
}

std::string code_span(std::string_view text) {
  const std::string line = one_line(text);
  if (line.find_first_not_of(' ') == std::string::npos) return "(nothing)";
  const std::string fence(longest_run(line, '`') + 1, '`');
  const bool needs_space = line.front() == '`' || line.back() == '`';
  return needs_space ? fence + " " + line + " " + fence : fence + line + fence;
}

std::string code_block(std::string_view text, std::string_view language) {
  const std::string fence(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
  std::string block = fence + std::string(language) + "\n" + std::string(text);
  if (!block.ends_with('\n')) block += '\n';
  return block + fence + "\n";
}

}  // namespace mlx::bot
