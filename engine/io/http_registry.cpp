#include "engine/io/http_registry.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/component/served_item.h"
#include "engine/io/download.h"

namespace mlx {
namespace {

constexpr std::string_view kIndexFile = "registry.json";

Error not_kept(const std::string& what) {
  return {ErrorCode::kUnavailable,
          what + " is not in the cache, and --offline forbids to ask for it: run once without --offline"};
}

Finding unreachable(const std::string& url, const Error& error) {
  return {.code = "registry-unreachable",
          .severity = Severity::kWarning,
          .message = "the registry " + url + " is as it was when last reached: " + error.message,
          .remedy = "try again later for what is new",
          .evidence = {}};
}

Finding version_changed(const std::string& url, const std::string& name, const Version& version,
                        const RegistryCache& cache) {
  return {.code = "published-version-changed",
          .severity = Severity::kError,
          .message = "the registry " + url + " has other content under " + name + " " + to_string(version) +
                     " than before: a published version must not change",
          .remedy =
              "ask whoever keeps the registry what happened, and for a new version; if the change is "
              "right, remove " +
              cache.directory().string(),
          .evidence = {}};
}

/// The address of a file beside the index.
std::string beside(const std::string& url, const std::string& name) {
  return url.substr(0, url.rfind('/') + 1) + name;
}

Result<std::vector<RegistryItem>> items_of(const std::string& index, const std::string& url) {
  MemorySnapshot files;
  files.put(std::string(kIndexFile), {.bytes = index});
  auto registry = Registry::open(files, url);
  if (registry) return registry->items();
  Error error = std::move(registry).error();
  error.location.file = url;
  return std::unexpected(std::move(error));
}

/// The component and the version that `r/NAME@VERSION.json` is of; nothing for any other path.
std::optional<std::pair<std::string, Version>> version_at(std::string_view path) {
  constexpr std::string_view kDirectory = "r/";
  constexpr std::string_view kEnding = ".json";
  const auto at = path.find('@');
  const bool is_item =
      path.starts_with(kDirectory) && path.ends_with(kEnding) && at != std::string_view::npos;
  if (!is_item) return std::nullopt;
  path.remove_suffix(kEnding.size());
  const std::string_view name = path.substr(kDirectory.size(), at - kDirectory.size());
  auto version = Version::parse(path.substr(at + 1));
  if (!version || !is_component_name(name)) return std::nullopt;
  return std::pair(std::string(name), *std::move(version));
}

/// The digest of the component.json in an item; empty for one that cannot be read.
std::string described_digest(const std::string& item, const std::string& url) {
  const auto files = read_served_item(item, url);
  return files ? sha256_hex(files->at("component.json")) : std::string();
}

}  // namespace

Result<std::unique_ptr<HttpRegistrySnapshot>> HttpRegistrySnapshot::open(HttpRegistryOptions options,
                                                                         HttpClient& http,
                                                                         RegistryCache cache) {
  std::unique_ptr<HttpRegistrySnapshot> snapshot(
      new HttpRegistrySnapshot(std::move(options), http, std::move(cache)));
  std::string index = MLX_TRY(snapshot->fetch_index());
  snapshot->items_ = MLX_TRY(items_of(index, snapshot->options_.url));
  snapshot->files_.put(std::string(kIndexFile), {.bytes = std::move(index)});
  return snapshot;
}

Result<std::string> HttpRegistrySnapshot::fetch_index() {
  auto kept = cache_.index(options_.url);
  if (options_.is_offline) {
    if (kept) return std::move(kept->bytes);
    return std::unexpected(not_kept("the index " + options_.url));
  }
  auto download = download_json(
      http_,
      {.url = options_.url, .private_headers = options_.private_headers, .etag = kept ? kept->etag : ""});
  if (!download) {
    const bool is_down = download.error().code == ErrorCode::kUnavailable;
    if (!is_down || !kept) return std::unexpected(std::move(download).error());
    findings_.push_back(unreachable(options_.url, download.error()));
    return std::move(kept->bytes);
  }
  if (download->is_unchanged && kept) return std::move(kept->bytes);
  MLX_CHECK(items_of(download->body, options_.url));  // what cannot be read is not kept
  note_unwritable(cache_.keep_index(options_.url, {.etag = download->etag, .bytes = download->body}));
  return std::move(download->body);
}

void HttpRegistrySnapshot::note_unwritable(const Result<void>& written) const {
  if (written) return;
  const bool is_known = std::ranges::find(findings_, "cache-unwritable", &Finding::code) != findings_.end();
  if (is_known) return;
  findings_.push_back({.code = "cache-unwritable",
                       .severity = Severity::kWarning,
                       .message = "what was downloaded could not be kept: " + to_string(written.error()),
                       .remedy = "set MLX_CACHE_DIR to a directory that can be written",
                       .evidence = {}});
}

Result<std::string> HttpRegistrySnapshot::fetch_item(const RegistryItem& item) const {
  const std::string versioned = item.name + "@" + to_string(item.version);
  if (options_.is_offline) return std::unexpected(not_kept(versioned + " of " + options_.url));
  const auto get = [this](const std::string& name) {
    return download_json(http_,
                         {.url = beside(options_.url, name), .private_headers = options_.private_headers});
  };
  // That of the version first: the other one may already be of the next, which is not in our index.
  auto download = get(versioned + ".json");
  if (!download && download.error().code == ErrorCode::kNotFound) download = get(item.name + ".json");
  if (!download) return std::unexpected(std::move(download).error());
  return std::move(download->body);
}

Result<void> HttpRegistrySnapshot::load(const RegistryItem& item) const {
  const std::string& url = options_.url;
  const auto known = cache_.known_digest(url, item.name, item.version);
  const bool is_changed = known && *known != item.sha256;
  if (is_changed) findings_.push_back(version_changed(url, item.name, item.version, cache_));
  ServedFiles files;
  if (const auto kept = cache_.item(url, item.name, item.version); kept && !is_changed) {
    files = read_served_item(kept->bytes, item.name).value_or(ServedFiles());
  }
  if (!is_intact(files, item.sha256)) {
    const std::string served = MLX_TRY(fetch_item(item));
    files = MLX_TRY(read_served_item(served, beside(url, item.name + ".json")));
    // What is not intact is refused by whoever reads it, and says so better.
    if (!is_changed && is_intact(files, item.sha256)) {
      note_unwritable(
          cache_.keep_item(url, item.name, item.version, {.component_sha256 = item.sha256, .bytes = served}));
    }
  }
  std::string directory(item.component.parent());
  if (!directory.empty()) directory += '/';
  for (auto& [path, bytes] : files) {
    const bool is_description = path == "component.json";
    files_.put(is_description ? item.component.str() : directory + path, {.bytes = std::move(bytes)});
  }
  loaded_.push_back(item.name);
  return {};
}

/// Loads one version of a component, if the registry has it. What it is worth is for whoever reads it to
/// say: only the connection vouches for it, and the digest that was seen before.
Result<void> HttpRegistrySnapshot::load_version(const std::string& path) const {
  const auto wanted = version_at(path);
  if (!wanted || std::ranges::find(loaded_, path) != loaded_.end()) return {};
  const auto& [name, version] = *wanted;
  const std::string url = beside(options_.url, path.substr(2));
  if (auto kept = cache_.item(options_.url, name, version)) {
    files_.put(path, {.bytes = std::move(kept->bytes)});
    loaded_.push_back(path);
    return {};
  }
  if (options_.is_offline)
    return std::unexpected(not_kept(name + "@" + to_string(version) + " of " + options_.url));
  auto download = download_json(http_, {.url = url, .private_headers = options_.private_headers});
  if (!download && download.error().code != ErrorCode::kNotFound) return std::unexpected(download.error());
  loaded_.push_back(path);
  if (!download) return {};
  const std::string digest = described_digest(download->body, url);
  if (const auto known = cache_.known_digest(options_.url, name, version); known && *known != digest) {
    findings_.push_back(version_changed(options_.url, name, version, cache_));
  } else if (!digest.empty()) {
    note_unwritable(
        cache_.keep_item(options_.url, name, version, {.component_sha256 = digest, .bytes = download->body}));
  }
  files_.put(path, {.bytes = std::move(download->body)});
  return {};
}

/// Loads the components that a path belongs to: one, in a registry that keeps each in its directory.
Result<void> HttpRegistrySnapshot::load_below(std::string_view path) const {
  if (path == kIndexFile) return {};
  if (path.starts_with("r/")) return load_version(std::string(path));
  const auto checked = RepoPath::parse(path);
  for (const RegistryItem& item : items_) {
    const bool is_part = path.empty() || (checked && checked->is_within(item.component.parent()));
    if (is_part && std::ranges::find(loaded_, item.name) == loaded_.end()) MLX_CHECK(load(item));
  }
  return {};
}

Result<EntryKind> HttpRegistrySnapshot::kind(const RepoPath& path) const {
  MLX_CHECK(load_below(path.str()));
  return files_.kind(path);
}

Result<std::string> HttpRegistrySnapshot::read(const RepoPath& path) const {
  MLX_CHECK(load_below(path.str()));
  return files_.read(path);
}

Result<std::vector<Entry>> HttpRegistrySnapshot::children(std::string_view directory) const {
  MLX_CHECK(load_below(directory));
  return files_.children(directory);
}

}  // namespace mlx
