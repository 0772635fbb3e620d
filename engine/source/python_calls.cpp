#include "engine/source/python_calls.h"

#include <algorithm>
#include <array>

namespace mlx {
namespace {

constexpr std::array<std::string_view, 33> kNotable = {"__import__",
                                                       "add_api_route",
                                                       "add_api_websocket_route",
                                                       "add_route",
                                                       "add_url_rule",
                                                       "add_websocket_route",
                                                       "call",
                                                       "config",
                                                       "environ",
                                                       "get",
                                                       "get_class",
                                                       "get_method",
                                                       "get_object",
                                                       "getenv",
                                                       "import_module",
                                                       "import_string",
                                                       "include_router",
                                                       "instantiate",
                                                       "locate",
                                                       "mount",
                                                       "plugin",
                                                       "pop",
                                                       "resolve_name",
                                                       "run",
                                                       "run_app",
                                                       "run_module",
                                                       "APIRoute",
                                                       "APIWebSocketRoute",
                                                       "Mount",
                                                       "Route",
                                                       "setdefault",
                                                       "start_http_server",
                                                       "WebSocketRoute"};

constexpr std::array<std::string_view, 12> kImportsByName = {"__import__",
                                                             "importlib.import_module",
                                                             "django.utils.module_loading.import_string",
                                                             "hydra.utils.call",
                                                             "hydra.utils.get_class",
                                                             "hydra.utils.get_method",
                                                             "hydra.utils.get_object",
                                                             "hydra.utils.instantiate",
                                                             "pkgutil.resolve_name",
                                                             "pydoc.locate",
                                                             "runpy.run_module",
                                                             "werkzeug.utils.import_string"};

std::string_view last_name(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

std::string_view object_of(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot);
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

constexpr std::size_t kNoPosition = static_cast<std::size_t>(-1);  // an argument that has only a name

// In tokens. Calls in calls would repeat each other's text without end.
constexpr std::size_t kLongestExpression = 200;

/// The arguments of one call, by place or by name.
class Arguments {
 public:
  Arguments(const PythonTokenView& view, const PythonCall& call, const PythonNames& names)
      : view_(view), names_(names), all_(view.arguments(call.open, call.close)) {}

  [[nodiscard]] std::optional<TokenRange> find(std::size_t position, std::string_view name) const {
    std::size_t seen = 0;
    for (const PythonArgument& argument : all_) {
      if (!name.empty() && argument.name == name) return argument.value;
      if (argument.name.empty() && seen++ == position) return argument.value;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<TokenRange> named(std::string_view name) const {
    return find(all_.size(), name);
  }
  [[nodiscard]] std::optional<std::string> text(std::size_t position, std::string_view name) const {
    const auto value = find(position, name);
    return value ? text_value(view_, *value, names_) : std::nullopt;
  }
  /// Is it not given at all, or given as a text that stands there?
  [[nodiscard]] bool is_known(std::string_view name) const { return !named(name) || text(all_.size(), name); }
  [[nodiscard]] std::string text_or_empty(std::string_view name) const {
    return text(all_.size(), name).value_or("");
  }
  [[nodiscard]] std::string written(std::size_t position, std::string_view name) const {
    const auto value = find(position, name);
    return value && value->size() <= kLongestExpression ? view_.one_line(*value) : std::string();
  }
  [[nodiscard]] std::vector<std::string> methods() const {
    const auto value = named("methods");
    const auto listed = value ? view_.strings(*value) : std::nullopt;
    if (!listed || listed->empty()) return {"GET"};
    std::vector<std::string> methods;
    for (const std::string& method : *listed) methods.push_back(upper(method));
    return methods;
  }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(all_.size()); }
  /// The first arguments, as long as they are literals; at most two.
  [[nodiscard]] std::vector<std::string> leading_texts() const {
    std::vector<std::string> texts;
    for (const PythonArgument& argument : all_) {
      auto literal = argument.name.empty() ? text_value(view_, argument.value, names_) : std::nullopt;
      if (!literal || texts.size() == 2) break;
      texts.push_back(*std::move(literal));
    }
    return texts;
  }
  /// The default at this place: a literal, `None` (nothing), or something that is not known.
  [[nodiscard]] std::optional<std::string> literal(std::size_t position, std::string_view name) const {
    const auto value = find(position, name);
    return value ? literal_value(view_, *value, names_) : std::nullopt;
  }

 private:
  const PythonTokenView& view_;
  const PythonNames& names_;
  std::vector<PythonArgument> all_;
};

bool is_variable_name(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  return !text.empty() && kLetters.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
             std::string_view::npos;
}

void recognize_environment(const PythonCall& call, const Arguments& arguments, const PythonPlace& place,
                           PythonModule& module) {
  const std::string_view object = object_of(call.resolved);
  const std::string_view method = last_name(call.resolved);
  const bool is_getter =
      call.resolved == "os.getenv" ||
      (object == "os.environ" && (method == "get" || method == "setdefault" || method == "pop"));
  const bool is_decouple = call.resolved == "decouple.config";
  if (!is_getter && !is_decouple) return;
  const auto name = arguments.text(0, "key");
  if (!name || !is_variable_name(*name)) return;
  const bool has_default = arguments.find(1, "default").has_value();
  module.environment.push_back({.name = *name,
                                .is_required = !has_default && (is_decouple || method == "pop"),
                                .fallback = arguments.literal(1, "default"),
                                .context = place.context,
                                .line = place.line});
}

void recognize_dynamic_import(const PythonCall& call, const Arguments& arguments, const PythonPlace& place,
                              PythonModule& module) {
  if (call.resolved != "importlib.import_module" && call.resolved != "__import__") return;
  const auto name = arguments.text(0, "name");
  if (!name || name->empty()) {
    module.problems.push_back({.code = "dynamic-import",
                               .message = "what is imported here is only known at run time",
                               .line = place.line});
    return;
  }
  const auto dots = std::min(name->find_first_not_of('.'), name->size());
  module.imports.push_back({.module = name->substr(dots),
                            .level = static_cast<std::uint32_t>(dots),
                            .name = {},
                            .alias = {},
                            .is_dynamic = true,
                            .context = place.context,
                            .line = place.line});
}

bool is_path(std::string_view text) { return text.empty() || text.front() == '/'; }

void recognize_routing(const PythonCall& call, const Arguments& arguments, const PythonNames& names,
                       const PythonPlace& place, PythonModule& module) {
  const std::string_view method = last_name(call.written);
  const std::string object(object_of(call.written));
  if (method == "include_router" || method == "register_blueprint") {
    const std::string router = arguments.written(0, method == "include_router" ? "router" : "blueprint");
    if (object.empty() || router.empty()) return;
    const char* prefix = method == "include_router" ? "prefix" : "url_prefix";
    module.inclusions.push_back({.into = object,
                                 .router = names.resolve(router),
                                 .prefix = arguments.text_or_empty(prefix),
                                 .is_prefix_known = arguments.is_known(prefix),
                                 .function = place.function,
                                 .line = place.line});
    return;
  }
  const auto path = arguments.text(0, method == "add_url_rule" ? "rule" : "path");
  if (!path || !is_path(*path)) return;
  const bool is_mount_object = call.resolved == "starlette.routing.Mount";
  if ((method == "mount" && !object.empty()) || is_mount_object) {
    const std::string mounted = arguments.written(1, "app");
    if (mounted.empty()) return;
    module.inclusions.push_back({.into = is_mount_object ? std::string() : object,
                                 .router = names.resolve(mounted),
                                 .prefix = *path,
                                 .function = place.function,
                                 .line = place.line});
    return;
  }
  const bool is_route_object =
      call.resolved == "starlette.routing.Route" || call.resolved == "starlette.routing.WebSocketRoute" ||
      call.resolved == "fastapi.routing.APIRoute" || call.resolved == "fastapi.routing.APIWebSocketRoute";
  const bool is_adder = method.starts_with("add_") && !object.empty();
  if (!is_route_object && !is_adder) return;
  const bool is_socket =
      method.find("websocket") != std::string::npos || call.resolved.ends_with("WebSocketRoute");
  const std::string handler = method == "add_url_rule"
                                  ? arguments.written(2, "view_func")
                                  : arguments.written(1, method == "add_route" ? "route" : "endpoint");
  module.routes.push_back({.router = is_route_object ? std::string() : object,
                           .methods = is_socket ? std::vector<std::string>{"WEBSOCKET"} : arguments.methods(),
                           .path = *path,
                           .handler = handler,
                           .function = place.function,
                           .line = place.line});
}

void recognize_registration(const PythonTokenView& view, const PythonCall& call, const Arguments& arguments,
                            const PythonPlace& place, PythonModule& module) {
  const std::string_view function = last_name(call.resolved);
  const PythonContext& context = place.context;
  const bool always_runs =
      !context.is_deferred && !context.is_conditional && !context.is_optional && !context.is_type_checking;
  if (!always_runs || (!function.starts_with("register") && function != "plugin")) return;
  for (const std::string_view name : {"force", "override", "overwrite", "replace", "exist_ok"}) {
    if (arguments.named(name)) return;
  }
  std::vector<std::string> names = arguments.leading_texts();
  if (names.empty()) names.push_back(arguments.text_or_empty("name"));
  if (names.front().empty()) return;
  const bool is_decorator = call.callee.begin > 0 && view.at(call.callee.begin - 1).is('@');
  module.registrations.push_back({.registry = call.resolved,
                                  .names = std::move(names),
                                  .argument_count = arguments.count(),
                                  .is_decorator = is_decorator,
                                  .line = place.line});
}

bool is_application_of(const PythonModule& module, std::string_view variable) {
  return std::ranges::any_of(module.routers, [&](const PythonRouter& router) {
    return router.variable == variable && is_application_type(router.type);
  });
}

void recognize_listener(const PythonCall& call, const Arguments& arguments, const PythonNames& names,
                        const PythonPlace& place, PythonModule& module) {
  const bool is_background = call.resolved == "prometheus_client.start_http_server";
  const bool is_server = call.resolved == "uvicorn.run" || call.resolved == "aiohttp.web.run_app";
  const std::string object(object_of(call.written));
  const bool is_method =
      !is_background && !is_server && last_name(call.written) == "run" && is_application_of(module, object);
  if (!is_background && !is_server && !is_method) return;
  // `uvicorn.run` takes it by name only; `app.run` after the host.
  const auto port =
      is_server ? arguments.literal(kNoPosition, "port") : arguments.literal(is_background ? 0 : 1, "port");
  const bool is_number = port && !port->empty() && port->find_first_not_of("0123456789") == port->npos;
  if (!is_number || port->front() == '0') return;
  std::string application = object;
  if (is_background) application.clear();
  if (is_server) {
    const auto text = arguments.text(0, "app");
    application = text ? *text : names.resolve(arguments.written(0, "app"));
  }
  module.listeners.push_back({.application = std::move(application),
                              .port = *port,
                              .is_background = is_background,
                              .context = place.context,
                              .line = place.line});
}

constexpr std::array<std::string_view, 17> kRouterTypes = {"fastapi.FastAPI",
                                                           "fastapi.applications.FastAPI",
                                                           "starlette.applications.Starlette",
                                                           "starlette.Starlette",
                                                           "flask.Flask",
                                                           "flask.app.Flask",
                                                           "quart.Quart",
                                                           "sanic.Sanic",
                                                           "fastapi.APIRouter",
                                                           "fastapi.routing.APIRouter",
                                                           "fastapi.routers.APIRouter",
                                                           "starlette.routing.Router",
                                                           "flask.Blueprint",
                                                           "quart.Blueprint",
                                                           "sanic.Blueprint",
                                                           "prometheus_client.make_asgi_app",
                                                           "prometheus_client.make_wsgi_app"};
constexpr std::size_t kApplicationTypes = 8;

}  // namespace

std::string PythonNames::resolve(std::string_view dotted) const {
  const auto end = std::min(dotted.find_first_of(".("), dotted.size());
  const auto known = imported.find(dotted.substr(0, end));
  if (known == imported.end()) return std::string(dotted);
  return known->second + std::string(dotted.substr(end));
}

void PythonNames::add(std::string name, std::string full) {
  const std::string_view own = last_name(full);
  if (name != own && is_notable(own)) notable.insert(name);
  imported.insert_or_assign(std::move(name), std::move(full));
}

bool PythonNames::is_notable(std::string_view last_name) const {
  return std::ranges::find(kNotable, last_name) != kNotable.end() || last_name.starts_with("register") ||
         (!notable.empty() && notable.contains(last_name));
}

bool is_import_by_name(std::string_view function) {
  return std::ranges::find(kImportsByName, function) != kImportsByName.end();
}

void recognize_call(const PythonTokenView& view, const PythonCall& call, const PythonNames& names,
                    const PythonPlace& place, PythonModule& module) {
  const Arguments arguments(view, call, names);
  recognize_environment(call, arguments, place, module);
  recognize_dynamic_import(call, arguments, place, module);
  recognize_routing(call, arguments, names, place, module);
  recognize_registration(view, call, arguments, place, module);
  recognize_listener(call, arguments, names, place, module);
}

std::optional<PythonRoute> recognize_route_decorator(const PythonTokenView& view, const PythonCall& call,
                                                     const PythonNames& names) {
  constexpr std::array<std::string_view, 12> kVerbs = {"get",       "post",  "put",       "patch",
                                                       "delete",    "head",  "options",   "trace",
                                                       "websocket", "route", "api_route", "websocket_route"};
  const std::string_view verb = last_name(call.written);
  const std::string_view object = object_of(call.written);
  if (object.empty() || std::ranges::find(kVerbs, verb) == kVerbs.end()) return std::nullopt;
  const Arguments arguments(view, call, names);
  const auto path = arguments.text(0, verb == "route" && arguments.named("rule") ? "rule" : "path");
  if (!path || !is_path(*path)) return std::nullopt;
  const bool names_methods = verb == "route" || verb == "api_route";
  const std::string_view method = verb.starts_with("websocket") ? "websocket" : verb;
  return PythonRoute{.router = std::string(object),
                     .methods = names_methods ? arguments.methods() : std::vector<std::string>{upper(method)},
                     .path = *path,
                     .handler = {},
                     .function = {},
                     .line = 0};
}

std::optional<PythonRouter> recognize_router(const PythonTokenView& view, const PythonCall& call,
                                             const PythonNames& names) {
  if (std::ranges::find(kRouterTypes, call.resolved) == kRouterTypes.end()) return std::nullopt;
  const Arguments arguments(view, call, names);
  std::string prefix = arguments.text_or_empty("prefix");
  if (prefix.empty()) prefix = arguments.text_or_empty("url_prefix");
  return PythonRouter{.variable = {},
                      .type = call.resolved,
                      .prefix = prefix,
                      .is_prefix_known = arguments.is_known("prefix") && arguments.is_known("url_prefix"),
                      .function = {},
                      .line = 0};
}

bool is_application_type(std::string_view type) {
  const auto end = kRouterTypes.begin() + kApplicationTypes;
  return std::find(kRouterTypes.begin(), end, type) != end;
}

std::optional<std::string> text_value(const PythonTokenView& view, TokenRange value,
                                      const PythonNames& names) {
  if (auto text = view.string(value)) return text;
  if (value.size() != 1 || !view.at(value.begin).is_name()) return std::nullopt;
  const auto constant = names.constants.find(view.text(value.begin));
  return constant == names.constants.end() ? std::nullopt : std::optional(constant->second);
}

std::optional<std::string> literal_value(const PythonTokenView& view, TokenRange value,
                                         const PythonNames& names) {
  if (auto text = text_value(view, value, names)) return text;
  const bool is_negative = value.size() == 2 && view.at(value.begin).is('-');
  if (value.size() != 1 && !is_negative) return std::nullopt;
  const PythonToken& token = view.at(value.end - 1);
  const bool is_bool = token.is(Keyword::kConstant) && view.text(value.end - 1) != "None";
  if (token.kind != TokenKind::kNumber && !is_bool) return std::nullopt;
  return view.one_line(value);
}

}  // namespace mlx
