#include "engine/component/registry.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"
#include "engine/base/suggest.h"
#include "engine/component/served_item.h"

namespace mlx {
namespace {

constexpr std::string_view kIndexFile = "registry.json";

/// An index that was built by an older MLX names the newest version only.
Result<std::vector<Version>> read_versions(const JsonReader& meta, const Version& newest) {
  std::vector<Version> versions = {newest};
  if (meta.has("versions")) {
    for (const JsonReader& element : MLX_TRY(meta.elements("versions"))) {
      versions.push_back(MLX_TRY(element.located(Version::parse(MLX_TRY(element.as_string())))));
    }
  }
  std::ranges::sort(versions);
  const auto [first, last] = std::ranges::unique(versions);
  versions.erase(first, last);
  return versions;
}

Result<RegistryItem> read_item(const JsonReader& json) {
  const JsonReader meta = MLX_TRY(MLX_TRY(json.at("meta")).at("mlx"));
  const JsonReader name = MLX_TRY(json.at("name"));
  const JsonReader version = MLX_TRY(meta.at("version"));
  const JsonReader type = MLX_TRY(meta.at("type"));
  const JsonReader component = MLX_TRY(meta.at("component"));
  RepoPath path = MLX_TRY(component.located(RepoPath::parse(MLX_TRY(component.as_string()))));
  RegistryItem item{.name = {}, .component = std::move(path), .sha256 = {}, .versions = {}};
  item.name = MLX_TRY(name.as_string());
  item.version = MLX_TRY(version.located(Version::parse(MLX_TRY(version.as_string()))));
  item.versions = MLX_TRY(read_versions(meta, item.version));
  item.title = MLX_TRY(json.string("title"));
  item.description = MLX_TRY(json.string("description"));
  item.type = MLX_TRY(type.located(parse_component_type(MLX_TRY(type.as_string()))));
  item.categories = MLX_TRY(json.strings("categories"));
  item.sha256 = MLX_TRY(meta.string("sha256"));
  if (!is_component_name(item.name)) {
    return std::unexpected(
        name.complaint("`" + item.name + "` is not a component's name: use a-z, 0-9 and hyphens"));
  }
  return item;
}

Error digest_mismatch(std::string file) {
  return {ErrorCode::kInvalidInput,
          "the file is not what the registry's digest says: it was changed or damaged; build the registry "
          "again, or "
          "fetch it again",
          {.file = std::move(file)}};
}

}  // namespace

Result<Registry> Registry::open(const Snapshot& snapshot, std::string name, std::string revision) {
  Registry registry(snapshot, std::move(name), std::move(revision));
  const RepoPath index = RepoPath::parse(kIndexFile).value();
  const auto text = MLX_TRY(read_if_present(snapshot, index));
  if (!text) {
    return fail(ErrorCode::kNotFound, "the registry `" + registry.name_ +
                                          "` has no registry.json: give the directory that holds it");
  }
  const nlohmann::json document = MLX_TRY(parse_json(*text, kIndexFile));
  const JsonReader reader(document, std::string(kIndexFile));
  MLX_CHECK(reader.at("items"));
  for (const JsonReader& element : MLX_TRY(reader.elements("items"))) {
    registry.items_.push_back(MLX_TRY(read_item(element)));
  }
  std::ranges::sort(registry.items_, {}, &RegistryItem::name);
  const auto twice = std::ranges::adjacent_find(registry.items_, {}, &RegistryItem::name);
  if (twice != registry.items_.end()) {
    return std::unexpected(MLX_TRY(reader.at("items")).complaint("`" + twice->name + "` is listed twice"));
  }
  return registry;
}

Result<RegistryItem> Registry::item(std::string_view name) const {
  const auto found = std::ranges::find(items_, name, &RegistryItem::name);
  if (found != items_.end()) return *found;
  std::vector<std::string> names;
  names.reserve(items_.size());
  for (const RegistryItem& item : items_) names.push_back(item.name);
  return fail(ErrorCode::kNotFound, "there is no component `" + std::string(name) + "` in the registry `" +
                                        name_ + "`" + did_you_mean(name, names));
}

Result<Component> Registry::component(std::string_view name) const {
  const RegistryItem entry = MLX_TRY(item(name));
  const std::string text = MLX_TRY(snapshot_->read(entry.component));
  if (sha256_hex(text) != entry.sha256) return std::unexpected(digest_mismatch(entry.component.str()));
  Component component = MLX_TRY(read_component(text, entry.component.str()));
  if (component.name != entry.name || component.version != entry.version) {
    return fail(ErrorCode::kInvalidInput,
                "the component calls itself " + component.name + " " + to_string(component.version) +
                    ", the registry's index " + entry.name + " " + to_string(entry.version),
                {.file = entry.component.str()});
  }
  return component;
}

Result<Release> Registry::current_release(Component component) const {
  Release release{.component = std::move(component), .templates = {}, .sha256 = {}};
  release.sha256 = MLX_TRY(item(release.component.name)).sha256;
  for (const ComponentFile& file : release.component.files) {
    release.templates.emplace(file.path.str(), MLX_TRY(template_text(release.component, file)));
  }
  return release;
}

Result<Release> Registry::release(std::string_view name, const Version& version) const {
  if (MLX_TRY(item(name)).version == version) return current_release(MLX_TRY(component(name)));
  const RepoPath path =
      MLX_TRY(RepoPath::parse("r/" + std::string(name) + "@" + to_string(version) + ".json"));
  const auto text = MLX_TRY(read_if_present(*snapshot_, path));
  if (!text) {
    return fail(ErrorCode::kNotFound,
                "the registry `" + name_ + "` does not have " + std::string(name) + " " + to_string(version));
  }
  ServedFiles files = MLX_TRY(read_served_item(*text, path.str()));
  const std::string description = std::move(files.extract("component.json").mapped());
  Release release;
  release.component = MLX_TRY(read_component(description, path.str()));
  release.sha256 = sha256_hex(description);
  release.templates = std::move(files);
  if (release.component.name != name || release.component.version != version) {
    return fail(ErrorCode::kInvalidInput,
                "this is " + release.component.name + " " + to_string(release.component.version),
                {.file = path.str()});
  }
  for (const ComponentFile& file : release.component.files) {
    const auto found = release.templates.find(file.path.str());
    const bool is_promised = found != release.templates.end() && sha256_hex(found->second) == file.sha256;
    if (!is_promised) return std::unexpected(digest_mismatch(path.str()));
  }
  return release;
}

Result<std::string> Registry::template_text(const Component& component, const ComponentFile& file) const {
  const RegistryItem entry = MLX_TRY(item(component.name));
  const RepoPath path = MLX_TRY(
      RepoPath::parse((entry.component.parent().empty() ? "" : std::string(entry.component.parent()) + "/") +
                      file.path.str()));
  std::string text = MLX_TRY(snapshot_->read(path));
  if (sha256_hex(text) != file.sha256) return std::unexpected(digest_mismatch(path.str()));
  return text;
}

}  // namespace mlx
