#include "bot/forge/listed_snapshot.h"

#include <charconv>

#include <fmt/format.h>

#include "bot/forge/archived_files.h"

namespace mlx::bot {
namespace {

/// So many files are asked for one by one.
constexpr std::size_t kFewFiles = 20;
/// An archive is fetched if it is no more than this, unpacked, for each file that it brings: a request takes
/// about as long.
constexpr std::uint64_t kWorthOfFile = 4U << 20U;
/// Of prepared files, until they are read.
constexpr std::uint64_t kMostHeldBytes = 128U << 20U;

EntryKind kind_of_mode(std::string_view mode) {
  if (mode == "100644" || mode == "100664") return EntryKind::kFile;
  if (mode == "100755") return EntryKind::kExecutable;
  if (mode == "120000") return EntryKind::kSymlink;
  if (mode == "040000") return EntryKind::kDirectory;
  return EntryKind::kOther;
}

}  // namespace

Error failure_of_known_object(Error error) {
  const bool is_about_project = error.code == ErrorCode::kNotFound || error.code == ErrorCode::kConflict ||
                                error.code == ErrorCode::kInvalidInput;
  if (is_about_project) error.code = ErrorCode::kUnavailable;
  return error;
}

void append_entry(std::string& listing, const ListedEntry& entry) {
  fmt::format_to(std::back_inserter(listing), "{} {} {} {}", entry.mode, entry.sha, entry.size, entry.path);
  listing += '\0';
}

ListedEntry take_entry(std::string_view& listing) {
  const auto end = listing.find('\0');
  const std::string_view entry = listing.substr(0, end);
  listing.remove_prefix(end + 1);
  const auto sha = entry.find(' ') + 1;
  const auto size = entry.find(' ', sha) + 1;
  const auto path = entry.find(' ', size) + 1;
  ListedEntry read{
      .mode = entry.substr(0, sha - 1), .sha = entry.substr(sha, size - sha - 1), .path = entry.substr(path)};
  std::from_chars(entry.data() + size, entry.data() + path - 1, read.size);
  return read;
}

Result<void> ListedSnapshot::download(const std::function<bool(std::string_view)>&) const {
  return fail(ErrorCode::kUnavailable, "the forge has no archive of this tree");
}

Result<bool> ListedSnapshot::load_entries(const Directory& directory, Depth depth) const {
  const auto listed = list(directory, depth);
  if (!listed) return std::unexpected(failure_of_known_object(listed.error()));
  const std::optional<std::string>& listing = *listed;
  if (!listing) return false;
  add_entries(*listing, directory.path.empty() ? std::string() : directory.path + "/");
  return true;
}

void ListedSnapshot::add_entries(std::string_view listing, const std::string& prefix) const {
  while (!listing.empty()) {
    const ListedEntry entry = take_entry(listing);
    entries_.insert_or_assign(
        prefix + std::string(entry.path),
        TreeEntry{.kind = kind_of_mode(entry.mode), .sha = std::string(entry.sha), .size = entry.size});
  }
}

Result<void> ListedSnapshot::load(std::string_view directory) const {
  if (is_complete_ || loaded_.contains(std::string(directory))) return {};
  if (directory.empty()) {
    if (listing_ == Listing::kWhole) is_complete_ = MLX_TRY(load_entries({}, Depth::kAll));
    if (is_complete_) return {};
    if (!MLX_TRY(load_entries({}, Depth::kOne))) {
      return fail(ErrorCode::kUnavailable,
                  "the repository's top directory is too large for the forge to list");
    }
  } else {
    const auto slash = directory.rfind('/');
    MLX_CHECK(load(slash == std::string_view::npos ? std::string_view() : directory.substr(0, slash)));
    if (is_complete_) return {};
    const auto found = entries_.find(std::string(directory));
    const bool is_directory = found != entries_.end() && found->second.kind == EntryKind::kDirectory;
    const Directory wanted{.path = std::string(directory),
                           .id = is_directory ? found->second.sha : std::string()};
    if (is_directory && !MLX_TRY(load_entries(wanted, Depth::kOne))) {
      return fail(ErrorCode::kUnavailable, "the directory is too large for the forge to list",
                  {.file = std::string(directory)});
    }
  }
  loaded_.emplace(directory);
  return {};
}

Result<ListedSnapshot::TreeEntry> ListedSnapshot::find(const RepoPath& path) const {
  const std::string& text = path.str();
  for (std::size_t slash = text.find('/');; slash = text.find('/', slash + 1)) {
    const std::string part = text.substr(0, slash);
    const auto above = part.rfind('/');
    MLX_CHECK(
        load(above == std::string::npos ? std::string_view() : std::string_view(part).substr(0, above)));
    const auto found = entries_.find(part);
    if (found == entries_.end()) return TreeEntry{};
    if (slash == std::string::npos || found->second.kind == EntryKind::kSymlink) return found->second;
    if (found->second.kind != EntryKind::kDirectory) return TreeEntry{};
  }
}

Result<EntryKind> ListedSnapshot::kind(const RepoPath& path) const { return MLX_TRY(find(path)).kind; }

Result<ListedSnapshot::TreeEntry> ListedSnapshot::find_file(const RepoPath& path) const {
  TreeEntry entry = MLX_TRY(find(path));
  if (entry.kind == EntryKind::kSymlink) {
    return fail(ErrorCode::kRefused, "this is reached through a symbolic link", {.file = path.str()});
  }
  if (!is_file(entry.kind)) return fail(ErrorCode::kNotFound, "there is no such file", {.file = path.str()});
  return entry;
}

Result<BlobId> ListedSnapshot::blob_id(const RepoPath& path) const {
  return BlobId::parse(MLX_TRY(find_file(path)).sha);
}

Result<std::string> ListedSnapshot::read(const RepoPath& path) const {
  const TreeEntry entry = MLX_TRY(find_file(path));
  if (auto prepared = prepared_.extract(entry.sha)) {
    cache_.put(entry.sha, prepared.mapped());
    return std::move(prepared.mapped());
  }
  if (auto known = cache_.find(entry.sha)) return *known;
  auto bytes = fetch(entry.sha);
  if (!bytes) return std::unexpected(failure_of_known_object(std::move(bytes).error()));
  cache_.put(entry.sha, *bytes);
  return bytes;
}

void ListedSnapshot::prepare(std::span<const RepoPath> paths) const {
  if (!has_archive() || has_archive_failed_ || !load("") || !is_complete_) return;
  std::map<std::string, WantedFile, std::less<>> wanted;
  std::set<std::string> ids;
  std::uint64_t held_bytes = 0;
  for (const RepoPath& path : paths) {
    const auto found = entries_.find(path.str());
    if (found == entries_.end() || !is_file(found->second.kind)) continue;
    const TreeEntry& entry = found->second;
    const bool is_known = prepared_.contains(entry.sha) || cache_.contains(entry.sha);
    if (is_known || held_bytes + entry.size > kMostHeldBytes) continue;
    if (ids.insert(entry.sha).second) held_bytes += entry.size;
    wanted.emplace(path.str(), WantedFile{.id = entry.sha, .size = entry.size});
  }
  std::uint64_t repository_bytes = 0;
  for (const auto& [path, entry] : entries_) repository_bytes += entry.size;
  const bool is_worth_it = ids.size() > kFewFiles && repository_bytes <= ids.size() * kWorthOfFile &&
                           repository_bytes <= ArchiveLimits().bytes;
  if (!is_worth_it) return;
  ArchivedFiles archive(std::move(wanted));
  // Whatever comes of it: what it did not bring is asked for file by file.
  [[maybe_unused]] const auto downloaded =
      download([&](std::string_view bytes) { return archive.feed(bytes); });
  has_archive_failed_ = !archive.has_all();
  prepared_.merge(archive.found());
}

Result<std::vector<Entry>> ListedSnapshot::children(std::string_view directory) const {
  MLX_CHECK(load(directory));
  std::vector<Entry> entries;
  const std::string prefix = directory.empty() ? std::string() : std::string(directory) + "/";
  auto it = entries_.lower_bound(prefix);
  while (it != entries_.end() && it->first.starts_with(prefix)) {
    const std::string rest = it->first.substr(prefix.size());
    const auto slash = rest.find('/');
    if (slash == std::string::npos) {
      entries.push_back({.name = rest, .kind = it->second.kind});
      it = std::next(it);
    } else {
      // Past everything below this directory: '0' is the byte after '/'. Between a directory
      // and what is below it there may be others: `src`, `src.txt`, `src/app.py`.
      it = entries_.lower_bound(prefix + rest.substr(0, slash) + "0");
    }
  }
  return entries;
}

}  // namespace mlx::bot
