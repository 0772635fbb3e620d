#include "sandbox/github/archives.h"

#include "sandbox/git/tar_archive.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kShortId = 7;

Answer<Response> redirect_to_archive(Context& context, const Request& request) {
  const auto commit = context.git.resolve(request.parameter("ref"));
  if (!commit) return not_found();
  return Response{.status = 302, .headers = {{"Location", archive_address(context.state, *commit)}}};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/tarball/{ref...}", redirect_to_archive,
          "repos/contents#download-a-repository-archive-tar"},
};

/// What an archive's address has before the commit.
std::string archives_of(const Repository& repository) {
  return std::string(kArchives) + repository.full_name() + "/legacy.tar.gz/";
}

}  // namespace

std::span<const Route> archive_routes() { return kRoutes; }

std::string archive_address(const State& state, const std::string& commit) {
  return state.url + archives_of(state.repository) + commit;
}

HttpResponse answer_archive(const State& state, const GitStore& git, const HttpRequest& request) {
  HttpResponse not_there{.status = 404, .headers = {}, .body = "404: Not Found"};
  const std::string before = archives_of(state.repository);
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (!is_read || !request.path.starts_with(before)) return not_there;
  const auto commit = git.resolve(percent_decode(request.path.substr(before.size())));
  if (!commit) return not_there;
  const Repository& repository = state.repository;
  const std::string directory =
      repository.owner.login + "-" + repository.name + "-" + commit->substr(0, kShortId);
  auto archive = tar_gz(git, *commit, directory);
  if (!archive) return {.status = 500, .headers = {}, .body = archive.error().message};
  return {.status = 200,
          .headers = {{"Content-Disposition", "attachment; filename=" + directory + ".tar.gz"}},
          .content_type = "application/x-gzip",
          .body = *std::move(archive)};
}

}  // namespace mlx::sandbox::github
