#include <algorithm>
#include <array>

#include "engine/base/git_text.h"
#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::gitlab {
namespace {

constexpr unsigned kFile = 0100644;
constexpr unsigned kExecutable = 0100755;

Answer<Response> list_commits(Call& call) {
  const auto from = call.git.resolve(call.text("ref_name").value_or(call.state.repository.default_branch));
  if (!from) return not_found("Commit");
  const auto commits = call.git.log(*from, "", call.text("path").value_or(""));
  std::vector<Json> items;
  for (const Commit& commit : commits.value_or(std::vector<Commit>()))
    items.push_back(commit_json(call.state, commit));
  return call.paginated(items);
}

Answer<Commit> find_commit(const Call& call) {
  const auto sha = call.git.resolve(call.parameter("sha"));
  auto commit = sha ? call.git.read_commit(*sha) : Result<Commit>(fail(ErrorCode::kNotFound, ""));
  if (!commit) return not_found("Commit");
  return *std::move(commit);
}

Answer<Response> get_commit(Call& call) {
  return Response{.body = commit_json(call.state, MLX_TRY(find_commit(call)))};
}

Answer<Response> list_commit_diffs(Call& call) {
  const Commit commit = MLX_TRY(find_commit(call));
  const auto files = call.git.diff(commit.parents.empty() ? "" : commit.parents.front(), commit.sha);
  std::vector<Json> items;
  for (const FileChange& file : files.value_or(std::vector<FileChange>())) items.push_back(diff_json(file));
  return call.paginated(items);
}

/// The tree while actions are done to it one by one.
class Actions {
 public:
  Actions(Call& call, std::string tree) : call_(call), tree_(std::move(tree)) {}

