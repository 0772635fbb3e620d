#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

constexpr unsigned kLinkMode = 0120000;
constexpr std::uint64_t kLargestContent = 1024UL * 1024;

/// Base64 in lines, as GitHub sends file contents.
std::string base64_lines(std::string_view bytes) {
  constexpr std::size_t kLine = 60;
  const std::string text = base64(bytes);
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += kLine) lines += text.substr(at, kLine) + "\n";
  return lines;
}

std::string_view kind_of(const TreeEntry& entry) {
  if (entry.type == "tree") return "dir";
  if (entry.type == "commit") return "submodule";
  return entry.mode == kLinkMode ? "symlink" : "file";
}

Json content_json(const State& state, const TreeEntry& entry, const std::string& ref) {
  const std::string path = percent_encode(entry.path, true);
  const std::string api = repository_api(state);
  const bool is_directory = entry.type == "tree";
  const std::string self = api + "/contents/" + path + "?ref=" + percent_encode(ref, true);
  const std::string git = api + "/git/" + std::string(entry.type) + "s/" + entry.sha;
  const std::string html = repository_web(state) + (is_directory ? "/tree/" : "/blob/") + ref + "/" + path;
  const auto slash = entry.path.rfind('/');
  return {{"type", kind_of(entry)},
          {"name", slash == std::string::npos ? entry.path : entry.path.substr(slash + 1)},
          {"path", entry.path},
          {"sha", entry.sha},
          {"size", entry.size.value_or(0)},
          {"url", self},
          {"git_url", git},
          {"html_url", html},
          {"download_url", is_directory ? Json() : Json(repository_web(state) + "/raw/" + ref + "/" + path)},
          {"_links", {{"self", self}, {"git", git}, {"html", html}}}};
}

Answer<Response> directory_contents(Context& context, const TreeEntry& directory, const std::string& ref) {
  const auto entries = context.git.read_tree(directory.sha, false);
  if (!entries) return not_found();
  Json list = Json::array();
  for (TreeEntry entry : *entries) {
    if (!directory.path.empty()) entry.path = directory.path + "/" + entry.path;
    list.push_back(content_json(context.state, entry, ref));
  }
  return Response{.body = std::move(list)};
}

Answer<Response> get_contents(Context& context, const Request& request) {
  const std::string ref = field(request.query, "ref").value_or(context.state.repository.default_branch);
  const auto commit = context.git.resolve(ref);
  if (!commit) return refuse(404, "No commit found for the ref " + ref);
  const auto entry = context.git.entry_at(*commit, request.parameter("path"));
  if (!entry) return not_found();
  if (entry->type == "tree") return directory_contents(context, *entry, ref);
  const auto bytes = context.git.read_blob(entry->sha);
  if (!bytes) return Response{.body = content_json(context.state, *entry, ref)};
  const auto accept = request.headers.find("accept");
  if (accept != request.headers.end() && accept->second.find("raw") != std::string::npos) {
    return Response{.text = *bytes, .content_type = "application/vnd.github.raw; charset=utf-8"};
  }
  Json json = content_json(context.state, *entry, ref);
  if (entry->mode == kLinkMode) {
    json["target"] = *bytes;
  } else if (bytes->size() <= kLargestContent) {
    json["encoding"] = "base64";
    json["content"] = base64_lines(*bytes);
  } else {
    json["encoding"] = "none";
    json["content"] = "";
  }
  return Response{.body = std::move(json)};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/contents/{path...}", get_contents,
          "repos/contents#get-repository-content"},
};

}  // namespace

std::span<const Route> content_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
