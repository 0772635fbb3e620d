#include "engine/io/time_zone_directory.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "engine/base/suggest.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;

/// Real ones have at most 4 KB.
constexpr std::uintmax_t kLargestFile = 256UL * 1024;

/// Every file below the directory that has the name of a zone, for a suggestion.
std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().lexically_relative(directory).generic_string();
    // The same zones again, in other terms.
    const bool is_variant = name.starts_with("posix/") || name.starts_with("right/");
    std::error_code unreadable;
    if (!is_variant && is_time_zone_name(name) && entry->is_regular_file(unreadable)) names.push_back(name);
  }
  return names;
}

Result<std::string> read_whole(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size > kLargestFile) {
    return fail(ErrorCode::kIo, "this is no file of a time zone: install tzdata anew",
                {.file = path.string()});
  }
  std::ifstream stream(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  if (!stream.good() && !stream.eof()) return fail(ErrorCode::kIo, "cannot be read", {.file = path.string()});
  return bytes;
}

}  // namespace

Result<TimeZone> TimeZoneDirectory::find(std::string_view name) const {
  if (name == "UTC") return TimeZone::utc();
  const std::string quoted = "`" + std::string(name) + "`";
  if (!is_time_zone_name(name)) {
    return fail(ErrorCode::kNotFound,
                quoted + " is no name of a time zone: write one such as `Europe/Berlin`");
  }
  std::error_code error;
  if (!fs::is_directory(directory_, error)) {
    return fail(ErrorCode::kIo, "the system has no time zones: install tzdata",
                {.file = directory_.string()});
  }
  const fs::path path = directory_ / fs::path(name);
  if (!fs::is_regular_file(path, error)) {
    return fail(ErrorCode::kNotFound,
                "there is no time zone " + quoted + did_you_mean(name, names_in(directory_)));
  }
  return TimeZone::parse(MLX_TRY(read_whole(path)), name);
}

}  // namespace mlx