  Answer<void> apply(const Json& action) {
    const auto text = [&](const char* name) {
      const auto found = action.find(name);
      return found != action.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string kind = text("action");
    const std::string path = text("file_path");
    if (kind.empty() || path.empty())
      return missing(kind.empty() ? "actions[0][action]" : "actions[0][file_path]");
    const auto there = call_.git.entry_at(tree_, path);
    if (kind == "create" && there) return refuse(400, "A file with this name already exists");
    if (kind != "create" && kind != "move" && !there)
      return refuse(400, "A file with this name doesn't exist");
    if (kind == "delete") return write({{path, 0, std::nullopt}});
    if (kind == "chmod") {
      const bool is_executable = action.value("execute_filemode", false);
      return write({{path, is_executable ? kExecutable : kFile, there->sha}});
    }
    if (kind == "create" || kind == "update") {
      const std::string content = text("content");
      const auto bytes = text("encoding") == "base64" ? base64_decode(content) : Result<std::string>(content);
      if (!bytes) return refuse(400, "content is not base64");
      const auto blob = call_.git.write_blob(git_stored_text(*bytes));
      if (!blob) return refuse(500, blob.error().message);
      return write({{path, kind == "create" ? kFile : there->mode, *blob}});
    }
    if (kind == "move") {
      const auto before = call_.git.entry_at(tree_, text("previous_path"));
      if (!before) return refuse(400, "A file with this name doesn't exist");
      return write({{text("previous_path"), 0, std::nullopt}, {path, before->mode, before->sha}});
    }
    return std::unexpected(
        Refusal{.status = 400, .body = {{"error", "actions[0][action] does not have a valid value"}}});
  }

  [[nodiscard]] const std::string& tree() const { return tree_; }

 private:
  Answer<void> write(const std::vector<TreeChange>& changes) {
    auto tree = call_.git.write_tree(tree_, changes);
    if (!tree) return refuse(400, tree.error().message);
    tree_ = *std::move(tree);
    return {};
  }

  Call& call_;
  std::string tree_;
};

/// The commit that the new one goes on from.
Answer<std::string> parent_of(Call& call, const std::optional<Ref>& branch, const std::string& name) {
  const bool is_forced = call.flag("force").value_or(false);
  const auto start = call.text("start_sha") ? call.text("start_sha") : call.text("start_branch");
  if (!start) {
    if (!branch) return refuse(400, "You can only create or edit files when you are on a branch");
    return branch->sha;
  }
  if (branch && !is_forced) {
    return refuse(
        400, "A branch called '" + name + "' already exists. Switch to that branch in order to make changes");
  }
  const auto sha = call.git.resolve(*start);
  if (!sha) return refuse(400, "Cannot find start_sha '" + *start + "'");
  return *sha;
}

Answer<Response> create_commit(Call& call) {
  const std::string name = MLX_TRY(call.required("branch"));
  const std::string message = MLX_TRY(call.required("commit_message"));
  const Json actions = call.body.value("actions", Json::array());
  const std::string full_name = "refs/heads/" + name;
  const auto branch = call.git.find_ref(full_name);
  const std::string parent = MLX_TRY(parent_of(call, branch, name));
  const auto tree = call.git.tree_of(parent);
  if (!tree) return refuse(400, "Cannot find start_sha '" + parent + "'");
  Actions changes(call, *tree);
  for (const Json& action : actions) MLX_CHECK(changes.apply(action));
  const Signature signature{
      .name = call.user.name, .email = call.user.email(), .seconds = now().time_since_epoch().count()};
  const auto sha = call.git.write_commit({.sha = {},
                                          .tree = changes.tree(),
                                          .parents = {parent},
                                          .author = signature,
                                          .committer = signature,
                                          .message = message});
  if (!sha) return refuse(400, sha.error().message);
  if (branch) {
    MLX_CHECK(call.do_on_github("PATCH", "/git/refs/heads/" + percent_encode(name, true),
                                {{"sha", *sha}, {"force", true}}));
  } else {
    MLX_CHECK(call.do_on_github("POST", "/git/refs", {{"ref", full_name}, {"sha", *sha}}));
  }
  const auto commit = call.git.read_commit(*sha);
  if (!commit) return not_found("Commit");
  return Response{.status = 201, .body = commit_json(call.state, *commit)};
}

/// What GitLab calls a status is shown as a check run.
std::string status_of(const CheckRun& run) {
  if (run.status != "completed") return run.status == "in_progress" ? "running" : "pending";
  return run.conclusion == "failure" ? "failed" : run.conclusion == "cancelled" ? "canceled" : "success";
}

Json status_json(const State& state, const CheckRun& run) {
  return {{"id", run.id},
          {"sha", run.head_sha},
          {"ref", state.repository.default_branch},
          {"status", status_of(run)},
          {"name", run.name},
          {"target_url", run.details_url.empty() ? Json() : Json(run.details_url)},
          {"description", run.title ? Json(*run.title) : Json()},
          {"created_at", time_json(run.started_at)},
          {"started_at", time_json(run.started_at)},
          {"finished_at", optional_time(run.completed_at)},
          {"allow_failure", false},
          {"author", user_json(state, state.app.bot_login)}};
}

Answer<Response> list_statuses(Call& call) {
  const Commit commit = MLX_TRY(find_commit(call));
  const auto name = call.text("name");
  std::vector<Json> items;
  for (const auto& [id, run] : call.state.check_runs) {
    const bool is_wanted = run.head_sha == commit.sha && (!name || run.name == *name);
    if (is_wanted) items.push_back(status_json(call.state, run));
  }
  if (call.text("sort") == "desc") std::ranges::reverse(items);
  return call.paginated(items);
}

CheckRun* find_status(State& state, const std::string& sha, const std::string& name) {
  for (auto& [id, run] : state.check_runs) {
    if (run.head_sha == sha && run.name == name) return &run;
  }
  return nullptr;
}

Answer<Response> set_status(Call& call) {
  const Commit commit = MLX_TRY(find_commit(call));
  const std::string wanted = MLX_TRY(call.required("state"));
  const std::string name = call.text("name").value_or(call.text("context").value_or("default"));
  constexpr std::array kStates = {"pending", "running", "success", "failed", "canceled", "skipped"};
  if (std::ranges::find(kStates, wanted) == kStates.end())
    return std::unexpected(Refusal{.status = 400, .body = {{"error", "state does not have a valid value"}}});
  CheckRun* run = find_status(call.state, commit.sha, name);
  if (run != nullptr && status_of(*run) == wanted) {
    return refuse(400, "Cannot transition status via :" + wanted + " from :" + wanted);
  }
  if (run == nullptr) {
    const Id id = call.state.next_id();
    run = &call.state.check_runs
               .emplace(
                   id,
                   CheckRun{.id = id, .suite = 1, .name = name, .head_sha = commit.sha, .started_at = now()})
               .first->second;
  }
  const bool is_over = wanted != "pending" && wanted != "running";
  run->status = is_over ? "completed" : wanted == "running" ? "in_progress" : "queued";
  run->conclusion = !is_over               ? ""
                    : wanted == "failed"   ? "failure"
                    : wanted == "canceled" ? "cancelled"
                    : wanted == "skipped"  ? "skipped"
                                           : "success";
  run->completed_at = is_over ? std::optional(now()) : std::nullopt;
  run->title = call.text("description");
  run->summary = call.text("description");
  run->details_url = call.text("target_url").value_or("");
  return Response{.status = 201, .body = status_json(call.state, *run)};
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/repository/commits", list_commits},
    Route{"POST", "/projects/{id}/repository/commits", create_commit, Need::kDeveloper},
    Route{"GET", "/projects/{id}/repository/commits/{sha}", get_commit},
    Route{"GET", "/projects/{id}/repository/commits/{sha}/diff", list_commit_diffs},
    Route{"GET", "/projects/{id}/repository/commits/{sha}/statuses", list_statuses},
    Route{"POST", "/projects/{id}/statuses/{sha}", set_status, Need::kDeveloper},
};

}  // namespace

std::span<const Route> commit_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
