#include <map>
#include <string>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// A path with its parameters made equal, be they FastAPI's `{id}` and `{path:path}` or Flask's `<int:id>`:
/// two of the same shape match the same requests.
std::string shape_of(std::string_view path) {
  std::string shape;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char close = path[i] == '{' ? '}' : path[i] == '<' ? '>' : '\0';
    const auto end = close == '\0' ? std::string_view::npos : path.find(close, i);
    if (end == std::string_view::npos) {
      shape += path[i];
      continue;
    }
    const std::string_view parameter = path.substr(i, end - i);
    const bool takes_rest = parameter.ends_with(":path") || parameter.starts_with("<path:");
    shape += takes_rest ? "{rest}" : "{}";
    i = end;
  }
  return shape;
}

std::string request_of(const RouteFact& route) { return route.method + " " + shape_of(route.path); }

/// A router that no application here includes is included by somebody's.
bool may_share_application(const RouteFact& one, const RouteFact& other) {
  return one.application.empty() || other.application.empty() || one.application == other.application;
}

std::string written(const RouteFact& route) { return route.method + " " + route.path; }

}  // namespace

void check_route_collision(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                           RuleFindings& findings) {
  std::multimap<std::string, const RouteFact*> by_request;
  for (const RouteFact& route : one.routes) by_request.emplace(request_of(route), &route);
  for (const RouteFact& route : other.routes) {
    const auto [first, last] = by_request.equal_range(request_of(route));
    for (auto same = first; same != last; ++same) {
      const RouteFact& before = *same->second;
      if (!may_share_application(before, route)) continue;
      report(findings,
             {.subject = request_of(route),
              .message = written(before) + " of " + one.title() + " and " + written(route) + " of " +
                         other.title() + " answer the same requests; the one registered first gets them all",
              .remedy = "give one of them another path, or a prefix where its router is included",
              .evidence = {before.place, route.place}},
             {&one, &other});
      break;
    }
  }
}

void check_route_repeated(const Party& party, const CompatFacts& /*facts*/, RuleFindings& findings) {
  std::map<std::string, const RouteFact*> first;
  for (const RouteFact& route : party.routes) {
    // Only of the same application can it be said that both are there at once.
    if (route.application.empty()) continue;
    const auto [entry, is_new] = first.emplace(route.application + " " + request_of(route), &route);
    const RouteFact& before = *entry->second;
    const bool is_same_function = before.handler == route.handler;
    if (is_new || is_same_function || before.place == route.place) continue;
    report(findings,
           {.subject = request_of(route),
            .message = written(before) + " and " + written(route) +
                       " answer the same requests; the one registered first gets them all",
            .remedy = "remove one of them, or give it another path",
            .evidence = {route.place, before.place}},
           {&party});
  }
}

}  // namespace mlx::compat
