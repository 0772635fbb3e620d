#include "sandbox/github/authenticate.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kMostTreeEntries = 100'000;

struct Mode {
  std::string_view text;
  unsigned value;
  std::string_view type;
};
constexpr std::array<Mode, 5> kModes{{{"100644", 0100644, "blob"},
                                      {"100755", 0100755, "blob"},
                                      {"040000", 0040000, "tree"},
                                      {"160000", 0160000, "commit"},
                                      {"120000", 0120000, "blob"}}};

std::string mode_text(unsigned value) {
  for (const Mode& mode : kModes) {
    if (mode.value == value) return std::string(mode.text);
  }
  return "100644";
}

Json entry_json(const State& state, const TreeEntry& entry) {
  Json json{{"path", entry.path}, {"mode", mode_text(entry.mode)}, {"type", entry.type}, {"sha", entry.sha}};
  if (entry.size) json["size"] = *entry.size;
  if (entry.type != "commit") {
    json["url"] = repository_api(state) + "/git/" + std::string(entry.type) + "s/" + entry.sha;
  }
  return json;
}

Json tree_json(const Context& context, const std::string& sha, const std::vector<TreeEntry>& entries) {
  Json json{{"sha", sha},
            {"url", repository_api(context.state) + "/git/trees/" + sha},
            {"tree", Json::array()},
            {"truncated", entries.size() > kMostTreeEntries}};
  for (const TreeEntry& entry : entries) {
    if (json["tree"].size() == kMostTreeEntries) break;
    json["tree"].push_back(entry_json(context.state, entry));
  }
  return json;
}

Answer<Response> get_tree(Context& context, const Request& request) {
  std::string sha = request.parameter("sha");
  if (!context.git.type_of(sha)) {
    const auto commit = context.git.resolve(sha);
    if (!commit) return not_found();
    sha = *commit;
  }
  const auto tree = context.git.tree_of(sha);
  if (!tree) return not_found();
  // Any value means yes, even "0", as on GitHub.
  const auto entries = context.git.read_tree(*tree, field(request.query, "recursive").has_value());
  if (!entries) return not_found();
  return Response{.body = tree_json(context, *tree, *entries)};
}

/// The refusal of a path, or nothing when it is good.
std::string path_problem(const std::string& path) {
  if (path.starts_with('/')) return "tree.path cannot start with a slash";
  std::string_view rest = path;
  while (true) {
    const auto slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    const bool is_malformed = part.empty() || part == "." || part == ".." || to_lower(part) == ".git" ||
                              part.find('\0') != std::string_view::npos;
    if (is_malformed) return "tree.path contains a malformed path component";
    if (slash == std::string_view::npos) return {};
    rest = rest.substr(slash + 1);
  }
}

Answer<TreeChange> read_entry(Context& context, const Json& entry) {
  const auto text = [&entry](const char* name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!entry.is_object()) return refuse(422, "Invalid tree info");
  TreeChange change{.path = text("path"), .mode = 0, .sha = {}};
  if (const std::string problem = path_problem(change.path); !problem.empty()) return refuse(422, problem);
  const bool is_workflow = change.path.starts_with(".github/workflows/");
  if (is_workflow && !is_permitted(context.actor, "workflows")) {
    return refuse(403, "Resource not accessible by integration");
  }
  const bool has_sha = entry.contains("sha") && entry["sha"].is_string();
  const bool is_deletion = entry.contains("sha") && entry["sha"].is_null() && !entry.contains("content");
  const bool has_content = entry.contains("content") && entry["content"].is_string();
  if (is_deletion) return change;
  const std::string mode = text("mode");
  std::string_view type;
  for (const Mode& known : kModes) {
    if (known.text != mode) continue;
    change.mode = known.value;
    type = known.type;
  }
  if (change.mode == 0) return refuse(422, "Must supply a valid tree.mode");
  const bool has_wrong_type = entry.contains("type") && text("type") != type;
  if (has_wrong_type) return refuse(422, "tree.type does not match tree.mode");
  if (has_sha == has_content) return refuse(422, "Must supply either tree.sha or tree.content");
  if (has_content) {
    if (type != "blob") return refuse(422, "Must supply tree.sha for a tree or a commit");
    const auto blob = context.git.write_blob(text("content"));
    if (!blob) return refuse(500, blob.error().message);
    change.sha = *blob;
    return change;
  }
  change.sha = text("sha");
  const bool is_valid = type == "commit" || context.git.type_of(*change.sha) == type;
  if (!is_valid) return refuse(422, "tree.sha " + *change.sha + " is not a valid " + std::string(type));
  return change;
}

Answer<Response> create_tree(Context& context, const Request& request) {
  const auto entries = request.body.find("tree");
  if (entries == request.body.end() || !entries->is_array()) {
    return refuse(422, "Invalid request.\n\n\"tree\" wasn't supplied.");
  }
  if (entries->empty()) return refuse(422, "Invalid tree info");
  const auto base = MLX_TRY(request.text("base_tree"));
  if (base && !context.git.tree_of(*base)) return refuse(422, "base_tree is not a valid tree oid");
  std::vector<TreeChange> changes;
  for (const Json& entry : *entries) changes.push_back(MLX_TRY(read_entry(context, entry)));
  const auto sha = context.git.write_tree(base, changes);
  if (!sha) return refuse(422, "GitRPC::BadObjectState");
  const auto written = context.git.read_tree(*sha, false);
  if (!written) return refuse(500, written.error().message);
  return Response{.status = 201, .body = tree_json(context, *sha, *written)};
}

