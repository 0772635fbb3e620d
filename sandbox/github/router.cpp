#include "sandbox/github/router.h"

#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/' ? 1 : 0);
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  if (!segments.empty() && segments.back().empty()) segments.pop_back();
  return segments;
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path,
          std::map<std::string, std::string, std::less<>>& parameters) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const std::string_view part = pattern[at];
    const bool is_parameter = part.starts_with('{');
    if (part.ends_with("...}")) {
      std::string rest;
      for (std::size_t i = at; i < path.size(); ++i) {
        rest += (i > at ? "/" : "") + percent_decode(path[i]);
      }
      parameters[std::string(part.substr(1, part.size() - 5))] = std::move(rest);
      return true;
    }
    if (at >= path.size() || (!is_parameter && part != path[at])) return false;
    if (is_parameter) parameters[std::string(part.substr(1, part.size() - 2))] = percent_decode(path[at]);
  }
  return pattern.size() == path.size();
}

}  // namespace

Router::Router() {
  for (const auto& routes :
       {app_routes(),      manifest_routes(),   repository_routes(), collaborator_routes(),
        ref_routes(),      git_object_routes(), check_run_routes(),  commit_routes(),
        content_routes(),  comment_routes(),    issue_routes(),      label_routes(),
        reaction_routes(), pull_routes(),       review_routes(),     line_comment_routes(),
        merge_routes(),    hook_routes(),       delivery_routes(),   archive_routes()}) {
    for (const Route& route : routes) entries_.push_back({split(route.pattern), &route});
  }
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  const auto segments = split(path);
  for (const Entry& entry : entries_) {
    if (entry.route->method != method) continue;
    Match match{.route = entry.route, .parameters = {}};
    if (fits(entry.segments, segments, match.parameters)) return match;
  }
  return {};
}

}  // namespace mlx::sandbox::github
