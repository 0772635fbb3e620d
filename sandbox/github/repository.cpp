#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::string_view kBranches = "refs/heads/";

std::string branch_of(const Ref& ref) { return ref.name.substr(kBranches.size()); }

Json protection_json() {
  return {{"enabled", false},
          {"required_status_checks",
           {{"enforcement_level", "off"}, {"contexts", Json::array()}, {"checks", Json::array()}}}};
}

Answer<Response> get_repository(Context& context, const Request& /*request*/) {
  return Response{.body = full_repository_json(context.state, context.role())};
}

Answer<Response> list_branches(Context& context, const Request& request) {
  const auto refs = context.git.refs(kBranches);
  return paginated(context, request, refs, [&](const Ref& ref) {
    const std::string api = repository_api(context.state);
    return Json{
        {"name", branch_of(ref)},
        {"commit", {{"sha", ref.sha}, {"url", api + "/commits/" + ref.sha}}},
        {"protected", false},
        {"protection", protection_json()},
        {"protection_url", api + "/branches/" + percent_encode(branch_of(ref), true) + "/protection"}};
  });
}

Answer<Response> get_branch(Context& context, const Request& request) {
  const std::string& branch = request.parameter("branch");
  const auto ref = context.git.find_ref(std::string(kBranches) + branch);
  if (!ref) return refuse(404, "Branch not found");
  const auto commit = context.git.read_commit(ref->sha);
  if (!commit) return not_found();
  const std::string api = repository_api(context.state) + "/branches/" + percent_encode(branch, true);
  return Response{
      .body = {{"name", branch},
               {"commit", commit_json(context.state, *commit)},
               {"_links",
                {{"self", api},
                 {"html", repository_web(context.state) + "/tree/" + percent_encode(branch, true)}}},
               {"protected", false},
               {"protection", protection_json()},
               {"protection_url", api + "/protection"}}};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}", get_repository, "repos/repos#get-a-repository"},
    Route{"GET", "/repos/{owner}/{repo}/branches", list_branches, "branches/branches#list-branches"},
    Route{"GET", "/repos/{owner}/{repo}/branches/{branch...}", get_branch, "branches/branches#get-a-branch"},
};

}  // namespace

std::span<const Route> repository_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
