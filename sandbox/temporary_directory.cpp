#include "sandbox/temporary_directory.h"

#include <cstdlib>

namespace mlx::sandbox {

Result<TemporaryDirectory> TemporaryDirectory::create() {
  std::error_code error;
  std::string pattern = (std::filesystem::temp_directory_path(error) / "mlx-sandbox-XXXXXX").string();
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    return fail(ErrorCode::kIo, "cannot make a temporary directory");
  }
  return TemporaryDirectory(pattern);
}

void TemporaryDirectory::remove() noexcept {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace mlx::sandbox
