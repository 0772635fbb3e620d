// Loops that try again, and limits of how often something may happen.

#include <algorithm>
#include <optional>
#include <set>

#include "engine/source/python_practices.h"

namespace mlx {
namespace {

bool speaks_of_attempts(const PythonOutline& outline, TokenRange range) {
  return outline.has_name_with(range, {"attempt", "retry", "retries", "tries", "backoff"});
}

/// A loop, the `try` right below it, and what handles its exceptions.
struct TriedLoop {
  const PythonBlock* loop = nullptr;
  const PythonBlock* attempt = nullptr;
  std::vector<const PythonBlock*> handlers;
  const PythonBlock* otherwise = nullptr;  ///< the `else` of the `try`
};

std::optional<TriedLoop> tried_loop(const PythonOutline& outline, std::size_t loop) {
  TriedLoop tried{.loop = &outline.blocks[loop], .attempt = nullptr, .handlers = {}, .otherwise = nullptr};
  for (std::size_t i = loop + 1; i < outline.blocks.size(); ++i) {
    const PythonBlock& block = outline.blocks[i];
    if (block.header.begin >= tried.loop->body.end) break;
    if (block.parent != loop) continue;
    if (block.keyword == Keyword::kTry) {
      if (tried.attempt != nullptr) return std::nullopt;  // more than an attempt
      tried.attempt = &block;
    } else if (block.keyword == Keyword::kExcept && tried.attempt != nullptr) {
      tried.handlers.push_back(&block);
    } else if (block.keyword == Keyword::kElse && !tried.handlers.empty() && tried.otherwise == nullptr) {
      tried.otherwise = &block;
    }
  }
  if (tried.attempt == nullptr || tried.handlers.empty()) return std::nullopt;
  return tried;
}

bool begins_statement(const PythonOutline& outline, std::size_t i) {
  const PythonToken& before = outline.view->at(i - 1);
  return before.kind == TokenKind::kNewline || before.kind == TokenKind::kIndent ||
         before.kind == TokenKind::kDedent || before.is(';');
}

/// Does a statement of the range itself, not one in a block below it, begin with the keyword?
bool has_direct(const PythonOutline& outline, TokenRange range, Keyword keyword) {
  std::size_t depth = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const PythonToken& token = outline.view->at(i);
    if (token.kind == TokenKind::kIndent) ++depth;
    if (token.kind == TokenKind::kDedent && depth > 0) --depth;
    const bool begins = i == range.begin || begins_statement(outline, i);
    if (depth <= 1 && token.is(keyword) && begins) return true;
  }
  return false;
}

bool leaves(const PythonOutline& outline, const PythonBlock* block, bool is_nested_enough) {
  if (block == nullptr) return false;
  const auto has = [&](Keyword keyword) {
    return is_nested_enough ? outline.has_keyword(block->body, keyword)
                            : has_direct(outline, block->body, keyword);
  };
  return has(Keyword::kReturn) || has(Keyword::kBreak);
}

/// Queues that are empty and people who stop a program are no failures.
bool handles_failure(const PythonOutline& outline, const PythonBlock& handler) {
  const TokenRange what{handler.header.begin + 1, handler.header.end};
  return !outline.has_name_with(what, {"empty", "keyboardinterrupt", "stopiteration", "eoferror", "cancelled",
                                       "systemexit", "importerror", "modulenotfound", "unicodedecode"});
}

/// The exception that is caught, as written.
std::string caught(const PythonOutline& outline, const PythonBlock& handler) {
  TokenRange what{handler.header.begin + 1, handler.header.end};
  what.end = outline.view->find(what, Keyword::kAs);
  return what.is_empty() ? "any exception" : outline.view->one_line(what);
}

bool counts_attempts(const PythonOutline& outline, const TriedLoop& tried) {
  if (speaks_of_attempts(outline, tried.loop->header)) return true;
  return std::ranges::any_of(
      tried.handlers, [&](const PythonBlock* handler) { return speaks_of_attempts(outline, handler->body); });
}

/// `for NAME in range(…)`, where the attempt does not look at the name unless that says what it is.
bool repeats_the_same(const PythonOutline& outline, const TriedLoop& tried) {
  const TokenRange header = tried.loop->header;
  const std::size_t in = outline.view->find({header.begin + 1, header.end}, Keyword::kIn);
  const bool is_count =
      outline.view->is_word(in + 1, "range") || outline.view->is_word(in + 1, "count") ||
      (outline.view->is_word(in + 1, "itertools") && outline.view->is_word(in + 3, "count"));
  if (!is_count || in != header.begin + 2) return false;
  if (speaks_of_attempts(outline, {header.begin + 1, in})) return true;
  return !outline.has_word(tried.attempt->body, outline.view->text(header.begin + 1));
}

/// `get(f"{url}/healthz")`: a program that was just started is waited for; `bind((host, 0))`: a free port is
/// looked for. Neither is a failure that others handle.
bool expects_failure(const PythonOutline& outline, const TriedLoop& tried) {
  const TokenRange body = tried.attempt->body;
  if (outline.has_word(body, "bind")) return true;
  for (std::size_t i = body.begin; i < body.end; ++i) {
    const bool is_text = outline.view->at(i).kind == TokenKind::kString;
    if (is_text && contains_any(outline.view->text(i), {"/health", "/ready", "/live", "/ping"})) return true;
  }
  return false;
}

std::optional<std::string> retry_detail(const PythonOutline& outline, const TriedLoop& tried) {
  const auto failing = std::ranges::find_if(tried.handlers, [&](const PythonBlock* handler) {
    return handles_failure(outline, *handler) && !has_direct(outline, handler->body, Keyword::kReturn) &&
           !has_direct(outline, handler->body, Keyword::kBreak) &&
           !has_direct(outline, handler->body, Keyword::kRaise);
  });
  if (failing == tried.handlers.end() || expects_failure(outline, tried)) return std::nullopt;
  const TokenRange behind{(*failing)->body.begin, tried.loop->body.end};
  const bool sleeps = outline.has_word(behind, "sleep");
  const bool counts = counts_attempts(outline, tried);
  if (tried.loop->keyword == Keyword::kFor) {
    if (!repeats_the_same(outline, tried) || (!sleeps && !counts)) return std::nullopt;
  } else if (!counts && !sleeps) {
    return std::nullopt;
  }
  const bool is_bounded = tried.loop->keyword == Keyword::kFor || counts;
  const bool stops = leaves(outline, tried.attempt, is_bounded) || leaves(outline, tried.otherwise, true);
  const bool has_condition =
      tried.loop->keyword == Keyword::kWhile && tried.loop->header.size() > 2 && counts;
  if (!stops && !has_condition) return std::nullopt;
  std::string detail = "a loop that tries again after " + caught(outline, **failing);
  if (sleeps) detail += ", with a sleep";
  return detail;
}

bool calls_clock(const PythonUse& use) {
  return use.kind == PythonUseKind::kCall &&
         (use.name == "time.time" || use.name == "time.monotonic" || use.name == "time.perf_counter");
}

/// Is this name set to an empty list here? Then the times are those of one call.
bool is_made_in(const PythonOutline& outline, TokenRange body, std::string_view name) {
  for (std::size_t i = body.begin; i + 2 < body.end; ++i) {
    if (!outline.view->is_word(i, name) || !begins_statement(outline, i)) continue;
    const std::size_t line_end = std::min(i + 20, body.end);
    const std::size_t equals = outline.view->find({i, line_end}, '=');
    const bool is_empty = outline.view->at(equals + 1).is('[') && outline.view->at(equals + 2).is(']');
    if (equals != line_end && (is_empty || outline.view->is_word(equals + 1, "deque"))) return true;
  }
  return false;
}

/// The names in a range, without those that say nothing.
std::set<std::string_view> names_in(const PythonOutline& outline, TokenRange range) {
  std::set<std::string_view> names;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (outline.view->at(i).is_name()) names.insert(outline.view->text(i));
  }
  for (const std::string_view common : {"self", "cls", "len", "now", "time"}) names.erase(common);
  return names;
}

