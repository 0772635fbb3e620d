#include "engine/source/python_outline.h"

#include <algorithm>

namespace mlx {

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  const auto is_same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return !std::ranges::search(text, part, is_same).empty(); });
}

std::size_t PythonOutline::nearest(std::size_t block, Keyword keyword) const {
  while (block != PythonBlock::kNone && blocks[block].keyword != keyword) block = blocks[block].parent;
  return block;
}

std::size_t PythonOutline::function_at(std::size_t token) const {
  const auto after = std::ranges::upper_bound(blocks, token, {},
                                              [](const PythonBlock& block) { return block.header.begin; });
  if (after == blocks.begin()) return PythonBlock::kNone;
  auto block = static_cast<std::size_t>(after - blocks.begin()) - 1;
  while (block != PythonBlock::kNone) {
    const bool is_inside = token >= blocks[block].body.begin && token < blocks[block].body.end;
    if (is_inside && blocks[block].keyword == Keyword::kDef) return block;
    block = blocks[block].parent;
  }
  return PythonBlock::kNone;
}

std::string_view PythonOutline::name(std::size_t block) const {
  return view->text(blocks[block].header.begin + 1);
}

std::string PythonOutline::qualified_name(std::size_t block) const {
  std::string full;
  for (; block != PythonBlock::kNone; block = blocks[block].parent) {
    if (blocks[block].keyword != Keyword::kDef && blocks[block].keyword != Keyword::kClass) continue;
    full.insert(0, full.empty() ? std::string(name(block)) : std::string(name(block)) + ".");
  }
  return full;
}

bool PythonOutline::has_word(TokenRange range, std::string_view word) const {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (view->is_word(i, word)) return true;
  }
  return false;
}

bool PythonOutline::has_name_with(TokenRange range, std::initializer_list<std::string_view> parts) const {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (view->at(i).is_name() && contains_any(view->text(i), parts)) return true;
  }
  return false;
}

bool PythonOutline::has_keyword(TokenRange range, Keyword keyword) const {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (view->at(i).is(keyword)) return true;
  }
  return false;
}

}  // namespace mlx
