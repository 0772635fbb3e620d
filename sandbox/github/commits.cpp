#include <algorithm>

#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kMostFiles = 300;

Json files_json(const Context& context, std::vector<FileChange> files, const std::string& commit) {
  leave_out_large_patches(files);
  Json json = Json::array();
  for (const FileChange& file : files) {
    if (json.size() == kMostFiles) break;
    json.push_back(file_change_json(context.state, file, commit));
  }
  return json;
}

/// `OWNER:branch` means the branch: there are no forks here.
std::string without_owner(const Context& context, const std::string& name) {
  const std::string prefix = context.state.repository.owner.login + ":";
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

Answer<Response> list_commits(Context& context, const Request& request) {
  const std::string start = field(request.query, "sha").value_or(context.state.repository.default_branch);
  const auto sha = context.git.resolve(start);
  if (!sha) return not_found();
  auto commits = context.git.log(*sha, "", field(request.query, "path").value_or(""));
  if (!commits) return not_found();
  const auto since = parse_timestamp(field(request.query, "since").value_or(""));
  const auto until = parse_timestamp(field(request.query, "until").value_or(""));
  const auto author = field(request.query, "author");
  std::erase_if(*commits, [&](const Commit& commit) {
    const Time time{std::chrono::seconds(commit.committer.seconds)};
    const User* user = std::as_const(context.state).find_user_by_email(commit.author.email);
    const bool is_other_author =
        author && (user == nullptr || user->login != *author) && commit.author.email != *author;
    return (since && time < *since) || (until && time > *until) || is_other_author;
  });
  return paginated(context, request, *commits,
                   [&](const Commit& commit) { return commit_json(context.state, commit); });
}

Answer<Response> get_commit(Context& context, const Request& request) {
  const std::string& ref = request.parameter("ref");
  const auto sha = context.git.resolve(ref);
  if (!sha) return refuse(422, "No commit found for SHA: " + ref);
  const auto accept = request.headers.find("accept");
  if (accept != request.headers.end() && accept->second.find(".sha") != std::string::npos) {
    return Response{.text = *sha, .content_type = "application/vnd.github.sha; charset=utf-8"};
  }
  const auto commit = context.git.read_commit(*sha);
  if (!commit) return not_found();
  const auto files = context.git.diff(commit->parents.empty() ? "" : commit->parents.front(), *sha);
  Json json = commit_json(context.state, *commit);
  std::size_t additions = 0;
  std::size_t deletions = 0;
  if (files) {
    for (const FileChange& file : *files) {
      additions += file.additions;
      deletions += file.deletions;
    }
    json["files"] = files_json(context, *files, *sha);
  }
  json["stats"] = {{"additions", additions}, {"deletions", deletions}, {"total", additions + deletions}};
  return Response{.body = std::move(json)};
}

std::string_view comparison_status(std::size_t ahead, std::size_t behind) {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

Answer<Response> compare(Context& context, const Request& request) {
  const std::string& both = request.parameter("basehead");
  const auto dots = both.find("...");
  if (dots == std::string::npos) return not_found();
  const std::string base_name = without_owner(context, both.substr(0, dots));
  const std::string head_name = without_owner(context, both.substr(dots + 3));
  const auto base = context.git.resolve(base_name);
  const auto head = context.git.resolve(head_name);
  if (!base || !head) return not_found();
  const auto merge_base = context.git.merge_base(*base, *head);
  if (!merge_base) return refuse(404, "No common ancestor between " + base_name + " and " + head_name + ".");
  auto ahead = context.git.log(*head, *base).value_or(std::vector<Commit>());
  const auto behind = context.git.log(*base, *head).value_or(std::vector<Commit>());
  const auto files = context.git.diff(*merge_base, *head).value_or(std::vector<FileChange>());
  const auto base_commit = context.git.read_commit(*base);
  const auto merge_base_commit = context.git.read_commit(*merge_base);
  if (!base_commit || !merge_base_commit) return not_found();
  std::ranges::reverse(ahead);

  const std::string name = percent_encode(base_name) + "..." + percent_encode(head_name);
  const std::string web = repository_web(context.state) + "/compare/";
  Response response = paginated(context, request, ahead,
                                [&](const Commit& commit) { return commit_json(context.state, commit); });
  Json commits = std::move(response.body);
  response.body = {{"url", repository_api(context.state) + "/compare/" + name},
                   {"html_url", web + name},
                   {"permalink_url", web + base->substr(0, 7) + "..." + head->substr(0, 7)},
                   {"diff_url", web + name + ".diff"},
                   {"patch_url", web + name + ".patch"},
                   {"base_commit", commit_json(context.state, *base_commit)},
                   {"merge_base_commit", commit_json(context.state, *merge_base_commit)},
                   {"status", comparison_status(ahead.size(), behind.size())},
                   {"ahead_by", ahead.size()},
                   {"behind_by", behind.size()},
                   {"total_commits", ahead.size()},
                   {"commits", std::move(commits)},
                   {"files", files_json(context, files, *head)}};
  return response;
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/commits", list_commits, "commits/commits#list-commits"},
    Route{"GET", "/repos/{owner}/{repo}/commits/{ref...}", get_commit, "commits/commits#get-a-commit"},
    Route{"GET", "/repos/{owner}/{repo}/compare/{basehead...}", compare,
          "commits/commits#compare-two-commits"},
};

}  // namespace

std::span<const Route> commit_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
