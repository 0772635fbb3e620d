#include <algorithm>
#include <array>

#include "engine/source/python_reader.h"

namespace mlx {
namespace {

constexpr std::array<std::string_view, 6> kDataclassDecorators = {
    "dataclasses.dataclass", "attr.s",       "attr.define",
    "attrs.define",          "attrs.frozen", "pydantic.dataclasses.dataclass"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

/// The first line of the docstring that begins at token `body`, if there is one.
std::string PythonReader::summary_at(std::size_t body) const {
  if (view_.at(body).kind == TokenKind::kNewline) ++body;
  if (view_.at(body).kind == TokenKind::kIndent) ++body;
  if (view_.at(body).kind != TokenKind::kString || !is_text_literal(view_.text(body))) return {};
  const std::string text = decode_text_literal(view_.text(body));
  const std::string_view paragraph = trimmed(text);
  return std::string(trimmed(paragraph.substr(0, paragraph.find('\n'))));
}

void PythonReader::read_function(const std::vector<TokenRange>& decorators, const Scope& scope) {
  const std::size_t begin = at_;
  const std::size_t line_end = end_of_line(begin);
  const std::size_t colon = view_.find({begin, line_end}, ':');
  if (!view_.at(begin + 1).is_name() || colon == line_end) {
    complain(begin, "this is no function definition");
    return read_simple_line(scope);
  }
  const std::string name(view_.text(begin + 1));
  const std::uint32_t line = line_of(view_.at(begin).begin);
  std::size_t open = begin + 2;
  if (view_.at(open).is('[')) open = view_.closing(open, colon) + 1;
  const std::string signature = view_.one_line({open, colon});
  if (scope.kind == ScopeKind::kModule) {
    bind_name(view_.text(begin + 1), scope, view_.at(begin).begin, PythonSymbolKind::kFunction, signature);
  } else if (scope.kind == ScopeKind::kClass) {
    module_.symbols.push_back({.name = scope.qualified + "." + name,
                               .kind = PythonSymbolKind::kMethod,
                               .signature = signature,
                               .summary = {},
                               .line = line});
  }
  const bool is_recorded =
      scope.kind == ScopeKind::kClass ||
      (scope.kind == ScopeKind::kModule && !module_.symbols.empty() && module_.symbols.back().name == name);
  if (is_recorded) module_.symbols.back().summary = summary_at(colon + 1);
  scan({open, colon}, scope);

  Scope below = scope;
  below.kind = ScopeKind::kFunction;
  below.qualified = scope.qualified.empty() ? name : scope.qualified + "." + name;
  below.context.is_deferred = true;
  ++below.function_depth;
  add_routes(decorators, below.qualified, line);
  const bool is_top_level = scope.kind == ScopeKind::kModule;
  if (is_top_level) {
    candidate_ =
        FactoryCandidate{.factory = {.function = name, .variable = {}, .type = {}, .calls = {}, .line = line},
                         .type = {},
                         .returned = {}};
  }
  read_suite(colon, line_end, below);
  if (is_top_level) finish_factory();
}

void PythonReader::finish_factory() {
  ApplicationFactory& factory = candidate_->factory;
  const bool is_returned =
      std::ranges::find(candidate_->returned, factory.variable) != candidate_->returned.end();
  if (!factory.variable.empty() && is_returned) module_.factories.push_back(std::move(factory));
  candidate_.reset();
}

void PythonReader::add_routes(const std::vector<TokenRange>& decorators, const std::string& handler,
                              std::uint32_t line) {
  for (const TokenRange decorator : decorators) {
    const auto call = call_at(decorator.begin, decorator.end);
    auto route = call ? recognize_route_decorator(view_, *call, names_) : std::nullopt;
    if (!route) continue;
    route->handler = handler;
    route->line = line;
    module_.routes.push_back(std::move(*route));
  }
}

void PythonReader::read_class(const std::vector<TokenRange>& decorators, const Scope& scope) {
  const std::size_t begin = at_;
  const std::size_t line_end = end_of_line(begin);
  const std::size_t colon = view_.find({begin, line_end}, ':');
  if (!view_.at(begin + 1).is_name() || colon == line_end) {
    complain(begin, "this is no class definition");
    return read_simple_line(scope);
  }
  const std::string name(view_.text(begin + 1));
  std::size_t open = begin + 2;
  if (view_.at(open).is('[')) open = view_.closing(open, colon) + 1;
  scan({open, colon}, scope);
  Scope below = scope;
  below.qualified = scope.qualified.empty() ? name : scope.qualified + "." + name;
  if (scope.kind == ScopeKind::kModule) {
    PythonClass described{.name = name,
                          .bases = {},
                          .environment_prefix = {},
                          .fields = {},
                          .is_dataclass = false,
                          .line = line_of(view_.at(begin).begin)};
    if (view_.at(open).is('(')) {
      for (const PythonArgument& base : view_.arguments(open, view_.closing(open, colon))) {
        if (base.name.empty()) described.bases.push_back(names_.resolve(view_.one_line(base.value)));
      }
    }
    described.is_dataclass = std::ranges::any_of(decorators, [this](TokenRange decorator) {
      if (!view_.at(decorator.begin).is_name()) return false;
      const std::size_t end = view_.end_of_path(decorator.begin, decorator.end);
      const std::string path = names_.resolve(view_.path({decorator.begin, end}));
      return std::ranges::find(kDataclassDecorators, path) != kDataclassDecorators.end();
    });
    const std::size_t known = module_.symbols.size();
    bind_name(view_.text(begin + 1), scope, view_.at(begin).begin, PythonSymbolKind::kClass,
              view_.one_line({open, colon}));
    if (module_.symbols.size() > known) module_.symbols.back().summary = summary_at(colon + 1);
    module_.classes.push_back(std::move(described));
    below.kind = ScopeKind::kClass;
    below.class_index = module_.classes.size() - 1;
  } else if (scope.kind == ScopeKind::kClass && name == "Config") {
    below.kind = ScopeKind::kClassConfiguration;
  } else {
    below.kind = ScopeKind::kOtherClass;
  }
  read_suite(colon, line_end, below);
}

void PythonReader::read_field(TokenRange name, TokenRange annotation, TokenRange value, const Scope& scope) {
  PythonField field{.name = std::string(view_.text(name.begin)),
                    .annotation = view_.one_line(annotation),
                    .default_text = view_.one_line(value),
                    .environment = {},
                    .is_required = value.is_empty() || view_.one_line(value) == "...",
                    .literal = value.is_empty() ? std::nullopt : literal_value(view_, value, names_),
                    .description = {},
                    .line = line_of(view_.at(name.begin).begin)};
  const auto call = value.is_empty() ? std::nullopt : call_at(value.begin, value.end);
  if (call && call->written.ends_with("Field")) {
    field.is_required = true;
    std::size_t position = 0;
    for (const PythonArgument& argument : view_.arguments(call->open, call->close)) {
      const bool is_first = argument.name.empty() && position++ == 0;
      const bool is_default = argument.name == "default" || argument.name == "default_factory" || is_first;
      const bool is_alias =
          argument.name == "env" || argument.name == "validation_alias" || argument.name == "alias";
      if (is_default) {
        field.is_required = view_.one_line(argument.value) == "...";
        field.literal = literal_value(view_, argument.value, names_);
        field.default_text = field.is_required ? std::string() : view_.one_line(argument.value);
      } else if (is_alias) {
        const auto choices = call_at(argument.value.begin, argument.value.end);
        const TokenRange names = choices ? TokenRange{choices->open + 1, choices->close} : argument.value;
        if (const auto texts = view_.strings(names)) field.environment = *texts;
      } else if (argument.name == "description") {
        field.description = view_.string(argument.value).value_or("");
      }
    }
  }
  module_.classes[scope.class_index].fields.push_back(std::move(field));
}

/// `env_prefix` in `model_config = SettingsConfigDict(…)`, in a dict of that name, or in `class Config`.
void PythonReader::read_class_setting(std::string_view name, TokenRange value, const Scope& scope) {
  std::string& prefix = module_.classes[scope.class_index].environment_prefix;
  if (scope.kind == ScopeKind::kClassConfiguration) {
    if (name == "env_prefix") prefix = text_value(view_, value, names_).value_or("");
    return;
  }
  if (name != "model_config") return;
  if (const auto call = call_at(value.begin, value.end)) {
    for (const PythonArgument& argument : view_.arguments(call->open, call->close)) {
      if (argument.name == "env_prefix") prefix = text_value(view_, argument.value, names_).value_or("");
    }
  } else if (view_.at(value.begin).is('{')) {
    for (const TokenRange entry : view_.split({value.begin + 1, value.end - 1}, ',')) {
      const std::size_t colon = view_.find(entry, ':');
      if (view_.string({entry.begin, colon}) != "env_prefix") continue;
      prefix = text_value(view_, {colon + 1, entry.end}, names_).value_or("");
    }
  }
}

}  // namespace mlx
