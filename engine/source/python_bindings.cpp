#include <algorithm>
#include <array>

#include "engine/source/python_reader.h"

namespace mlx {
namespace {

// In bytes. A module's name is kept with each name that is imported from it.
constexpr std::size_t kLongestModule = 500;
// Longer strings are texts, not names, paths or prefixes.
constexpr std::size_t kLongestConstant = 500;

// What they give stands in every other line and does nothing.
constexpr std::array<std::string_view, 3> kTypeModules = {"typing", "typing_extensions", "collections.abc"};

bool ends_operand(const PythonToken& token) {
  return token.is_name() || token.kind == TokenKind::kNumber || token.kind == TokenKind::kString ||
         token.is(Keyword::kConstant) || token.is(kEllipsis) || closes(token);
}

bool begins_operand(const PythonToken& token) {
  return token.is_name() || token.kind == TokenKind::kNumber || token.kind == TokenKind::kString ||
         token.is(Keyword::kConstant) || token.is(kEllipsis) || token.is('{') || token.is('~') ||
         token.is(Keyword::kLambda);
}

bool wants_operand(const PythonToken& token) {
  if (token.kind == TokenKind::kOperator) {
    return std::string_view("=+-/%.@&|^~WRPCAS").find(token.operation) != std::string_view::npos;
  }
  return token.is(Keyword::kAnd) || token.is(Keyword::kOr) || token.is(Keyword::kNot) ||
         token.is(Keyword::kIn) || token.is(Keyword::kIs);
}

}  // namespace

std::string_view PythonImport::bound_name() const {
  if (is_dynamic || name == "*") return {};
  if (!alias.empty()) return alias;
  if (!name.empty()) return name;
  return std::string_view(module).substr(0, module.find('.'));
}

void PythonReader::add_import(PythonImport import, const Scope& scope) {
  import.context = scope.context;
  import.is_top_level = scope.kind == ScopeKind::kModule;
  if (const auto bound = import.bound_name(); !bound.empty()) {
    const bool binds_first = import.name.empty() && import.alias.empty();
    std::string full = binds_first ? std::string(bound) : std::string(import.level, '.') + import.module;
    if (!import.name.empty()) full += (import.module.empty() ? "" : ".") + import.name;
    const bool is_for_types = std::ranges::find(kTypeModules, import.module) != kTypeModules.end();
    using Kind = PythonUsedNames::Kind;
    used_names_.add(bound, is_for_types ? Kind::kHidden : Kind::kImported, full);
    names_.add(std::string(bound), std::move(full));
  }
  module_.imports.push_back(std::move(import));
}

/// The name behind an `as` at `i`, which ends the part; nothing if something else is there.
std::optional<std::string> PythonReader::alias_at(std::size_t i, std::size_t end) const {
  if (i == end) return std::string();
  const bool is_alias = view_.at(i).is(Keyword::kAs) && i + 2 == end && view_.at(i + 1).is_name();
  return is_alias ? std::optional(std::string(view_.text(i + 1))) : std::nullopt;
}

void PythonReader::read_import(TokenRange range, const Scope& scope) {
  const std::uint32_t line = line_of(view_.at(range.begin).begin);
  const auto parts = view_.split({range.begin + 1, range.end}, ',');
  if (parts.empty()) return complain(range.begin, "this import names no module");
  for (const TokenRange part : parts) {
    if (part.is_empty() || !view_.at(part.begin).is_name()) {
      complain(range.begin, "this import names no module");
      continue;
    }
    const std::size_t end = view_.end_of_path(part.begin, part.end);
    const auto alias = alias_at(end, part.end);
    if (!alias) complain(end, "this is not part of an import");
    add_import({.module = view_.path({part.begin, end}),
                .name = {},
                .alias = alias.value_or(""),
                .context = {},
                .line = line},
               scope);
  }
}

void PythonReader::read_import_from(TokenRange range, const Scope& scope) {
  const std::uint32_t line = line_of(view_.at(range.begin).begin);
  std::uint32_t level = 0;
  std::size_t i = range.begin + 1;
  for (; view_.at(i).is('.') || view_.at(i).is(kEllipsis); ++i) level += view_.at(i).is('.') ? 1U : 3U;
  std::string module;
  if (view_.at(i).is_name()) {
    const std::size_t end = view_.end_of_path(i, range.end);
    module = view_.path({i, end});
    i = end;
  }
  const bool names_module = level > 0 || !module.empty();
  if (!names_module || !view_.at(i).is(Keyword::kImport) || i + 1 >= range.end) {
    return complain(range.begin, "this import does not say what it imports");
  }
  if (module.size() + level > kLongestModule) return complain(range.begin, "no module has so long a name");
  TokenRange names{i + 1, range.end};
  if (view_.at(names.begin).is('(')) names = {names.begin + 1, view_.closing(names.begin, names.end)};
  for (const TokenRange part : view_.split(names, ',')) {
    if (part.is_empty()) continue;
    const bool is_name = view_.at(part.begin).is_name() || view_.at(part.begin).is('*');
    const auto alias = alias_at(part.begin + 1, part.end);
    if (!is_name || !alias) complain(part.begin, "this cannot be imported");
    if (!is_name) continue;
    add_import({.module = module,
                .level = level,
                .name = std::string(view_.text(part.begin)),
                .alias = alias.value_or(""),
                .context = {},
                .line = line},
               scope);
  }
}

void PythonReader::bind(TokenRange targets, const Scope& scope, std::string_view annotation) {
  if (scope.kind == ScopeKind::kFunction) hide(targets);
  if (scope.kind != ScopeKind::kModule) return;
  std::vector<std::string_view> names;
  append_bound_names(view_, targets, names);
  for (const std::string_view name : names) {
    bind_name(name, scope, view_.at(targets.begin).begin, PythonSymbolKind::kVariable, annotation);
  }
}

void PythonReader::bind_name(std::string_view name, const Scope& scope, std::size_t offset,
                             PythonSymbolKind kind, std::string_view signature) {
  if (scope.kind != ScopeKind::kModule || !bound_.insert(name).second) return;
  module_.symbols.push_back({.name = std::string(name),
                             .kind = kind,
                             .signature = std::string(signature),
                             .summary = {},
                             .line = line_of(offset)});
}

std::optional<PythonCall> PythonReader::call_at(std::size_t i, std::size_t end) const {
  if (i >= end || !view_.at(i).is_name()) return std::nullopt;
  const std::size_t open = view_.end_of_path(i, end);
  if (open >= end || !view_.at(open).is('(') || view_.at(open).begin == view_.at(open).end)
    return std::nullopt;
  const std::size_t close = view_.closing(open, end);
  if (close == end) return std::nullopt;
  std::string written = view_.path({i, open});
  std::string resolved = names_.resolve(written);
  return PythonCall{.written = std::move(written),
                    .resolved = std::move(resolved),
                    .callee = {i, open},
                    .open = open,
                    .close = close};
}

void PythonReader::read_assignment(TokenRange range, const Scope& scope) {
  const auto call = call_at(range.begin, range.end);
  if (call && call->close + 1 == range.end) {
    if (candidate_ && scope.function_depth == 1) candidate_->factory.calls.push_back(call->written);
    if (scope.kind == ScopeKind::kModule && call->written.starts_with("__all__.")) read_all_method(*call);
    return;
  }
  std::size_t equals = view_.find(range, '=');
  const std::size_t augmented = equals == range.end ? view_.find(range, kAugmented) : range.end;
  const std::size_t colon = view_.find({range.begin, std::min(equals, augmented)}, ':');
  const bool is_annotated = colon < std::min(equals, augmented);
  const TokenRange first{range.begin, std::min({equals, augmented, colon})};
  const bool is_name = first.size() == 1 && view_.at(first.begin).is_name();
  if (is_annotated) {
    const TokenRange annotation{colon + 1, equals};
    const TokenRange value{std::min(equals + 1, range.end), range.end};
    bind(first, scope, view_.one_line(annotation));
    if (is_name && scope.kind == ScopeKind::kClass) read_field(first, annotation, value, scope);
  }
  if (augmented != range.end) {
    bind(first, scope);
    if (is_name && scope.kind == ScopeKind::kModule && view_.text(first.begin) == "__all__") {
      read_all({augmented + 1, range.end}, false);
    }
    return;
  }
  if (equals == range.end) return;
  const TokenRange target = first;
  // `except ImportError: torch = None`
  const bool is_none = equals + 2 == range.end && view_.text(equals + 1) == "None";
  const bool is_placeholder = is_none && scope.kind == ScopeKind::kFunction;
  if (!is_annotated && !is_placeholder) bind(target, scope);
  for (std::size_t next = view_.find({equals + 1, range.end}, '='); next != range.end;
       next = view_.find({equals + 1, range.end}, '=')) {
    bind({equals + 1, next}, scope);
    equals = next;
  }
  targets_end_ = equals;
  const TokenRange value{equals + 1, range.end};
  note_item_set(target, value);
  if (value.is_empty()) return;
  if (is_name && scope.kind == ScopeKind::kModule) {
    const std::string_view name = view_.text(target.begin);
    if (name == "__all__") read_all(value, true);
    if (auto text = view_.string(value); text && text->size() <= kLongestConstant) {
      names_.constants.insert_or_assign(std::string(name), std::move(*text));
    }
    read_alias(name, value);
  }
  const bool is_class_level = scope.kind == ScopeKind::kClass || scope.kind == ScopeKind::kClassConfiguration;
  if (is_name && is_class_level) read_class_setting(view_.text(target.begin), value, scope);
  const auto made = call_at(value.begin, value.end);
  auto router = made && made->close + 1 == range.end ? recognize_router(view_, *made, names_) : std::nullopt;
  if (!router) return;
  router->variable = view_.one_line(target);
  router->function = scope.kind == ScopeKind::kModule ? std::string() : scope.qualified;
  router->line = line_of(view_.at(range.begin).begin);
  if (candidate_ && scope.function_depth == 1 && is_application_type(router->type)) {
    candidate_->factory.variable = router->variable;
    candidate_->factory.type = router->type;
  }
  module_.routers.push_back(std::move(*router));
}

/// `env = os.environ`, `getenv = os.getenv`.
void PythonReader::read_alias(std::string_view name, TokenRange value) {
  if (!view_.at(value.begin).is_name() || view_.end_of_path(value.begin, value.end) != value.end) return;
  std::string full = names_.resolve(view_.path(value));
  if (full == "os.environ" || full == "os.getenv") names_.add(std::string(name), std::move(full));
}

/// Lists of plain strings, joined by `+`, are known; whatever else `__all__` is made of is not.
void PythonReader::read_all(TokenRange value, bool replaces) {
  if (replaces) module_.all.clear();
  if (replaces) module_.is_all_known = true;
  module_.has_all = true;
  for (const TokenRange part : view_.split(value, '+')) {
    // A string in parentheses is no tuple.
    const bool is_bracketed = view_.at(part.begin).is('(');
    const TokenRange listed =
        is_bracketed ? TokenRange{part.begin + 1, view_.closing(part.begin, part.end)} : part;
    const bool is_list = view_.at(part.begin).is('[') || view_.find(listed, ',') != listed.end ||
                         (is_bracketed && listed.is_empty());
    const auto names = is_list ? view_.strings(part) : std::nullopt;
    if (!names) {
      module_.is_all_known = false;
      continue;
    }
    module_.all.insert(module_.all.end(), names->begin(), names->end());
  }
}

void PythonReader::read_all_method(const PythonCall& call) {
  const TokenRange arguments{call.open + 1, call.close};
  const auto name = view_.string(arguments);
  if (call.written == "__all__.extend") {
    read_all(arguments, false);
  } else if (call.written == "__all__.append" && name) {
    module_.all.push_back(*name);
  } else if (call.written == "__all__.remove" && name) {
    std::erase(module_.all, *name);
  } else {
    module_.is_all_known = false;
  }
}

void PythonReader::scan(TokenRange range, const Scope& scope, PythonUseKind first_use) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const PythonToken& token = view_.at(i);
    if (token.kind == TokenKind::kString || token.is_name()) read_mention(i, range.end);
    if (token.kind == TokenKind::kString && token.end - token.begin > 8) {
      note_literal(i);
      const std::string_view literal = view_.text(i);
      if (literal.find("://") == std::string_view::npos) continue;
      const auto quote = literal.find_first_of("'\"");
      auto service = recognize_service(literal.substr(quote + 1, literal.size() - quote - 2));
      if (!service) continue;
      service->line = line_of(token.begin);
      module_.services.push_back(std::move(*service));
      continue;
    }
    if (token.is(Keyword::kLambda)) enter_lambda(i, range.end);
    const bool is_after_dot = i > range.begin && view_.at(i - 1).is('.');
    if (!token.is_name() || is_after_dot) continue;
    const std::size_t end = view_.end_of_path(i, range.end);
    note_use({i, end}, range, i == range.begin ? first_use : PythonUseKind::kReference, scope);
    const PythonToken& next = view_.at(end);
    if (end == i + 1 && end < range.end && next.is(kWalrus)) {
      bind({i, end}, scope);
    } else if (names_.is_notable(view_.text(end - 1))) {
      scan_notable({i, end}, range, scope);
    }
    i = end - 1;
  }
}

