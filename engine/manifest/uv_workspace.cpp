#include "engine/manifest/uv_workspace.h"

#include "engine/manifest/toml_document.h"

namespace mlx {

Result<UvWorkspace> read_uv_workspace(std::string_view pyproject, std::string_view file) {
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(pyproject), std::string(file)));
  const TomlValue workspace = document.root().at("tool").at("uv").at("workspace");
  UvWorkspace found{.is_declared = workspace.is_present(), .members = {}, .excluded = {}};
  for (const TomlValue& member : workspace.at("members").elements()) {
    if (member.kind() == TomlKind::kString) found.members.push_back(member.scalar());
  }
  for (const TomlValue& pattern : workspace.at("exclude").elements()) {
    if (pattern.kind() == TomlKind::kString) found.excluded.push_back(pattern.scalar());
  }
  return found;
}

}  // namespace mlx
