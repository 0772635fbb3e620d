#include "engine/io/catalogue.h"

#include <system_error>

namespace mlx {
namespace fs = std::filesystem;
namespace {

Result<fs::path> builtin_catalogue() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return fail(ErrorCode::kIo, "cannot find where this program is installed: " + error.message());
  for (const fs::path& home : {program.parent_path(), program.parent_path().parent_path()}) {
    fs::path catalogue = home / "share/mlx/components";
    if (fs::exists(catalogue / "registry.json", error)) return catalogue;
  }
  return fail(ErrorCode::kNotFound,
              "the builtin catalogue is not installed: share/mlx/components belongs beside " +
                  program.parent_path().string() + "; name another registry with --registry DIRECTORY");
}

}  // namespace

Result<RegistryLocation> locate_registry(const std::string& address) {
  if (address == "builtin") {
    auto directory = MLX_TRY(builtin_catalogue());
    return RegistryLocation{.name = address, .directory = std::move(directory)};
  }
  std::error_code error;
  if (!fs::is_directory(address, error)) {
    return fail(ErrorCode::kNotFound, "the registry `" + address + "` is neither `builtin` nor a directory");
  }
  return RegistryLocation{.name = address, .directory = address};
}

}  // namespace mlx
