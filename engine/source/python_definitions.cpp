#include <algorithm>
#include <array>
#include <utility>

#include "engine/source/python_reader.h"

namespace mlx {
namespace {

constexpr std::array<std::string_view, 6> kDataclassDecorators = {
    "dataclasses.dataclass", "attr.s",       "attr.define",
    "attrs.define",          "attrs.frozen", "pydantic.dataclasses.dataclass"};

constexpr std::array<std::string_view, 4> kFieldFunctions = {"dataclasses.field", "attr.ib", "attrs.field",
                                                             "attr.field"};
// In bytes. A name is kept with each of its methods and routes.
constexpr std::size_t kLongestName = 500;

/// `ClassVar` of `typing.ClassVar[int]`.
std::string_view outer_type(std::string_view annotation) {
  const std::string_view path = annotation.substr(0, annotation.find('['));
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

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
  std::size_t end = body;
  while (view_.at(end).kind == TokenKind::kString) ++end;
  const bool is_statement = view_.at(end).kind == TokenKind::kNewline || view_.at(end).is(';');
  const auto text = is_statement ? view_.string({body, end}) : std::nullopt;
  if (!text) return {};
  const std::string_view paragraph = trimmed(*text);
  return std::string(trimmed(paragraph.substr(0, paragraph.find_first_of("\r\n"))));
}

/// A name with those of the classes and functions around it.
std::string PythonReader::qualified(const Scope& scope, std::string_view name) {
  std::string full = scope.qualified.empty() ? std::string() : scope.qualified + ".";
  full += name;
  if (full.size() > kLongestName) full.resize(kLongestName);
  return full;
}

void PythonReader::read_function(const std::vector<TokenRange>& decorators, const Scope& scope) {
  const std::size_t begin = at_;
  const std::size_t line_end = end_of_line(begin);
  const std::size_t colon = view_.find({begin, line_end}, ':');
  if (!view_.at(begin + 1).is_name() || colon == line_end) {
    complain(begin, "this is no function definition");
    return read_simple_line(scope);
  }
  const std::string_view name = view_.text(begin + 1);
  const std::uint32_t line = line_of(view_.at(begin).begin);
  std::size_t open = begin + 2;
  if (view_.at(open).is('[')) open = view_.closing(open, colon) + 1;
  const std::string signature = view_.one_line({open, colon});
  const std::size_t known = module_.symbols.size();
  if (scope.kind == ScopeKind::kModule) {
    bind_name(name, scope, view_.at(begin).begin, PythonSymbolKind::kFunction, signature);
  } else if (scope.kind == ScopeKind::kClass && methods_.insert(name).second) {
    module_.symbols.push_back({.name = qualified(scope, name),
                               .kind = PythonSymbolKind::kMethod,
                               .signature = signature,
                               .summary = {},
                               .line = line});
  }
  if (module_.symbols.size() > known) module_.symbols.back().summary = summary_at(colon + 1);
  const auto parameters = read_parameters(open, colon, scope);

  Scope below = scope;
  below.kind = ScopeKind::kFunction;
  below.is_in_async = begin > 0 && view_.at(begin - 1).is(Keyword::kAsync);
  below.qualified = qualified(scope, name);
  below.context.is_deferred = true;
  ++below.function_depth;
  add_routes(decorators, below.qualified, line, scope);
  const bool is_top_level = scope.kind == ScopeKind::kModule;
  if (is_top_level) {
    candidate_ = FactoryCandidate{
        .factory = {.function = std::string(name), .variable = {}, .type = {}, .calls = {}, .line = line},
        .type = {},
        .returned = {}};
  }
  const std::size_t outside = used_names_.begin_function();
  for (const std::string_view parameter : parameters) used_names_.hide(parameter);
  const std::size_t block = begin_block(begin, colon);
  function_begin_ = colon;
  read_suite(colon, line_end, below);
  function_begin_ = at_;
  end_block(block);
  used_names_.end_function(outside);
  if (is_top_level) finish_factory();
}

void PythonReader::finish_factory() {
  auto candidate = std::exchange(candidate_, std::nullopt);
  if (!candidate) return;
  ApplicationFactory& factory = candidate->factory;
  const bool is_returned =
      std::ranges::find(candidate->returned, factory.variable) != candidate->returned.end();
  if (!factory.variable.empty() && is_returned) module_.factories.push_back(std::move(factory));
}

void PythonReader::add_routes(const std::vector<TokenRange>& decorators, const std::string& handler,
                              std::uint32_t line, const Scope& scope) {
  for (const TokenRange decorator : decorators) {
    const auto call = call_at(decorator.begin, decorator.end);
    auto route = call ? recognize_route_decorator(view_, *call, names_) : std::nullopt;
    if (!route) continue;
    route->handler = handler;
    route->function = scope.kind == ScopeKind::kModule ? std::string() : scope.qualified;
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
  const std::string_view name = view_.text(begin + 1);
  std::size_t open = begin + 2;
  if (view_.at(open).is('[')) open = view_.closing(open, colon) + 1;
  scan({open, colon}, scope);
  Scope below = scope;
  below.qualified = qualified(scope, name);
  if (scope.kind == ScopeKind::kModule) {
    methods_.clear();
    PythonClass described{.name = std::string(name),
                          .bases = {},
                          .environment_prefix = {},
                          .fields = {},
                          .is_dataclass = false,
                          .line = line_of(view_.at(begin).begin)};
    if (view_.at(open).is('(')) {
      for (const PythonArgument& base : view_.arguments(open, view_.closing(open, colon))) {
        if (base.name.empty()) described.bases.push_back(names_.resolve(view_.one_line(base.value)));
        if (base.name == "env_prefix") {
          described.environment_prefix = text_value(view_, base.value, names_).value_or("");
        }
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
    used_names_.add(name, PythonUsedNames::Kind::kClass, std::string(name));
    below.kind = ScopeKind::kClass;
    below.class_index = module_.classes.size() - 1;
  } else if (scope.kind == ScopeKind::kClass && name == "Config") {
    below.kind = ScopeKind::kClassConfiguration;
  } else {
    below.kind = ScopeKind::kOtherClass;
  }
  const std::size_t block = begin_block(begin, colon);
  read_suite(colon, line_end, below);
  end_block(block);
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
  if (field.is_required) field.default_text.clear();
  const std::string_view type = outer_type(field.annotation);
  if (type == "ClassVar" || field.name == "model_config") return;
  if (type == "Annotated") {
    const std::size_t open = view_.end_of_path(annotation.begin, annotation.end);
    for (const PythonArgument& part : view_.arguments(open, view_.closing(open, annotation.end))) {
      if (const auto call = field_call(part.value)) read_field_call(*call, value.is_empty(), field);
    }
  }
  if (const auto call = field_call(value)) {
    field.is_required = true;
    field.default_text.clear();
    read_field_call(*call, true, field);
  }
  module_.classes[scope.class_index].fields.push_back(std::move(field));
}

/// `Field(…)` of pydantic, or what dataclasses and attrs have in its place.
std::optional<PythonCall> PythonReader::field_call(TokenRange value) const {
  auto call = value.is_empty() ? std::nullopt : call_at(value.begin, value.end);
  if (!call || call->close + 1 != value.end) return std::nullopt;
  const bool is_field = call->written.ends_with("Field") ||
                        std::ranges::find(kFieldFunctions, call->resolved) != kFieldFunctions.end();
  return is_field ? call : std::nullopt;
}

void PythonReader::read_field_call(const PythonCall& call, bool gives_default, PythonField& field) {
  std::size_t position = 0;
  for (const PythonArgument& argument : view_.arguments(call.open, call.close)) {
    const bool is_first = argument.name.empty() && position++ == 0;
    const bool is_factory = argument.name == "default_factory" || argument.name == "factory";
    const bool is_alias =
        argument.name == "env" || argument.name == "validation_alias" || argument.name == "alias";
    if (argument.name == "default" || is_factory || is_first) {
      if (!gives_default) continue;
      field.default_text = view_.one_line(argument.value);
      field.is_required = field.default_text == "...";
      if (field.is_required) field.default_text.clear();
      if (!is_factory) field.literal = literal_value(view_, argument.value, names_);
    } else if (is_alias) {
      // An alias is also what a validation alias falls back to.
      if (argument.name == "alias" && !field.environment.empty()) continue;
      field.environment = variables_of(argument.value);
    } else if (argument.name == "description") {
      field.description = text_value(view_, argument.value, names_).value_or("");
    }
  }
}

/// `"X"`, `["X", "Y"]` or `AliasChoices("X", AliasPath("y", 0))`: the plain names.
std::vector<std::string> PythonReader::variables_of(TokenRange value) const {
  const auto choices = call_at(value.begin, value.end);
  if (choices) value = {choices->open + 1, choices->close};
  const bool is_listed =
      opens(view_.at(value.begin)) && view_.closing(value.begin, value.end) + 1 == value.end;
  if (is_listed) value = {value.begin + 1, value.end - 1};
  std::vector<std::string> names;
  for (const TokenRange part : view_.split(value, ',')) {
    if (auto name = text_value(view_, part, names_)) names.push_back(std::move(*name));
  }
  return names;
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
