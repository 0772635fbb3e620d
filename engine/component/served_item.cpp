#include "engine/component/served_item.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"
#include "engine/base/repo_path.h"
#include "engine/component/component.h"

namespace mlx {
namespace {

constexpr std::string_view kComponentFile = "component.json";

Result<void> add_file(const JsonReader& place, const std::string& path, std::string text,
                      ServedFiles& files) {
  const RepoPath checked = MLX_TRY(place.located(RepoPath::parse(path)));
  const bool is_new = files.emplace(checked.str(), std::move(text)).second;
  if (!is_new) return std::unexpected(place.complaint("`" + path + "` is given twice"));
  return {};
}

}  // namespace

Result<ServedFiles> read_served_item(std::string_view json, std::string_view file) {
  const nlohmann::json document = MLX_TRY(parse_json(json, file));
  const JsonReader reader(document, std::string(file));
  const JsonReader meta = MLX_TRY(MLX_TRY(reader.at("meta")).at("mlx"));
  ServedFiles files;
  files.emplace(kComponentFile, MLX_TRY(meta.string("component")));
  for (const JsonReader& element : MLX_TRY(reader.elements("files"))) {
    const JsonReader path = MLX_TRY(element.at("path"));
    MLX_CHECK(add_file(path, MLX_TRY(path.as_string()), MLX_TRY(element.string("content")), files));
  }
  // Lines for files of other components: shadcn's client would put them in those files' place.
  for (const auto& [path, text] : MLX_TRY(meta.members("addedLines"))) {
    MLX_CHECK(add_file(text, path, MLX_TRY(text.as_string()), files));
  }
  // shadcn's client leaves out files without content, so they are served with a line end.
  for (const JsonReader& element : MLX_TRY(meta.elements("emptyFiles"))) {
    const std::string path = MLX_TRY(element.as_string());
    const bool is_served = path != kComponentFile && files.contains(path);
    if (!is_served) return std::unexpected(element.complaint("there is no such file among `files`"));
    files[path].clear();
  }
  return files;
}

bool is_intact(const ServedFiles& files, std::string_view component_sha256) {
  const auto description = files.find(std::string(kComponentFile));
  const bool is_described = description != files.end() && sha256_hex(description->second) == component_sha256;
  if (!is_described) return false;
  const auto component = read_component(description->second, kComponentFile);
  if (!component) return false;
  return std::ranges::all_of(component->files, [&](const ComponentFile& file) {
    const auto found = files.find(file.path.str());
    return found != files.end() && sha256_hex(found->second) == file.sha256;
  });
}

}  // namespace mlx
