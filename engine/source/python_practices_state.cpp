// Dicts that remember: results of functions, and classes under their names.

#include <algorithm>

#include "engine/source/python_practices.h"

namespace mlx {
namespace {

bool is_same(const PythonTokenView& view, TokenRange a, TokenRange b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (view.text(a.begin + i) != view.text(b.begin + i)) return false;
  }
  return true;
}

bool is_set_as_a_whole(const PythonOutline& outline, TokenRange body, TokenRange path) {
  for (std::size_t i = body.begin; i + path.size() < body.end; ++i) {
    const TokenKind before = outline.view->at(i - 1).kind;
    const bool begins = i == body.begin || before == TokenKind::kNewline || before == TokenKind::kIndent ||
                        before == TokenKind::kDedent;
    const bool is_here = begins && is_same(*outline.view, {i, i + path.size()}, path);
    if (is_here && (outline.view->at(i + path.size()).is('=') || outline.view->at(i + path.size()).is(':'))) {
      return true;
    }
  }
  return false;
}

/// Is the dict looked into before it is filled: `in cache`, `cache.get(…)`, `cache[key]`?
bool is_looked_into(const PythonOutline& outline, TokenRange body, const PythonItemSet& item) {
  const PythonTokenView& view = *outline.view;
  for (std::size_t i = body.begin; i + item.path.size() < body.end; ++i) {
    if (i == item.path.begin || !is_same(view, {i, i + item.path.size()}, item.path)) continue;
    const std::size_t behind = i + item.path.size();
    if (view.at(i - 1).is(Keyword::kIn)) return true;
    if (view.at(behind).is('.') && view.is_word(behind + 1, "get") && view.at(behind + 2).is('('))
      return true;
  }
  return false;
}

/// Names of dicts that keep what was computed; those of attention layers are something else.
bool is_cache_name(std::string_view name) {
  return contains_any(name, {"cache", "memo"}) && !contains_any(name, {"kv", "memory", "past"});
}

std::string_view only_parameter(const PythonOutline& outline, const PythonBlock& function) {
  const PythonTokenView& view = *outline.view;
  const std::size_t open = function.header.begin + 2;
  if (!view.at(open).is('(')) return {};
  const auto parameters = view.split({open + 1, view.closing(open, function.header.end)}, ',');
  if (parameters.empty()) return {};
  const TokenRange last = parameters.back();
  const bool is_method = parameters.size() == 2 && (view.is_word(parameters.front().begin, "cls") ||
                                                    view.is_word(parameters.front().begin, "self"));
  if (parameters.size() > 1 && !is_method) return {};
  return view.at(last.begin).is_name() ? view.text(last.begin) : std::string_view();
}

bool returns(const PythonOutline& outline, TokenRange body, std::string_view name) {
  for (std::size_t i = body.begin; i + 1 < body.end; ++i) {
    const bool is_alone = outline.view->at(i + 2).kind == TokenKind::kNewline;
    if (outline.view->at(i).is(Keyword::kReturn) && outline.view->is_word(i + 1, name) && is_alone)
      return true;
  }
  return false;
}

/// `KINDS[cls.__name__]`, or a key that the decorator was given: `@register("kind")`.
bool is_under_its_name(const PythonOutline& outline, const PythonItemSet& item, std::string_view given,
                       std::size_t outer) {
  if (is_cache_name(outline.view->text(item.path.end - 1))) return false;
  if (item.key.size() > 1 && outline.has_word(item.key, given)) return true;
  if (outer == PythonBlock::kNone) return false;
  for (std::size_t i = item.key.begin; i < item.key.end; ++i) {
    const bool is_name = outline.view->at(i).is_name();
    if (is_name && outline.has_word(outline.blocks[outer].header, outline.view->text(i))) return true;
  }
  return false;
}

bool searches_modules(const PythonOutline& outline, const PythonBlock& loop) {
  return outline.has_name_with(loop.header, {"iter_modules", "walk_packages", "iterdir", "glob", "listdir"});
}

}  // namespace

void find_caches(const PythonOutline& outline, FoundPractices& found) {
  std::size_t last = PythonBlock::kNone;
  for (const PythonItemSet& item : outline.item_sets) {
    if (!is_cache_name(outline.view->text(item.path.end - 1))) continue;
    const std::size_t function = outline.function_at(item.path.begin);
    if (function == PythonBlock::kNone || function == last) continue;
    const TokenRange body = outline.blocks[function].body;
    if (is_set_as_a_whole(outline, body, item.path) || !is_looked_into(outline, body, item)) continue;
    last = function;
    found.push_back({.kind = PracticeKind::kCache,
                     .range = {outline.blocks[function].header.begin, body.end},
                     .symbol = outline.qualified_name(function),
                     .detail = "results kept in the dict " + outline.view->path(item.path)});
  }
}

void find_registries(const PythonOutline& outline, const PythonModule& module, FoundPractices& found) {
  for (const PythonItemSet& item : outline.item_sets) {
    const std::size_t function = outline.function_at(item.path.begin);
    if (function == PythonBlock::kNone || item.value.size() != 1) continue;
    const std::string_view given = only_parameter(outline, outline.blocks[function]);
    if (given.empty() || !outline.view->is_word(item.value.begin, given)) continue;
    if (!returns(outline, outline.blocks[function].body, given)) continue;
    const std::size_t outer = outline.nearest(outline.blocks[function].parent, Keyword::kDef);
    if (!is_under_its_name(outline, item, given, outer)) continue;
    const std::size_t shown = outer == PythonBlock::kNone ? function : outer;
    found.push_back({.kind = PracticeKind::kRegistry,
                     .range = {outline.blocks[shown].header.begin, outline.blocks[shown].body.end},
                     .symbol = outline.qualified_name(shown),
                     .detail = "a decorator that fills " + outline.view->path(item.path)});
  }
  for (std::size_t i = 0; i < module.uses.size(); ++i) {
    if (module.uses[i].name != "importlib.import_module") continue;
    const std::size_t token = outline.use_tokens[i];
    const auto loop = std::ranges::find_if(outline.blocks, [&](const PythonBlock& block) {
      return block.keyword == Keyword::kFor && token >= block.body.begin && token < block.body.end &&
             searches_modules(outline, block);
    });
    if (loop == outline.blocks.end()) continue;
    found.push_back({.kind = PracticeKind::kRegistry,
                     .range = {loop->header.begin, loop->body.end},
                     .symbol = outline.qualified_name(outline.function_at(token)),
                     .detail = "a loop that imports the modules it finds"});
  }
}

}  // namespace mlx