void PythonReader::scan_notable(TokenRange path, TokenRange range, const Scope& scope) {
  if (path.end >= range.end || !view_.at(path.end).is('(')) return scan_environ(path, range, scope);
  const auto call = call_at(path.begin, range.end);
  if (!call) return;
  const bool is_statement = path.begin == range.begin && call->close + 1 == range.end;
  if (is_statement && call->resolved == "os.environ.pop") return;  // a deletion
  const PythonPlace place{.context = scope.context,
                          .function = scope.kind == ScopeKind::kModule ? std::string() : scope.qualified,
                          .line = line_of(view_.at(path.begin).begin)};
  recognize_call(view_, *call, names_, place, module_);
  if (is_import_by_name(call->resolved)) read_computed_import(*call, place.line);
}

/// `os.environ["X"]`, which fails without the variable, unless it is set there or deleted; and
/// `"X" in os.environ`, which does not.
void PythonReader::scan_environ(TokenRange path, TokenRange range, const Scope& scope) {
  if (names_.resolve(view_.path(path)) != "os.environ") return;
  const std::uint32_t line = line_of(view_.at(path.begin).begin);
  const auto read = [&](std::optional<std::string> name, bool is_required) {
    if (!name || name->empty()) return;
    module_.environment.push_back({.name = std::move(*name),
                                   .is_required = is_required,
                                   .fallback = std::nullopt,
                                   .context = scope.context,
                                   .line = line});
  };
  if (path.end < range.end && view_.at(path.end).is('[')) {
    const std::size_t close = view_.closing(path.end, range.end);
    const PythonToken& next = view_.at(close + 1);
    const bool is_listed = close + 1 >= range.end || next.is(',') || next.is('=') || next.is(')');
    const bool is_target = close < targets_end_ || view_.at(range.begin).is(Keyword::kDel);
    if (!is_listed || !is_target) read(text_value(view_, {path.end + 1, close}, names_), true);
  } else if (path.begin >= range.begin + 2 && view_.at(path.begin - 1).is(Keyword::kIn)) {
    const std::size_t key = path.begin - (view_.at(path.begin - 2).is(Keyword::kNot) ? 3 : 2);
    if (key >= range.begin) read(text_value(view_, {key, key + 1}, names_), false);
  }
}

/// Finds what no expression has: two operands side by side, and an operator without its right side.
void PythonReader::check_operands(TokenRange range) {
  if (is_broken_ || range.is_empty()) return;
  for (std::size_t i = range.begin + 1; i < range.end; ++i) {
    const PythonToken& token = view_.at(i);
    const PythonToken& before = view_.at(i - 1);
    if (!begins_operand(token) || !ends_operand(before)) continue;
    const bool is_field_end = before.is(')') && before.begin == before.end;
    const bool is_string_beside =
        token.kind == TokenKind::kString && (before.kind == TokenKind::kString || is_field_end);
    if (is_string_beside) continue;
    const bool is_python_2 = view_.is_word(range.begin, "print") || view_.is_word(range.begin, "exec");
    return complain(i, is_python_2 ? "this is Python 2" : "an operator is missing before this");
  }
  if (wants_operand(view_.at(range.end - 1))) complain(range.end - 1, "something is missing behind this");
}

}  // namespace mlx
