// The parts of PythonReader that keep the uses of imported names, and what practices are found of.

#include <algorithm>

#include "engine/source/python_practices.h"
#include "engine/source/python_reader.h"

namespace mlx {
namespace {

// In bytes. A longer path is kept up to here.
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kRemembered = 16;  // uses; looking further back costs more than it saves
constexpr std::size_t kLongestSecret = 4000;

}  // namespace

/// Notes that the path is used, if its first name is one whose uses are kept.
void PythonReader::note_use(TokenRange path, TokenRange range, PythonUseKind kind, const Scope& scope) {
  const auto* const known = used_names_.find(view_.text(path.begin));
  if (known == nullptr) return;
  const bool is_called = path.end < range.end && view_.at(path.end).is('(') &&
                         view_.at(path.end).begin != view_.at(path.end).end;
  // `name=` is the keyword of a call, or a variable that is set.
  const bool is_set = path.size() == 1 && path.end < range.end && view_.at(path.end).is('=');
  if (is_set && (path.begin == range.begin || !view_.at(path.begin - 1).is(':'))) return;
  if (known->kind == PythonUsedNames::Kind::kBuiltin && (!is_called || path.size() > 1)) return;
  if (known->kind == PythonUsedNames::Kind::kClass && (!is_called || path.size() == 1)) return;
  if (is_called && kind == PythonUseKind::kReference) kind = PythonUseKind::kCall;
  std::string name;
  name.reserve(known->full.size() + view_.at(path.end - 1).end - view_.at(path.begin).end);
  name += known->full;
  for (std::size_t i = path.begin + 1; i < path.end; ++i) name += view_.text(i);
  if (name.size() > kLongestName) name.resize(kLongestName);
  if (kind == PythonUseKind::kReference && is_repeated(name)) return;
  PythonUse use{.name = std::move(name),
                .kind = kind,
                .function = {},
                .is_in_async = scope.is_in_async && path.begin >= lambda_end_,
                .is_awaited = path.begin > range.begin && view_.at(path.begin - 1).is(Keyword::kAwait),
                .keywords = {},
                .line = line_of(view_.at(path.begin).begin)};
  if (scope.function_depth > 0) use.function = scope.qualified;
  if (is_called) {
    const std::size_t close = view_.closing(path.end, range.end);
    for (std::size_t i = path.end + 1; i + 1 < close; ++i) {
      if (opens(view_.at(i))) i = view_.closing(i, close);
      const bool begins = view_.at(i - 1).is('(') || view_.at(i - 1).is(',');
      if (i + 1 < close && begins && view_.at(i).is_name() && view_.at(i + 1).is('=')) {
        use.keywords.emplace_back(view_.text(i));
      }
    }
  }
  module_.uses.push_back(std::move(use));
  outline_.use_tokens.push_back(static_cast<std::uint32_t>(path.begin));
}

/// Has the block that is being read, or one around it, just referred to this name?
bool PythonReader::is_repeated(std::string_view name) const {
  for (std::size_t i = 0; i < std::min(kRemembered, module_.uses.size()); ++i) {
    const PythonUse& use = module_.uses[module_.uses.size() - 1 - i];
    if (outline_.use_tokens[module_.uses.size() - 1 - i] < function_begin_) return false;
    if (use.kind == PythonUseKind::kReference && use.name == name) return true;
  }
  return false;
}

/// What the lambda at `i` says runs later, wherever it stands.
void PythonReader::enter_lambda(std::size_t i, std::size_t end) {
  std::size_t at = i + 1;
  while (at < end && !view_.at(at).is(':')) at = opens(view_.at(at)) ? view_.closing(at, end) + 1 : at + 1;
  while (at < end && !view_.at(at).is(',') && !closes(view_.at(at))) {
    at = opens(view_.at(at)) ? view_.closing(at, end) + 1 : at + 1;
  }
  lambda_end_ = std::max(lambda_end_, std::min(at, end));
}

/// Scans the annotations and defaults of a function's parameters and its result, which are outside of
/// it; returns the names of the parameters.
std::vector<std::string_view> PythonReader::read_parameters(std::size_t open, std::size_t colon,
                                                            const Scope& scope) {
  std::vector<std::string_view> names;
  const std::size_t close = view_.closing(open, colon);
  for (TokenRange part : view_.split({open + 1, close}, ',')) {
    while (part.begin < part.end && !view_.at(part.begin).is_name()) ++part.begin;
    if (part.is_empty()) continue;
    names.push_back(view_.text(part.begin));
    if (part.size() > 1) scan({part.begin + 1, part.end}, scope);
  }
  if (close + 1 < colon) scan({close + 1, colon}, scope);
  return names;
}

/// A local variable hides what has its name.
void PythonReader::hide(TokenRange targets) {
  if (targets.is_empty()) return;
  if (targets.size() == 1) {
    used_names_.hide(view_.text(targets.begin));
  } else if (view_.find(targets, ',') != targets.end || opens(view_.at(targets.begin))) {
    std::vector<std::string_view> names;
    append_bound_names(view_, targets, names);
    for (const std::string_view name : names) used_names_.hide(name);
  }
}

/// A string that something is set to, and that might be a secret by its length.
void PythonReader::note_literal(std::size_t i) {
  if (i == 0 || view_.at(i).end - view_.at(i).begin > kLongestSecret) return;
  const PythonToken& before = view_.at(i - 1);
  if (before.is('=') || before.is(':') || before.is('(') || before.is(',')) {
    outline_.literals.push_back(static_cast<std::uint32_t>(i));
  }
}

std::size_t PythonReader::begin_block(std::size_t begin, std::size_t colon) {
  outline_.blocks.push_back({.keyword = view_.at(begin).keyword,
                             .header = {begin, colon},
                             .body = {colon + 1, colon + 1},
                             .parent = block_});
  block_ = outline_.blocks.size() - 1;
  return block_;
}

void PythonReader::end_block(std::size_t block) {
  outline_.blocks[block].body.end = at_;
  block_ = outline_.blocks[block].parent;
}

void PythonReader::note_item_set(TokenRange target, TokenRange value) {
  if (!view_.at(target.end - 1).is(']') || !view_.at(target.begin).is_name()) return;
  const std::size_t open = view_.end_of_path(target.begin, target.end);
  if (!view_.at(open).is('[') || view_.closing(open, target.end) + 1 != target.end) return;
  outline_.item_sets.push_back(
      {.path = {target.begin, open}, .key = {open + 1, target.end - 1}, .value = value});
}

void PythonReader::add_practices() {
  for (FoundPractice& practice : find_practices(outline_, module_)) {
    std::size_t last = std::max(practice.range.begin, practice.range.end - 1);
    // A block ends with the line end of its last statement, and what closes the blocks in it.
    while (last > practice.range.begin &&
           (view_.at(last).kind == TokenKind::kDedent || view_.at(last).kind == TokenKind::kNewline)) {
      --last;
    }
    module_.practices.push_back({.kind = practice.kind,
                                 .symbol = std::move(practice.symbol),
                                 .line = line_of(view_.at(practice.range.begin).begin),
                                 .end_line = line_of(view_.at(last).begin),
                                 .detail = std::move(practice.detail)});
  }
}

}  // namespace mlx
