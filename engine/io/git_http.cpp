#include "engine/io/git_http.h"

#include <git2.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>

#include <git2/sys/transport.h>

#include "engine/io/download.h"

namespace mlx {
namespace {

constexpr std::string_view kAdvertisement = "application/x-git-upload-pack-advertisement";
constexpr std::string_view kResult = "application/x-git-upload-pack-result";

/// One request: libgit2 writes the body, then reads the answer.
struct Stream {
  git_smart_subtransport_stream base{};  // first: libgit2 knows a stream by it
  GitHttp* git = nullptr;
  std::string url;
  bool is_listing = false;
  std::string body;
  std::optional<std::string> answer;
  std::size_t given = 0;
};

struct Subtransport {
  git_smart_subtransport base{};  // first, likewise
  GitHttp* git = nullptr;
};

Result<std::string> exchange(const Stream& stream) {
  HttpRequest request{.method = stream.is_listing ? "GET" : "POST",
                      .url = stream.url,
                      .headers = stream.git->private_headers,
                      .body = stream.body};
  request.headers.insert_or_assign("User-Agent", "git/2 (mlx)");
  request.headers.insert_or_assign("Accept", std::string(stream.is_listing ? kAdvertisement : kResult));
  if (!stream.is_listing) {
    request.headers.insert_or_assign("Content-Type", "application/x-git-upload-pack-request");
  }
  HttpResponse response = MLX_TRY(stream.git->http.send(request));
  if (is_redirect(response.status)) {
    return fail(ErrorCode::kInvalidInput, stream.url + " redirects to " +
                                              std::string(response.header("Location")) +
                                              ": give the repository's own address");
  }
  MLX_CHECK(check_status(stream.url, response, !stream.git->private_headers.empty()));
  if (!response.header("Content-Type").starts_with(stream.is_listing ? kAdvertisement : kResult)) {
    return fail(ErrorCode::kInvalidInput,
                stream.url + " is not the answer of a git server: check the address");
  }
  return std::move(response.body);
}

int failed(GitHttp& git, Error error) {
  git_error_set_str(GIT_ERROR_HTTP, error.message.c_str());
  git.error = std::move(error);
  return -1;
}

int read_stream(git_smart_subtransport_stream* base, char* buffer, std::size_t size, std::size_t* count) {
  auto& stream = *reinterpret_cast<Stream*>(base);
  try {
    if (!stream.answer) {
      auto answer = exchange(stream);
      if (!answer) return failed(*stream.git, std::move(answer).error());
      stream.answer = *std::move(answer);
    }
  } catch (const std::exception& error) {  // libgit2 is C: nothing may pass through it
    return failed(*stream.git, {ErrorCode::kUnavailable, error.what()});
  }
  *count = std::min(size, stream.answer->size() - stream.given);
  std::memcpy(buffer, stream.answer->data() + stream.given, *count);
  stream.given += *count;
  return 0;
}

int write_stream(git_smart_subtransport_stream* base, const char* bytes, std::size_t size) {
  reinterpret_cast<Stream*>(base)->body.append(bytes, size);
  return 0;
}

void free_stream(git_smart_subtransport_stream* base) {
  const std::unique_ptr<Stream> freed(reinterpret_cast<Stream*>(base));
}

int begin(git_smart_subtransport_stream** out, git_smart_subtransport* base, const char* url,
          git_smart_service_t service) {
  auto& subtransport = *reinterpret_cast<Subtransport*>(base);
  const bool is_listing = service == GIT_SERVICE_UPLOADPACK_LS;
  if (!is_listing && service != GIT_SERVICE_UPLOADPACK) {
    return failed(*subtransport.git, {ErrorCode::kRefused, "nothing is pushed to a registry"});
  }
  auto stream = std::make_unique<Stream>();
  stream->base = {.subtransport = base, .read = read_stream, .write = write_stream, .free = free_stream};
  stream->git = subtransport.git;
  stream->url = url + std::string(is_listing ? "/info/refs?service=git-upload-pack" : "/git-upload-pack");
  stream->is_listing = is_listing;
  *out = &stream.release()->base;
  return 0;
}

int close_nothing(git_smart_subtransport* /*base*/) { return 0; }

void free_subtransport(git_smart_subtransport* base) {
  const std::unique_ptr<Subtransport> freed(reinterpret_cast<Subtransport*>(base));
}

int make_subtransport(git_smart_subtransport** out, git_transport* /*owner*/, void* git) {
  auto subtransport = std::make_unique<Subtransport>();
  subtransport->base = {.action = begin, .close = close_nothing, .free = free_subtransport};
  subtransport->git = static_cast<GitHttp*>(git);
  *out = &subtransport.release()->base;
  return 0;
}

}  // namespace

int make_git_http_transport(git_transport** out, git_remote* owner, void* git_http) {
  git_smart_subtransport_definition definition{.callback = make_subtransport, .rpc = 1, .param = git_http};
  return git_transport_smart(out, owner, &definition);
}

}  // namespace mlx
