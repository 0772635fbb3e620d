#include "engine/io/merge_driver.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "engine/base/shell_text.h"
#include "engine/io/git_handles.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;

using Config = git::Handle<git_config, git_config_free>;

constexpr const char* kName = "merge.mlx.name";
constexpr const char* kDriver = "merge.mlx.driver";
constexpr std::string_view kBegin = "# mlx: merge statements, not lines (mlx merge --uninstall-driver)\n";
/// The files that merge_language_of() knows.
constexpr std::string_view kPatterns =
    "*.py merge=mlx\n*.pyi merge=mlx\n*.json merge=mlx\n*.jsonc merge=mlx\n*.toml merge=mlx\n"
    "*.yaml merge=mlx\n*.yml merge=mlx\nmlx.lock merge=mlx\n";

/// A directory that the environment names; relative ones do not count.
fs::path directory_of(const char* variable) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr || *value != '/' ? fs::path() : fs::path(value);
}

Result<fs::path> home() {
  fs::path directory = directory_of("HOME");
  if (directory.empty()) return fail(ErrorCode::kIo, "there is no home directory: set HOME");
  return directory;
}

/// The user's own file, where git would write `git config --global`.
Result<fs::path> user_configuration() {
  // libgit2 does not know it, git does.
  if (fs::path named = directory_of("GIT_CONFIG_GLOBAL"); !named.empty()) return named;
  git_buf found{};
  if (git_config_find_global(&found) == 0) {
    fs::path path = found.ptr;
    git_buf_dispose(&found);
    return path;
  }
  return MLX_TRY(home()) / ".gitconfig";
}

Result<fs::path> user_attributes(const Config& config) {
  git_buf named{};
  if (git_config_get_path(&named, config.get(), "core.attributesfile") == 0) {
    fs::path path = named.ptr;
    git_buf_dispose(&named);
    return path;
  }
  const fs::path settings = directory_of("XDG_CONFIG_HOME");
  return (settings.empty() ? MLX_TRY(home()) / ".config" : settings) / "git/attributes";
}

struct OpenPlaces {
  DriverPlaces places;
  Config config;
};

Result<OpenPlaces> open_places(const fs::path& directory, DriverScope scope) {
  OpenPlaces open;
  if (scope == DriverScope::kUser) {
    open.places.configuration = MLX_TRY(user_configuration());
    open.config = git::make<Config>(git_config_open_ondisk, open.places.configuration.c_str());
    if (!open.config) return git::failed(open.places.configuration.string());
    open.places.attributes = MLX_TRY(user_attributes(open.config));
    return open;
  }
  const auto repository = git::make<git::Repository>(git_repository_open_ext, directory.c_str(), 0U,
                                                     static_cast<const char*>(nullptr));
  if (!repository) {
    return fail(ErrorCode::kNotFound,
                directory.string() +
                    " is in no git repository; go into one, or say --global to have the "
                    "driver in all of yours");
  }
  const fs::path common = git_repository_commondir(repository.get());
  open.places = {.configuration = common / "config", .attributes = common / "info/attributes"};
  open.config = git::make<Config>(git_config_open_ondisk, open.places.configuration.c_str());
  if (!open.config) return git::failed(open.places.configuration.string());
  return open;
}

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<void> write_whole(const fs::path& path, const std::string& text) {
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  const fs::path beside = path.string() + ".mlx";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file.good()) fs::rename(beside, path, failure);
  if (!file.good() || failure) return fail(ErrorCode::kIo, path.string() + " can't be written");
  return {};
}

/// The attributes without what MLX has put into them: its heading, and the lines below that name its driver,
/// which may be those of another version.
std::string without_block(const std::string& text) {
  constexpr std::string_view kOurs = " merge=mlx";
  const auto place = text.find(kBegin);
  if (place == std::string::npos) return text;
  std::size_t end = place + kBegin.size();
  while (end < text.size()) {
    const auto line = std::min(text.find('\n', end), text.size());
    if (!std::string_view(text).substr(end, line - end).ends_with(kOurs)) break;
    end = std::min(line + 1, text.size());
  }
  return text.substr(0, place) + text.substr(end);
}

}  // namespace

Result<DriverPlaces> install_merge_driver(const fs::path& directory, DriverScope scope,
                                          const fs::path& program) {
  const git::Library library;
  OpenPlaces open = MLX_TRY(open_places(directory, scope));
  // git hands it to a shell.
  const std::string command = shell_quoted(program.string()) +
                              " merge %O %A %B -o %A --marker-size %L --path %P -L ours -L base -L theirs";
  const bool is_set = git_config_set_string(open.config.get(), kName, "MLX: statements, not lines") == 0 &&
                      git_config_set_string(open.config.get(), kDriver, command.c_str()) == 0;
  if (!is_set) return git::failed(open.places.configuration.string());
  const std::string before = read_whole(open.places.attributes);
  std::string after = without_block(before);
  if (!after.empty() && !after.ends_with('\n')) after += '\n';
  after += kBegin;
  after += kPatterns;
  if (after != before) MLX_CHECK(write_whole(open.places.attributes, after));
  return open.places;
}

Result<DriverPlaces> remove_merge_driver(const fs::path& directory, DriverScope scope) {
  const git::Library library;
  OpenPlaces open = MLX_TRY(open_places(directory, scope));
  for (const char* name : {kName, kDriver}) {
    const int result = git_config_delete_entry(open.config.get(), name);
    if (result != 0 && result != GIT_ENOTFOUND) return git::failed(open.places.configuration.string());
  }
  const std::string before = read_whole(open.places.attributes);
  const std::string after = without_block(before);
  if (after == before) return open.places;
  std::error_code ignored;
  if (after.empty()) {
    fs::remove(open.places.attributes, ignored);
  } else {
    MLX_CHECK(write_whole(open.places.attributes, after));
  }
  return open.places;
}

}  // namespace mlx
