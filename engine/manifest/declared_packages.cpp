#include "engine/manifest/declared_packages.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace mlx {
namespace {

/// Two path parts joined, without `./`, doubled or final slashes.
std::string join(std::string_view directory, std::string_view name) {
  std::string joined;
  for (std::string_view part : {directory, name}) {
    while (part.starts_with("./") || part.starts_with('/')) part.remove_prefix(part.starts_with('/') ? 1 : 2);
    while (part.ends_with('/')) part.remove_suffix(1);
    if (part.empty() || part == ".") continue;
    if (!joined.empty()) joined += '/';
    joined += part;
  }
  return joined;
}

bool is_package_name(std::string_view name) {
  return !name.empty() && !name.ends_with(".py") && name.find_first_of("*?[ ") == std::string_view::npos;
}

class PackageReader {
 public:
  explicit PackageReader(const TomlDocument& document) : document_(document), root_(document.root()) {}

  Result<std::vector<DeclaredPackage>> read() {
    MLX_CHECK(read_uv_build());
    MLX_CHECK(read_poetry());
    MLX_CHECK(read_setuptools());
    MLX_CHECK(read_hatch());
    return std::move(found_);
  }

 private:
  void add(std::string_view directory, std::string_view dotted_name, const TomlValue& place) {
    if (!is_package_name(dotted_name)) return;
    const std::string name(dotted_name.substr(0, dotted_name.find('.')));
    const std::string path = join(directory, name);
    const bool is_known =
        std::ranges::any_of(found_, [&](const DeclaredPackage& package) { return package.path == path; });
    if (is_known) return;
    found_.push_back(
        {.path = path, .import_root = name, .evidence = {.file = document_.file(), .line = place.line()}});
  }

  Result<void> read_uv_build() {
    const TomlValue backend = MLX_TRY(root_.table_at({"tool", "uv", "build-backend"}));
    const std::string module_root = MLX_TRY(backend.string("module-root")).value_or("src");
    const TomlValue name = backend.at("module-name");
    if (name.is_present() && name.kind() == TomlKind::kString) add(module_root, name.scalar(), name);
    for (const TomlValue& element : name.elements()) add(module_root, MLX_TRY(element.as_string()), element);
    return {};
  }

  Result<void> read_poetry() {
    const TomlValue poetry = MLX_TRY(root_.table_at({"tool", "poetry"}));
    const TomlValue packages = MLX_TRY(poetry.array("packages"));
    for (const TomlValue& package : packages.elements()) {
      const std::string include = MLX_TRY(package.string("include")).value_or("");
      const std::string from = MLX_TRY(package.string("from")).value_or("");
      add(from, include.substr(0, include.find('/')), package);
    }
    return {};
  }

  Result<void> read_setuptools() {
    const TomlValue setuptools = MLX_TRY(root_.table_at({"tool", "setuptools"}));
    const TomlValue directories = MLX_TRY(setuptools.table("package-dir"));
    const std::string top = MLX_TRY(directories.string("")).value_or("");
    if (setuptools.at("packages").kind() != TomlKind::kArray) return {};
    for (const TomlValue& element : setuptools.at("packages").elements()) {
      add(top, MLX_TRY(element.as_string()), element);
    }
    return {};
  }

  Result<void> read_hatch() {
    const TomlValue wheel = MLX_TRY(root_.table_at({"tool", "hatch", "build", "targets", "wheel"}));
    const TomlValue packages = MLX_TRY(wheel.array("packages"));
    for (const TomlValue& element : packages.elements()) {
      const std::string path = join("", MLX_TRY(element.as_string()));
      const std::size_t slash = path.rfind('/');
      const bool is_nested = slash != std::string::npos;
      add(is_nested ? path.substr(0, slash) : "", is_nested ? path.substr(slash + 1) : path, element);
    }
    return {};
  }

  const TomlDocument& document_;
  TomlValue root_;
  std::vector<DeclaredPackage> found_;
};

}  // namespace

Result<std::vector<DeclaredPackage>> read_declared_packages(const TomlDocument& document) {
  return PackageReader(document).read();
}

std::vector<std::string> package_directories(const TomlDocument& document) {
  const TomlValue where = document.root().at("tool").at("setuptools").at("packages").at("find").at("where");
  std::vector<std::string> directories;
  for (const TomlValue& element : where.elements()) directories.push_back(join("", element.scalar()));
  return directories;
}

}  // namespace mlx
