#include <algorithm>

#include "sandbox/github/events.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

std::string full_name(const Request& request) { return "refs/" + request.parameter("ref"); }

Answer<Response> get_ref(Context& context, const Request& request) {
  const auto ref = context.git.find_ref(full_name(request));
  if (!ref) return not_found();
  return Response{.body = ref_json(context.state, *ref)};
}

Answer<Response> matching_refs(Context& context, const Request& request) {
  const auto refs = context.git.refs(full_name(request));
  return paginated(context, request, refs, [&](const Ref& ref) { return ref_json(context.state, ref); });
}

Answer<Response> create_ref(Context& context, const Request& request) {
  const std::string ref = MLX_TRY(request.required_text("Reference", "ref"));
  const std::string sha = MLX_TRY(request.required_text("Reference", "sha"));
  if (!ref.starts_with("refs/")) return refuse(422, "Reference name must start with 'refs/'.");
  if (std::ranges::count(ref, '/') < 2) {
    return refuse(422, "Reference name must contain at least three slash-separated components.");
  }
  if (!GitStore::is_valid_ref_name(ref)) return refuse(422, ref + " is not a valid ref name.");
  const auto type = context.git.type_of(sha);
  if (!type) return refuse(422, "Object does not exist");
  if (ref.starts_with("refs/heads/") && *type != "commit") return refuse(422, "Object is not a commit");
  if (context.git.find_ref(ref)) return refuse(422, "Reference already exists");
  if (!context.git.set_ref(ref, sha)) return refuse(422, "Reference update failed");
  ref_moved(context, ref, "", sha);
  Response response{.status = 201, .body = ref_json(context.state, {.name = ref, .sha = sha, .type = *type})};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

Answer<Response> update_ref(Context& context, const Request& request) {
  const std::string name = full_name(request);
  const std::string sha = MLX_TRY(request.required_text("Reference", "sha"));
  const bool is_forced = MLX_TRY(request.flag("force")).value_or(false);
  const auto before = context.git.find_ref(name);
  if (!before) return refuse(422, "Reference does not exist");
  const auto type = context.git.type_of(sha);
  if (!type) return refuse(422, "Object does not exist");
  if (name.starts_with("refs/heads/") && *type != "commit") return refuse(422, "Object is not a commit");
  if (!is_forced && !context.git.is_ancestor(before->sha, sha)) {
    return refuse(422, "Update is not a fast forward");
  }
  if (!context.git.set_ref(name, sha)) return refuse(422, "Reference update failed");
  ref_moved(context, name, before->sha, sha);
  return Response{.body = ref_json(context.state, {.name = name, .sha = sha, .type = *type})};
}

Answer<Response> delete_ref(Context& context, const Request& request) {
  const std::string name = full_name(request);
  const auto before = context.git.find_ref(name);
  if (!before) return refuse(422, "Reference does not exist");
  if (name == "refs/heads/" + context.state.repository.default_branch) {
    return refuse(422, "Cannot delete the default branch");
  }
  if (!context.git.remove_ref(name)) return refuse(422, "Reference update failed");
  ref_moved(context, name, before->sha, "");
  return Response{.status = 204};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/git/ref/{ref...}", get_ref, "git/refs#get-a-reference"},
    Route{"GET", "/repos/{owner}/{repo}/git/refs/{ref...}", get_ref, "git/refs#get-a-reference"},
    Route{"GET", "/repos/{owner}/{repo}/git/matching-refs/{ref...}", matching_refs,
          "git/refs#list-matching-references"},
    Route{"POST", "/repos/{owner}/{repo}/git/refs", create_ref, "git/refs#create-a-reference", Need::kPush,
          "contents"},
    Route{"PATCH", "/repos/{owner}/{repo}/git/refs/{ref...}", update_ref, "git/refs#update-a-reference",
          Need::kPush, "contents"},
    Route{"DELETE", "/repos/{owner}/{repo}/git/refs/{ref...}", delete_ref, "git/refs#delete-a-reference",
          Need::kPush, "contents"},
};

}  // namespace

std::span<const Route> ref_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