/// Of what old entries are dropped: `times.popleft()`, `times.pop(0)`, `[t for t in times if now - t <
/// window]`.
std::set<std::string_view> aging_names(const PythonOutline& outline, TokenRange body) {
  const PythonTokenView& view = *outline.view;
  std::set<std::string_view> names;
  for (std::size_t i = body.begin; i + 3 < body.end; ++i) {
    const bool pops = view.is_word(i, "popleft") ||
                      (view.is_word(i, "pop") && view.at(i + 1).is('(') && view.text(i + 2) == "0");
    if (pops) {
      std::size_t begin = i;
      while (begin > body.begin && !begins_statement(outline, begin)) --begin;
      names.merge(names_in(outline, {begin, i}));
    }
    if (!view.at(i).is('[')) continue;
    const TokenRange listed{i, view.closing(i, body.end)};
    const bool filters =
        outline.has_keyword(listed, Keyword::kFor) && outline.has_keyword(listed, Keyword::kIf);
    if (filters && outline.has_name_with(listed, {"now", "time", "cutoff", "window", "period"})) {
      names.merge(names_in(outline, listed));
    }
  }
  return names;
}

/// Old entries are dropped, and the number of those that remain is compared.
bool keeps_window(const PythonOutline& outline, TokenRange body) {
  const PythonTokenView& view = *outline.view;
  if (!outline.has_name_with(body, {"limit", "max_", "window", "period", "per_", "rate", "quota"}))
    return false;
  const auto aging = aging_names(outline, body);
  for (std::size_t i = body.begin; i + 3 < body.end; ++i) {
    if (!view.is_word(i, "len") || !view.at(i + 1).is('(')) continue;
    const std::size_t close = view.closing(i + 1, body.end);
    if (!view.at(close + 1).is(kComparison) || view.text(close + 2) == "0") continue;
    const bool is_local = close == i + 3 && is_made_in(outline, body, view.text(i + 2));
    const auto counted = names_in(outline, {i + 2, close});
    if (!is_local &&
        std::ranges::any_of(counted, [&](std::string_view name) { return aging.contains(name); })) {
      return true;
    }
  }
  return false;
}

