#include "engine/component/registry_address.h"

#include <algorithm>
#include <cctype>

#include "engine/base/repo_path.h"

namespace mlx {
namespace {

constexpr std::string_view kGitPrefix = "git+";
constexpr std::string_view kSubdirectory = "subdirectory=";

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string scheme_of(std::string_view url) {
  const auto end = url.find("://");
  return end == std::string_view::npos ? "" : lower(url.substr(0, end));
}

/// `user@host:port`
std::string_view authority_of(std::string_view url) {
  const auto begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = url.substr(begin + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

std::string_view host_of(std::string_view url) {
  const std::string_view authority = authority_of(url);
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

/// By its spelling: a name that only resolves to this machine may resolve otherwise tomorrow.
bool is_loopback(std::string_view host) {
  const std::string name = lower(host);
  if (name == "localhost" || name == "[::1]") return true;
  const bool is_dotted_number =
      name.find_first_not_of("0123456789.") == std::string::npos && std::ranges::count(name, '.') == 3;
  return is_dotted_number && name.starts_with("127.");
}

std::unexpected<Error> refused(std::string_view text, std::string_view reason) {
  return fail(ErrorCode::kInvalidInput,
              "the registry address `" + std::string(text) + "` cannot be used: " + std::string(reason));
}

std::unexpected<Error> holds_secret() {
  return fail(ErrorCode::kInvalidInput,
              "a registry address must not hold a user, a password or a query, since it is written into "
              "mlx.lock: give credentials as headers of that registry in mlx.toml, from the environment");
}

/// What holds for every address on the network.
Result<void> check_network_url(std::string_view text, std::string_view url) {
  if (authority_of(url).find('@') != std::string_view::npos || url.find('?') != std::string_view::npos) {
    return holds_secret();
  }
  if (host_of(url).empty()) return refused(text, "it names no host");
  if (is_safe_url(url)) return {};
  return refused(text,
                 "write https://; plain http:// proves nothing about what arrives, and is only for this "
                 "machine (127.0.0.1)");
}

Result<RegistryAddress> parse_git(std::string_view text) {
  std::string_view rest = text.substr(kGitPrefix.size());
  GitRegistry git;
  if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
    const std::string_view fragment = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
    if (!fragment.starts_with(kSubdirectory)) {
      return refused(text, "after `#` only `subdirectory=DIRECTORY` is known");
    }
    const auto path = RepoPath::parse(fragment.substr(kSubdirectory.size()));
    if (!path) return refused(text, "its subdirectory is not usable: " + path.error().message);
    git.subdirectory = path->str();
  }
  const std::string scheme = scheme_of(rest);
  if (scheme != "https" && scheme != "http" && scheme != "file") {
    return refused(text, "MLX reads git registries by git+https:// and git+file://" +
                             std::string(scheme == "ssh" ? ", not by ssh" : ""));
  }
  // The path begins after the host, where an `@` would belong to a user.
  const auto path_begin = rest.find('/', scheme.size() + 3);
  const auto at = path_begin == std::string_view::npos ? path_begin : rest.find('@', path_begin);
  if (at != std::string_view::npos) {
    git.revision = rest.substr(at + 1);
    rest = rest.substr(0, at);
    const bool is_revision = !git.revision.empty() && !git.revision.starts_with('-') &&
                             git.revision.find("..") == std::string::npos &&
                             git.revision.find_first_of(" ~^:?*[\\\t\r\n@{") == std::string::npos;
    if (!is_revision) return refused(text, "after `@` it needs a tag, a branch or a whole commit id");
  }
  git.url = rest;
  if (scheme != "file") MLX_CHECK(check_network_url(text, rest));
  return git;
}

Result<RegistryAddress> parse_http(std::string_view text) {
  MLX_CHECK(check_network_url(text, text));
  if (text.find('#') != std::string_view::npos) return refused(text, "it must not have a `#`");
  if (!text.ends_with(".json")) {
    return refused(text, "give the address of its index: " + std::string(text) +
                             (text.ends_with('/') ? "" : "/") + "registry.json");
  }
  return HttpRegistry{.url = std::string(text)};
}

}  // namespace

bool is_safe_url(std::string_view url) {
  const std::string scheme = scheme_of(url);
  return scheme == "https" || (scheme == "http" && is_loopback(host_of(url)));
}

std::string origin_of(std::string_view url) {
  const std::string scheme = scheme_of(url);
  std::string authority = lower(authority_of(url));
  const std::string_view implied = scheme == "https" ? ":443" : ":80";
  if (authority.ends_with(implied)) authority.resize(authority.size() - implied.size());
  return scheme + "://" + authority;
}

Result<RegistryAddress> parse_registry_address(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::kInvalidInput, "a registry's address is empty");
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    return fail(ErrorCode::kInvalidInput, "a registry's address has a line end in it");
  }
  if (text == "builtin") return BuiltinRegistry{};
  if (text.starts_with(kGitPrefix)) return parse_git(text);
  const std::string scheme = scheme_of(text);
  if (scheme == "https" || scheme == "http") return parse_http(text);
  if (!scheme.empty()) {
    return refused(text, "known are `builtin`, a directory, git+https://, git+file:// and https://");
  }
  return DirectoryRegistry{.path = std::string(text)};
}

std::string registry_identity(std::string_view address) {
  const auto parsed = parse_registry_address(address);
  if (!parsed) return std::string(address);
  const auto* git = std::get_if<GitRegistry>(&*parsed);
  if (git == nullptr) return std::string(address);
  return "git+" + git->url + (git->subdirectory.empty() ? "" : "#subdirectory=" + git->subdirectory);
}

}  // namespace mlx