Answer<Response> get_blob(Context& context, const Request& request) {
  const std::string& sha = request.parameter("sha");
  const auto bytes = context.git.read_blob(sha);
  if (!bytes) return not_found();
  if (request.headers.contains("accept") && request.headers.at("accept").find("raw") != std::string::npos) {
    return Response{.text = *bytes, .content_type = "application/vnd.github.raw; charset=utf-8"};
  }
  return Response{.body = {{"sha", sha},
                           {"node_id", node_id("Blob", sha)},
                           {"size", bytes->size()},
                           {"url", repository_api(context.state) + "/git/blobs/" + sha},
                           {"content", base64(*bytes)},
                           {"encoding", "base64"}}};
}

Answer<Response> create_blob(Context& context, const Request& request) {
  std::string content = MLX_TRY(request.required_text("Blob", "content"));
  const std::string encoding = MLX_TRY(request.text("encoding")).value_or("utf-8");
  if (encoding == "base64") {
    auto decoded = base64_decode(content);
    if (!decoded) return refuse(422, "content is not valid Base64");
    content = std::move(*decoded);
  } else if (encoding != "utf-8") {
    return refuse(422, "Encoding must be 'utf-8' or 'base64'");
  }
  const auto sha = context.git.write_blob(content);
  if (!sha) return refuse(500, sha.error().message);
  const std::string url = repository_api(context.state) + "/git/blobs/" + *sha;
  return Response{.status = 201, .body = {{"sha", *sha}, {"url", url}}, .headers = {{"Location", url}}};
}

Answer<Response> get_commit(Context& context, const Request& request) {
  const auto commit = context.git.read_commit(request.parameter("sha"));
  if (!commit) return not_found();
  return Response{.body = git_commit_json(context.state, *commit)};
}

/// Author or committer of a new commit: given with name and email, or whoever asks.
Answer<std::optional<Signature>> read_signature(const Request& request, std::string_view name) {
  const auto found = request.body.find(name);
  if (found == request.body.end() || found->is_null()) return std::nullopt;
  const auto text = [&found](const char* key) {
    const auto value = found->is_object() ? found->find(key) : found->end();
    return value != found->end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  Signature signature{.name = text("name"), .email = text("email")};
  if (signature.name.empty() || signature.email.empty()) {
    return refuse(422, "Invalid request.\n\n\"name\", \"email\" weren't supplied.");
  }
  const std::string date = text("date");
  const auto time = date.empty() ? std::optional(now()) : parse_timestamp(date);
  if (!time)
    return refuse(422, "Invalid request.\n\nThe date of the " + std::string(name) + " is not a timestamp.");
  signature.seconds = time->time_since_epoch().count();
  return signature;
}

Answer<Response> create_commit(Context& context, const Request& request) {
  // Tried before the commit is built: g++ leaks a braced initialiser that is left half-way.
  const std::string tree = MLX_TRY(request.required_text("Commit", "tree"));
  const std::string message = MLX_TRY(request.required_text("Commit", "message"));
  Commit commit{.sha = {}, .tree = tree, .parents = {}, .author = {}, .committer = {}, .message = message};
  if (context.git.type_of(commit.tree) != "tree") return refuse(422, "Tree SHA does not exist");
  if (const auto parents = request.body.find("parents"); parents != request.body.end()) {
    if (!parents->is_array())
      return refuse(422, "Invalid request.\n\nFor 'properties/parents', it is not an array.");
    for (const Json& parent : *parents) {
      commit.parents.push_back(parent.is_string() ? parent.get<std::string>() : "");
      if (context.git.type_of(commit.parents.back()) != "commit") {
        return refuse(422, "Parent SHA does not exist or is not a commit object");
      }
    }
  }
  const auto author = MLX_TRY(read_signature(request, "author"));
  const auto committer = MLX_TRY(read_signature(request, "committer"));
  const User& user = context.user();
  const Signature own{.name = user.name, .email = user.email(), .seconds = now().time_since_epoch().count()};
  commit.author = author.value_or(own);
  commit.committer = committer.value_or(commit.author);
  const auto sha = context.git.write_commit(commit);
  if (!sha) return refuse(422, sha.error().message);
  // GitHub signs what an app commits in its own name.
  const bool is_signed = context.actor.kind == Identity::Kind::kInstallation && !author && !committer;
  if (is_signed) context.state.signed_commits.insert(*sha);
  commit.sha = *sha;
  Response response{.status = 201, .body = git_commit_json(context.state, commit)};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/git/trees/{sha...}", get_tree, "git/trees#get-a-tree"},
    Route{"POST", "/repos/{owner}/{repo}/git/trees", create_tree, "git/trees#create-a-tree", Need::kPush,
          "contents"},
    Route{"GET", "/repos/{owner}/{repo}/git/blobs/{sha}", get_blob, "git/blobs#get-a-blob"},
    Route{"POST", "/repos/{owner}/{repo}/git/blobs", create_blob, "git/blobs#create-a-blob", Need::kPush,
          "contents"},
    Route{"GET", "/repos/{owner}/{repo}/git/commits/{sha}", get_commit, "git/commits#get-a-commit-object"},
    Route{"POST", "/repos/{owner}/{repo}/git/commits", create_commit, "git/commits#create-a-commit",
          Need::kPush, "contents"},
};

}  // namespace

std::span<const Route> git_object_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
