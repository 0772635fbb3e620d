#include "bot/core/same_text.h"

namespace mlx::bot {
namespace {

std::string_view without_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

}  // namespace

bool is_same_text(std::string_view there, std::string_view wanted) {
  there = without_end(there);
  wanted = without_end(wanted);
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    while (i < there.size() && there[i] == '\r') ++i;
    while (j < wanted.size() && wanted[j] == '\r') ++j;
    if (i == there.size() || j == wanted.size()) return i == there.size() && j == wanted.size();
    if (there[i++] != wanted[j++]) return false;
  }
}

}  // namespace mlx::bot
