#include <algorithm>

#include "sandbox/github/json.h"

namespace mlx::sandbox::github {
namespace {

/// The addresses below a repository: `NAME_url` is the API address and this.
constexpr std::array<std::pair<std::string_view, std::string_view>, 37> kAddresses{{
    {"archive_url", "/{archive_format}{/ref}"},
    {"assignees_url", "/assignees{/user}"},
    {"blobs_url", "/git/blobs{/sha}"},
    {"branches_url", "/branches{/branch}"},
    {"collaborators_url", "/collaborators{/collaborator}"},
    {"comments_url", "/comments{/number}"},
    {"commits_url", "/commits{/sha}"},
    {"compare_url", "/compare/{base}...{head}"},
    {"contents_url", "/contents/{+path}"},
    {"contributors_url", "/contributors"},
    {"deployments_url", "/deployments"},
    {"downloads_url", "/downloads"},
    {"events_url", "/events"},
    {"forks_url", "/forks"},
    {"git_commits_url", "/git/commits{/sha}"},
    {"git_refs_url", "/git/refs{/sha}"},
    {"git_tags_url", "/git/tags{/sha}"},
    {"hooks_url", "/hooks"},
    {"issue_comment_url", "/issues/comments{/number}"},
    {"issue_events_url", "/issues/events{/number}"},
    {"issues_url", "/issues{/number}"},
    {"keys_url", "/keys{/key_id}"},
    {"labels_url", "/labels{/name}"},
    {"languages_url", "/languages"},
    {"merges_url", "/merges"},
    {"milestones_url", "/milestones{/number}"},
    {"notifications_url", "/notifications{?since,all,participating}"},
    {"pulls_url", "/pulls{/number}"},
    {"releases_url", "/releases{/id}"},
    {"stargazers_url", "/stargazers"},
    {"statuses_url", "/statuses/{sha}"},
    {"subscribers_url", "/subscribers"},
    {"subscription_url", "/subscription"},
    {"tags_url", "/tags"},
    {"teams_url", "/teams"},
    {"trees_url", "/git/trees{/sha}"},
    {"url", ""},
}};

}  // namespace

std::string repository_api(const State& state) {
  return state.api_url() + "/repos/" + state.repository.full_name();
}

std::string repository_web(const State& state) { return state.url + "/" + state.repository.full_name(); }

Json repository_json(const State& state) {
  const Repository& repository = state.repository;
  const std::string api = repository_api(state);
  const std::string web = repository_web(state);
  const auto open = std::ranges::count_if(state.issues, [](const auto& item) { return item.second.is_open; });
  Json json{{"id", repository.id},
            {"node_id", node_id("Repository", repository.id)},
            {"name", repository.name},
            {"full_name", repository.full_name()},
            {"private", false},
            {"owner", user_json(state, repository.owner)},
            {"html_url", web},
            {"description", nullptr},
            {"fork", false},
            {"created_at", timestamp(repository.created_at)},
            {"updated_at", timestamp(repository.pushed_at)},
            {"pushed_at", timestamp(repository.pushed_at)},
            {"git_url", "git" + web.substr(web.find(':')) + ".git"},
            {"ssh_url", "git@127.0.0.1:" + repository.full_name() + ".git"},
            {"clone_url", web + ".git"},
            {"svn_url", web},
            {"homepage", nullptr},
            {"mirror_url", nullptr},
            {"size", 0},
            {"stargazers_count", 0},
            {"watchers_count", 0},
            {"language", "Python"},
            {"has_issues", true},
            {"has_projects", false},
            {"has_downloads", true},
            {"has_wiki", false},
            {"has_pages", false},
            {"has_discussions", false},
            {"forks_count", 0},
            {"archived", false},
            {"disabled", false},
            {"open_issues_count", open},
            {"license", nullptr},
            {"allow_forking", true},
            {"is_template", false},
            {"web_commit_signoff_required", false},
            {"topics", Json::array()},
            {"visibility", "public"},
            {"forks", 0},
            {"open_issues", open},
            {"watchers", 0},
            {"default_branch", repository.default_branch}};
  for (const auto& [name, path] : kAddresses) json[std::string(name)] = api + std::string(path);
  return json;
}

Json permissions_json(Role role) {
  return {{"admin", role >= Role::kAdmin},
          {"maintain", role >= Role::kMaintain},
          {"push", role >= Role::kWrite},
          {"triage", role >= Role::kTriage},
          {"pull", true}};
}

Json full_repository_json(const State& state, Role role) {
  Json json = repository_json(state);
  json.update({{"network_count", 0},
               {"subscribers_count", 1},
               {"temp_clone_token", nullptr},
               {"permissions", permissions_json(role)}});
  if (state.repository.owner.type == "Organization") {
    json["organization"] = user_json(state, state.repository.owner);
  }
  if (role >= Role::kWrite) {
    json.update({{"allow_squash_merge", false},
                 {"allow_merge_commit", true},
                 {"allow_rebase_merge", false},
                 {"allow_auto_merge", false},
                 {"allow_update_branch", false},
                 {"delete_branch_on_merge", false}});
  }
  return json;
}

}  // namespace mlx::sandbox::github
