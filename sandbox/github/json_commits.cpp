#include <algorithm>

#include "sandbox/github/json.h"

namespace mlx::sandbox::github {
namespace {

Json person_json(const Signature& from) {
  return {{"name", from.name}, {"email", from.email}, {"date", signature_time(from)}};
}

Json parent_json(const std::string& sha, std::string api, std::string web) {
  return {{"sha", sha}, {"url", api.append(sha)}, {"html_url", web.append("/commit/").append(sha)}};
}

Json verification_json(const State& state, const Commit& commit) {
  if (!state.signed_commits.contains(commit.sha)) {
    return {{"verified", false},
            {"reason", "unsigned"},
            {"signature", nullptr},
            {"payload", nullptr},
            {"verified_at", nullptr}};
  }
  return {{"verified", true},
          {"reason", "valid"},
          {"signature", "-----BEGIN PGP SIGNATURE-----\n\nsandbox\n-----END PGP SIGNATURE-----\n"},
          {"payload", "tree " + commit.tree + "\n\n" + commit.message},
          {"verified_at", signature_time(commit.committer)}};
}

Json user_by_email(const State& state, const Signature& signature) {
  const User* user = state.find_user_by_email(signature.email);
  return user == nullptr ? Json() : user_json(state, *user);
}

}  // namespace

std::string signature_time(const Signature& signature) {
  return timestamp(Time(std::chrono::seconds(signature.seconds)));
}

Json commit_json(const State& state, const Commit& commit) {
  const std::string api = repository_api(state);
  const std::string web = repository_web(state);
  Json json{{"sha", commit.sha},
            {"node_id", node_id("Commit", commit.sha)},
            {"url", api + "/commits/" + commit.sha},
            {"html_url", web + "/commit/" + commit.sha},
            {"comments_url", api + "/commits/" + commit.sha + "/comments"},
            {"commit",
             {{"url", api + "/git/commits/" + commit.sha},
              {"author", person_json(commit.author)},
              {"committer", person_json(commit.committer)},
              {"message", commit.message},
              {"comment_count", 0},
              {"tree", {{"sha", commit.tree}, {"url", api + "/git/trees/" + commit.tree}}},
              {"verification", verification_json(state, commit)}}},
            {"author", user_by_email(state, commit.author)},
            {"committer", user_by_email(state, commit.committer)},
            {"parents", Json::array()}};
  for (const std::string& parent : commit.parents) {
    json["parents"].push_back(parent_json(parent, api + "/commits/", web));
  }
  return json;
}

Json git_commit_json(const State& state, const Commit& commit) {
  const std::string api = repository_api(state);
  const std::string web = repository_web(state);
  Json json{{"sha", commit.sha},
            {"node_id", node_id("Commit", commit.sha)},
            {"url", api + "/git/commits/" + commit.sha},
            {"html_url", web + "/commit/" + commit.sha},
            {"author", person_json(commit.author)},
            {"committer", person_json(commit.committer)},
            {"tree", {{"sha", commit.tree}, {"url", api + "/git/trees/" + commit.tree}}},
            {"message", commit.message},
            {"parents", Json::array()},
            {"verification", verification_json(state, commit)}};
  for (const std::string& parent : commit.parents) {
    json["parents"].push_back(parent_json(parent, api + "/git/commits/", web));
  }
  return json;
}

Json ref_json(const State& state, const Ref& ref) {
  const std::string api = repository_api(state);
  return {{"ref", ref.name},
          {"node_id", node_id("Ref", ref.name)},
          {"url", api + "/git/" + percent_encode(ref.name, true)},
          {"object",
           {{"sha", ref.sha},
            {"type", ref.type},
            {"url", api + "/git/" + std::string(ref.type) + "s/" + ref.sha}}}};
}

void leave_out_large_patches(std::vector<FileChange>& files) {
  constexpr std::size_t kMostLines = 20'000;
  constexpr std::size_t kMostBytesOfOne = 500'000;
  constexpr std::size_t kMostBytes = 1'000'000;
  std::size_t lines = 0;
  std::size_t bytes = 0;
  for (FileChange& file : files) {
    if (!file.patch) continue;
    const auto own_lines = static_cast<std::size_t>(std::ranges::count(*file.patch, '\n')) + 1;
    const bool is_shown = file.patch->size() <= kMostBytesOfOne && own_lines <= kMostLines &&
                          bytes + file.patch->size() <= kMostBytes && lines + own_lines <= kMostLines;
    if (is_shown) {
      lines += own_lines;
      bytes += file.patch->size();
    } else {
      file.patch.reset();
    }
  }
}

Json file_change_json(const State& state, const FileChange& change, const std::string& commit) {
  const std::string path = percent_encode(change.path, true);
  const std::string web = repository_web(state);
  Json json{{"sha", change.sha},
            {"filename", change.path},
            {"status", change.status},
            {"additions", change.additions},
            {"deletions", change.deletions},
            {"changes", change.additions + change.deletions},
            {"blob_url", web + "/blob/" + commit + "/" + path},
            {"raw_url", web + "/raw/" + commit + "/" + path},
            {"contents_url", repository_api(state) + "/contents/" + path + "?ref=" + commit}};
  if (!change.previous_path.empty()) json["previous_filename"] = change.previous_path;
  if (change.patch) json["patch"] = *change.patch;
  return json;
}

}  // namespace mlx::sandbox::github
