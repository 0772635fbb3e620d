#include "engine/io/git_mirror.h"

#include <algorithm>
#include <vector>

#include "engine/io/cache_directory.h"
#include "engine/io/git_handles.h"
#include "engine/io/git_http.h"
#include "engine/io/git_snapshot.h"

namespace mlx {
namespace fs = std::filesystem;
namespace {

using git::make;

constexpr unsigned kMostObjects = 2'000'000;

bool is_commit_id(std::string_view text) {
  return text.size() == GIT_OID_HEXSZ && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What the callbacks of one transfer share.
struct Transfer {
  GitHttp http;
  std::size_t largest;
  bool is_too_large = false;
};

int make_transport(git_transport** out, git_remote* owner, void* payload) {
  return make_git_http_transport(out, owner, &static_cast<Transfer*>(payload)->http);
}

int check_progress(const git_indexer_progress* progress, void* payload) {
  auto& transfer = *static_cast<Transfer*>(payload);
  transfer.is_too_large =
      progress->received_bytes > transfer.largest || progress->total_objects > kMostObjects;
  return transfer.is_too_large ? -1 : 0;
}

/// The bare copy; made anew if there is none or it cannot be opened.
Result<git::Repository> open_copy(const fs::path& directory) {
  auto opened = make<git::Repository>(git_repository_open_bare, directory.c_str());
  if (opened != nullptr) return opened;
  std::error_code error;
  fs::remove_all(directory, error);
  auto made = make<git::Repository>(git_repository_init, directory.c_str(), 1U);
  if (made != nullptr) return made;
  return fail(ErrorCode::kIo, "cannot make a copy of a git repository: " + git::last_message(),
              {.file = directory.string()});
}

/// Takes a reference as it is on the server, also if it moved back.
std::string same_reference(const std::string& name) {
  std::string refspec = "+";
  refspec.append(name).append(":").append(name);
  return refspec;
}

/// What to ask the server for; empty if it does not have the revision.
std::vector<std::string> refspecs_for(const std::string& revision, git_remote* remote) {
  if (revision.empty()) return {"+HEAD:refs/heads/mlx-default"};
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  if (git_remote_ls(&heads, &count, remote) != 0) return {};
  for (std::string name : {"refs/tags/", "refs/heads/"}) {
    name += revision;
    const bool is_there =
        std::any_of(heads, heads + count, [&](const git_remote_head* head) { return name == head->name; });
    if (is_there) return {same_reference(name)};
  }
  // Not every server hands out a commit by its id, but all hand out what a name leads to.
  if (is_commit_id(revision)) return {"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"};
  return {};
}

Error transfer_error(const Transfer& transfer, const std::string& url) {
  if (transfer.is_too_large) {
    return {ErrorCode::kRefused, "the git repository " + url + " is too large for a registry"};
  }
  if (transfer.http.error) return *transfer.http.error;
  // The server answered, so it is what was answered, or the copy.
  return {ErrorCode::kIo, "the git repository " + url + " cannot be fetched: " + git::last_message()};
}

Result<void> fetch_into(git_repository* copy, const GitMirrorOptions& options, HttpClient& http) {
  const std::string& url = options.address.url;
  git_remote_create_options remote_options = GIT_REMOTE_CREATE_OPTIONS_INIT;
  remote_options.repository = copy;
  remote_options.flags =
      GIT_REMOTE_CREATE_SKIP_INSTEADOF;  // the user's git configuration must not lead elsewhere
  const auto remote = make<git::Remote>(git_remote_create_with_opts, url.c_str(), &remote_options);
  if (remote == nullptr) return fail(ErrorCode::kInvalidInput, url + ": " + git::last_message());

  Transfer transfer{.http = {.http = http, .private_headers = options.private_headers},
                    .largest = options.largest_transfer};
  git_fetch_options fetch = GIT_FETCH_OPTIONS_INIT;
  fetch.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  fetch.update_fetchhead = 0;
  fetch.callbacks.transport = make_transport;
  fetch.callbacks.transfer_progress = check_progress;
  fetch.callbacks.payload = &transfer;
  if (git_remote_connect(remote.get(), GIT_DIRECTION_FETCH, &fetch.callbacks, nullptr, nullptr) != 0) {
    return std::unexpected(transfer_error(transfer, url));
  }
  std::vector<std::string> refspecs = refspecs_for(options.address.revision, remote.get());
  if (refspecs.empty()) {
    return fail(ErrorCode::kNotFound, "the git repository " + url +
                                          " has no tag, branch or whole commit id `" +
                                          options.address.revision + "`");
  }
  std::vector<char*> raw;
  raw.reserve(refspecs.size());
  for (std::string& refspec : refspecs) raw.push_back(refspec.data());
  const git_strarray list{.strings = raw.data(), .count = raw.size()};
  if (git_remote_fetch(remote.get(), &list, &fetch, nullptr) != 0) {
    return std::unexpected(transfer_error(transfer, url));
  }
  return {};
}

/// The name under which the copy has what was fetched.
std::string kept_name(const std::string& revision) { return revision.empty() ? "mlx-default" : revision; }

/// The commit, if the copy has it with its whole tree of directories.
Result<std::string> resolve_here(const GitMirrorOptions& options) {
  std::string commit = MLX_TRY(resolve_revision(options.directory, kept_name(options.address.revision)));
  MLX_CHECK(open_git_snapshot(options.directory, commit));
  return commit;
}

Result<GitCheckout> fetch_and_resolve(const GitMirrorOptions& options, HttpClient& http) {
  {
    const git::Repository copy = MLX_TRY(open_copy(options.directory));
    const auto fetched = fetch_into(copy.get(), options, http);
    const bool is_down = !fetched && fetched.error().code == ErrorCode::kUnavailable;
    if (!fetched && !is_down) return std::unexpected(fetched.error());
    if (is_down) {
      auto commit = resolve_here(options);
      if (!commit) return std::unexpected(fetched.error());
      return GitCheckout{
          .repository = options.directory, .commit = *std::move(commit), .unreachable = fetched.error()};
    }
  }
  GitCheckout result;
  result.repository = options.directory;
  result.commit = MLX_TRY(resolve_here(options));
  return result;
}

}  // namespace

Result<GitCheckout> fetch_revision(const GitMirrorOptions& options, HttpClient& http) {
  constexpr std::string_view kFile = "file://";
  const git::Library library;
  const std::string& revision = options.address.revision;
  if (options.address.url.starts_with(kFile)) {
    const fs::path repository = options.address.url.substr(kFile.size());
    GitCheckout result;
    result.repository = repository;
    result.commit = MLX_TRY(resolve_revision(repository, revision));
    return result;
  }
  if (options.directory.empty()) {
    return fail(ErrorCode::kIo,
                "a git registry is kept in a cache, and there is no place for one: set MLX_CACHE_DIR");
  }
  const FileLock lock = MLX_TRY(FileLock::take(options.directory.string() + ".lock"));
  auto here = resolve_here(options);
  if (here && (options.is_offline || is_commit_id(revision))) {
    return GitCheckout{.repository = options.directory, .commit = *std::move(here), .unreachable = {}};
  }
  if (options.is_offline) {
    return fail(ErrorCode::kUnavailable,
                "the git repository " + options.address.url +
                    " is not in the cache at this revision, and --offline forbids to ask "
                    "for it: run once without --offline");
  }
  auto checkout = fetch_and_resolve(options, http);
  if (checkout || checkout.error().code != ErrorCode::kIo) return checkout;
  std::error_code error;  // the copy is damaged: once more, from nothing
  fs::remove_all(options.directory, error);
  return fetch_and_resolve(options, http);
}

}  // namespace mlx
