#include "engine/manifest/python_space.h"

#include <algorithm>
#include <array>

namespace mlx {
namespace {

/// Unicode's white space, and the separators of ASCII.
constexpr std::array<std::string_view, 29> kSpaces = {
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\x1c",   "\x1d",   "\x1e",   "\x1f",
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

}  // namespace

std::size_t leading_python_space(std::string_view text) {
  const auto* const space =
      std::ranges::find_if(kSpaces, [&](std::string_view candidate) { return text.starts_with(candidate); });
  return space == kSpaces.end() ? 0 : space->size();
}

std::string_view without_python_space(std::string_view text) {
  while (const std::size_t length = leading_python_space(text)) text.remove_prefix(length);
  const auto ends = [&](std::string_view candidate) { return text.ends_with(candidate); };
  for (const auto* space = std::ranges::find_if(kSpaces, ends); space != kSpaces.end();
       space = std::ranges::find_if(kSpaces, ends)) {
    text.remove_suffix(space->size());
  }
  return text;
}

}  // namespace mlx