bool counts_tokens(const PythonOutline& outline, TokenRange body) {
  const PythonTokenView& view = *outline.view;
  if (!outline.has_name_with(body, {"refill", "capacity", "bucket", "burst", "fill_rate"})) return false;
  for (std::size_t i = body.begin; i + 1 < body.end; ++i) {
    if (view.at(i).is_name() && contains_any(view.text(i), {"token", "allowance"}) &&
        view.at(i + 1).is(kComparison)) {
      return true;
    }
  }
  return false;
}

/// What a limit does once it is reached.
bool refuses(const PythonOutline& outline, TokenRange body) {
  if (outline.has_keyword(body, Keyword::kRaise) || outline.has_word(body, "sleep")) return true;
  for (std::size_t i = body.begin; i + 1 < body.end; ++i) {
    if (outline.view->text(i) == "429") return true;
    if (outline.view->at(i).is(Keyword::kReturn) && outline.view->text(i + 1) == "False") return true;
  }
  return false;
}

}  // namespace

void find_retry_loops(const PythonOutline& outline, FoundPractices& found) {
  for (std::size_t i = 0; i < outline.blocks.size(); ++i) {
    const PythonBlock& block = outline.blocks[i];
    if (block.keyword != Keyword::kFor && block.keyword != Keyword::kWhile) continue;
    const auto tried = tried_loop(outline, i);
    const auto detail = tried ? retry_detail(outline, *tried) : std::nullopt;
    if (!detail) continue;
    found.push_back({.kind = PracticeKind::kRetryLoop,
                     .range = {block.header.begin, block.body.end},
                     .symbol = outline.qualified_name(outline.nearest(i, Keyword::kDef)),
                     .detail = *detail});
  }
}

void find_rate_limits(const PythonOutline& outline, const PythonModule& module, FoundPractices& found) {
  std::size_t last = PythonBlock::kNone;
  for (std::size_t i = 0; i < module.uses.size(); ++i) {
    if (!calls_clock(module.uses[i])) continue;
    const std::size_t function = outline.function_at(outline.use_tokens[i]);
    if (function == PythonBlock::kNone || function == last) continue;
    last = function;
    const TokenRange body = outline.blocks[function].body;
    const bool is_window = keeps_window(outline, body);
    if ((!is_window && !counts_tokens(outline, body)) || !refuses(outline, body)) continue;
    const std::size_t owner = outline.nearest(function, Keyword::kClass);
    const std::size_t shown = owner == PythonBlock::kNone ? function : owner;
    found.push_back(
        {.kind = PracticeKind::kRateLimit,
         .range = {outline.blocks[function].header.begin, body.end},
         .symbol = outline.qualified_name(shown),
         .detail = is_window ? "times in a window, compared with a limit" : "tokens that refill with time"});
  }
}

}  // namespace mlx
