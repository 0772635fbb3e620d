#include "engine/io/registry_cache.h"

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"
#include "engine/io/cache_directory.h"

namespace mlx {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kDigits = 64;

bool is_digest(std::string_view text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void drop(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
}

/// Two fields of a record: `own` as it is, and the digest of a content. Nothing, and the record
/// removed, if it is not like that.
struct Record {
  std::string own;
  std::string content;
};

std::optional<Record> read_record(const fs::path& file, std::string_view own) {
  const auto text = read_if_possible(file);
  if (!text) return std::nullopt;
  const auto read = [&]() -> Result<Record> {
    const nlohmann::json document = MLX_TRY(parse_json(*text, file.string()));
    const JsonReader reader(document, file.string());
    Record result;
    result.own = MLX_TRY(reader.string(own));
    result.content = MLX_TRY(reader.string("content"));
    return result;
  };
  const auto record = read();
  if (record && is_digest(record->content)) return *record;
  drop(file);
  return std::nullopt;
}

Result<void> write_record(const fs::path& file, std::string_view own, const Record& record) {
  const nlohmann::json document = {{std::string(own), record.own}, {"content", record.content}};
  return write_atomically(file,
                          document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace

fs::path RegistryCache::content_file(const std::string& sha256) const {
  return directory_ / "contents" / sha256.substr(0, 2) / sha256.substr(2);
}

fs::path RegistryCache::index_file(std::string_view url) const {
  return directory_ / "registries" / sha256_hex(url) / "index";
}

fs::path RegistryCache::item_file(std::string_view url, std::string_view name, const Version& version) const {
  return directory_ / "registries" / sha256_hex(url) / (std::string(name) + "@" + to_string(version));
}

fs::path RegistryCache::git_directory(std::string_view url) const {
  return directory_.empty() ? fs::path() : directory_ / "git" / sha256_hex(url);
}

std::optional<std::string> RegistryCache::content(const std::string& sha256) const {
  const fs::path file = content_file(sha256);
  auto bytes = read_if_possible(file);
  if (bytes && sha256_hex(*bytes) != sha256) {
    drop(file);
    return std::nullopt;
  }
  return bytes;
}

std::optional<RegistryCache::Index> RegistryCache::index(std::string_view url) const {
  if (directory_.empty()) return std::nullopt;
  const auto record = read_record(index_file(url), "etag");
  if (!record) return std::nullopt;
  auto bytes = content(record->content);
  if (!bytes) return std::nullopt;
  return Index{.etag = record->own, .bytes = *std::move(bytes)};
}

Result<void> RegistryCache::keep_index(std::string_view url, const Index& index) const {
  if (directory_.empty()) return {};
  const std::string digest = sha256_hex(index.bytes);
  MLX_CHECK(write_atomically(content_file(digest), index.bytes));
  return write_record(index_file(url), "etag", {.own = index.etag, .content = digest});
}

std::optional<RegistryCache::Item> RegistryCache::item(std::string_view url, std::string_view name,
                                                       const Version& version) const {
  if (directory_.empty()) return std::nullopt;
  const auto record = read_record(item_file(url, name, version), "component");
  if (!record || !is_digest(record->own)) return std::nullopt;
  auto bytes = content(record->content);
  if (!bytes) return std::nullopt;
  return Item{.component_sha256 = record->own, .bytes = *std::move(bytes)};
}

std::optional<std::string> RegistryCache::known_digest(std::string_view url, std::string_view name,
                                                       const Version& version) const {
  if (directory_.empty()) return std::nullopt;
  const auto record = read_record(item_file(url, name, version), "component");
  if (!record || !is_digest(record->own)) return std::nullopt;
  return record->own;
}

Result<void> RegistryCache::keep_item(std::string_view url, std::string_view name, const Version& version,
                                      const Item& item) const {
  if (directory_.empty()) return {};
  const std::string digest = sha256_hex(item.bytes);
  MLX_CHECK(write_atomically(content_file(digest), item.bytes));
  return write_record(item_file(url, name, version), "component",
                      {.own = item.component_sha256, .content = digest});
}

}  // namespace mlx
