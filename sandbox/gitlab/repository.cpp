#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/base/digest.h"
#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::gitlab {
namespace {

constexpr std::string_view kBranches = "refs/heads/";

std::string mode_text(unsigned mode) {
  std::array<char, 8> text{};
  const int size = std::snprintf(text.data(), text.size(), "%06o", mode);
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

Answer<std::string> resolve(const Call& call, std::string_view parameter) {
  const std::string name = call.text(parameter).value_or(call.state.repository.default_branch);
  const auto sha = call.git.resolve(name);
  if (!sha) return not_found("Commit");
  return *sha;
}

Answer<Response> list_branches(Call& call) {
  std::vector<Json> branches;
  for (const Ref& ref : call.git.refs(kBranches)) {
    const auto commit = call.git.read_commit(ref.sha);
    if (commit) branches.push_back(branch_json(call.state, ref.name.substr(kBranches.size()), *commit));
  }
  return call.paginated(branches);
}

Answer<Response> get_branch(Call& call) {
  const std::string& name = call.parameter("branch");
  const auto ref = call.git.find_ref(std::string(kBranches) + name);
  const auto commit = ref ? call.git.read_commit(ref->sha) : Result<Commit>(fail(ErrorCode::kNotFound, ""));
  if (!commit) return not_found("Branch");
  return Response{.body = branch_json(call.state, name, *commit)};
}

Answer<Response> create_branch(Call& call) {
  const std::string name = MLX_TRY(call.required("branch"));
  MLX_CHECK(call.required("ref"));
  if (call.git.find_ref(std::string(kBranches) + name)) return refuse(400, "Branch already exists");
  const auto sha = call.git.resolve(*call.text("ref"));
  if (!sha) return refuse(400, "Invalid reference name: " + *call.text("ref"));
  MLX_CHECK(call.do_on_github("POST", "/git/refs", {{"ref", std::string(kBranches) + name}, {"sha", *sha}}));
  const auto commit = call.git.read_commit(*sha);
  if (!commit) return not_found("Commit");
  return Response{.status = 201, .body = branch_json(call.state, name, *commit)};
}

Answer<Response> delete_branch(Call& call) {
  const std::string& name = call.parameter("branch");
  if (!call.git.find_ref(std::string(kBranches) + name)) return not_found("Branch");
  if (name == call.state.repository.default_branch)
    return refuse(403, "The default branch of a project cannot be deleted.");
  MLX_CHECK(call.do_on_github("DELETE", "/git/refs/heads/" + percent_encode(name, true)));
  return Response{.status = 204};
}

Answer<Response> list_tree(Call& call) {
  const std::string sha = MLX_TRY(resolve(call, "ref"));
  const std::string path = call.text("path").value_or("");
  std::string tree = sha;
  if (!path.empty()) {
    const auto entry = call.git.entry_at(sha, path);
    if (!entry || entry->type != "tree") return not_found("invalid revision or path");
    tree = entry->sha;
  }
  const auto entries = call.git.read_tree(tree, call.flag("recursive").value_or(false));
  if (!entries) return not_found("Tree");
  std::vector<Json> items;
  for (const TreeEntry& entry : *entries) {
    const std::string whole = path.empty() ? entry.path : path + "/" + entry.path;
    items.push_back({{"id", entry.sha},
                     {"name", whole.substr(whole.rfind('/') + 1)},
                     {"type", entry.type},
                     {"path", whole},
                     {"mode", mode_text(entry.mode)}});
  }
  return call.paginated(items);
}

Answer<Response> raw_blob(Call& call) {
  auto bytes = call.git.read_blob(call.parameter("sha"));
  if (!bytes) return not_found("Blob");
  return Response{.text = std::move(*bytes)};
}

Answer<Response> get_blob(Call& call) {
  const auto bytes = call.git.read_blob(call.parameter("sha"));
  if (!bytes) return not_found("Blob");
  return Response{.body = {{"size", bytes->size()},
                           {"encoding", "base64"},
                           {"content", base64(*bytes)},
                           {"sha", call.parameter("sha")}}};
}

struct File {
  std::string commit;
  TreeEntry entry;
  std::string bytes;
};

Answer<File> find_file(const Call& call) {
  if (!call.text("ref")) return missing("ref");
  std::string commit = MLX_TRY(resolve(call, "ref"));
  auto entry = call.git.entry_at(commit, call.parameter("path"));
  if (!entry || entry->type != "blob") return not_found("File");
  auto bytes = call.git.read_blob(entry->sha);
  if (!bytes) return not_found("File");
  return File{.commit = std::move(commit), .entry = std::move(*entry), .bytes = std::move(*bytes)};
}

Answer<Response> get_file(Call& call) {
  const File file = MLX_TRY(find_file(call));
  const std::string& path = call.parameter("path");
  return Response{.body = {{"file_name", path.substr(path.rfind('/') + 1)},
                           {"file_path", path},
                           {"size", file.bytes.size()},
                           {"encoding", "base64"},
                           {"content", base64(file.bytes)},
                           {"content_sha256", sha256_hex(file.bytes)},
                           {"ref", *call.text("ref")},
                           {"blob_id", file.entry.sha},
                           {"commit_id", file.commit},
                           {"last_commit_id", file.commit},
                           {"execute_filemode", file.entry.mode == 0100755}}};
}

Answer<Response> raw_file(Call& call) { return Response{.text = MLX_TRY(find_file(call)).bytes}; }

Answer<Response> compare(Call& call) {
  MLX_CHECK(call.required("from"));
  MLX_CHECK(call.required("to"));
  const std::string from = MLX_TRY(resolve(call, "from"));
  const std::string to = MLX_TRY(resolve(call, "to"));
  const bool is_straight = call.flag("straight").value_or(false);
  const auto base = is_straight ? Result<std::string>(from) : call.git.merge_base(from, to);
  if (!base) return not_found("Merge base");
  auto commits = call.git.log(to, from);
  const auto files = call.git.diff(*base, to);
  if (!commits || !files) return not_found("Commit");
  std::ranges::reverse(*commits);
  Json body{{"commit", nullptr},
            {"commits", Json::array()},
            {"diffs", Json::array()},
            {"compare_timeout", false},
            {"compare_same_ref", from == to},
            {"web_url", project_web(call.state) + "/-/compare/" + from + "..." + to}};
  for (const Commit& commit : *commits) body["commits"].push_back(commit_json(call.state, commit));
  if (!body["commits"].empty()) body["commit"] = body["commits"].back();
  for (const FileChange& file : *files) body["diffs"].push_back(diff_json(file));
  return Response{.body = std::move(body)};
}

Answer<Response> merge_base(Call& call) {
  std::vector<std::string> refs;
  for (const auto& [name, value] : call.query) {
    if (name == "refs[]" || name == "refs") refs.push_back(value);
  }
  if (refs.size() != 2) return refuse(400, "Provide exactly 2 refs");
  const auto a = call.git.resolve(refs[0]);
  const auto b = call.git.resolve(refs[1]);
  if (!a || !b) return refuse(400, "Could not find ref: " + (a ? refs[1] : refs[0]));
  const auto base = call.git.merge_base(*a, *b);
  const auto commit = base ? call.git.read_commit(*base) : Result<Commit>(fail(ErrorCode::kNotFound, ""));
  if (!commit) return not_found("Merge base");
  return Response{.body = commit_json(call.state, *commit)};
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/repository/branches", list_branches},
    Route{"POST", "/projects/{id}/repository/branches", create_branch, Need::kDeveloper},
    Route{"GET", "/projects/{id}/repository/branches/{branch}", get_branch},
    Route{"DELETE", "/projects/{id}/repository/branches/{branch}", delete_branch, Need::kDeveloper},
    Route{"GET", "/projects/{id}/repository/tree", list_tree},
    Route{"GET", "/projects/{id}/repository/blobs/{sha}", get_blob},
    Route{"GET", "/projects/{id}/repository/blobs/{sha}/raw", raw_blob},
    Route{"GET", "/projects/{id}/repository/files/{path}", get_file},
    Route{"GET", "/projects/{id}/repository/files/{path}/raw", raw_file},
    Route{"GET", "/projects/{id}/repository/compare", compare},
    Route{"GET", "/projects/{id}/repository/merge_base", merge_base},
};

}  // namespace

std::span<const Route> repository_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
