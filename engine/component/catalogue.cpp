#include "engine/component/catalogue.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"

namespace mlx {
namespace {

// Keeps the members in the order in which they are written.
using Json = nlohmann::ordered_json;

constexpr std::string_view kIndexSchema = "https://ui.shadcn.com/schema/registry.json";
constexpr std::string_view kItemSchema = "https://ui.shadcn.com/schema/registry-item.json";

std::string item_path(const Component& component) { return "r/" + component.name + ".json"; }
std::string version_path(const Component& component) {
  return "r/" + component.name + "@" + to_string(component.version) + ".json";
}

bool is_whole_file(const ComponentFile& file) { return file.merge != MergeStrategy::kEnhance; }

Json required_items(const Component& component, const CatalogueIdentity& identity) {
  Json list = Json::array();
  for (const auto& [name, range] : component.requirements.components) {
    list.push_back(identity.address.empty() ? name : identity.address + "/" + name + ".json");
  }
  return list;
}

Json index_item(const Component& component, const std::string& json, const CatalogueIdentity& identity) {
  Json files = Json::array();
  for (const ComponentFile& file : component.files) {
    if (!is_whole_file(file)) continue;
    files.push_back({{"path", component.name + "/" + file.path.str()},
                     {"type", "registry:file"},
                     {"target", "~/" + file.target.str()}});
  }
  return {{"name", component.name},
          {"type", "registry:item"},
          {"title", component.title},
          {"description", component.description},
          {"registryDependencies", required_items(component, identity)},
          {"categories", component.categories},
          {"files", files},
          {"meta",
           {{"mlx",
             {{"version", to_string(component.version)},
              {"type", to_string(component.type)},
              {"component", component.name + "/component.json"},
              {"sha256", sha256_hex(json)}}}}}};
}

std::string index_json(const std::vector<CatalogueEntry>& entries, const CatalogueIdentity& identity) {
  Json items = Json::array();
  for (const CatalogueEntry& entry : entries)
    items.push_back(index_item(entry.component, write_component(entry.component), identity));
  const Json index = {
      {"$schema", kIndexSchema}, {"name", identity.name}, {"homepage", identity.homepage}, {"items", items}};
  return index.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// One component with the content of its files: what is fetched to install it. The client of shadcn drops
/// empty files, so these get a line end, and are named.
std::string item_json(const CatalogueEntry& entry, const CatalogueIdentity& identity) {
  const Component& component = entry.component;
  const std::string json = write_component(component);
  Json files = Json::array();
  Json empty = Json::array();
  Json added = Json::object();
  for (const ComponentFile& file : component.files) {
    const std::string& text = entry.templates.at(file.path.str());
    if (!is_whole_file(file)) {
      added[file.path.str()] = text;
      continue;
    }
    if (text.empty()) empty.push_back(file.path.str());
    files.push_back({{"path", file.path.str()},
                     {"content", text.empty() ? "\n" : text},
                     {"type", "registry:file"},
                     {"target", "~/" + file.target.str()}});
  }
  const Json item = {{"$schema", kItemSchema},
                     {"name", component.name},
                     {"type", "registry:item"},
                     {"title", component.title},
                     {"description", component.description},
                     {"registryDependencies", required_items(component, identity)},
                     {"categories", component.categories},
                     {"files", files},
                     {"meta",
                      {{"mlx",
                        {{"version", to_string(component.version)},
                         {"type", to_string(component.type)},
                         {"sha256", sha256_hex(json)},
                         {"component", json},
                         {"emptyFiles", empty},
                         {"addedLines", added}}}}}};
  return item.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<CatalogueEntry> read_entry(const Snapshot& catalogue, const std::string& name) {
  const RepoPath path = MLX_TRY(RepoPath::parse(name + "/component.json"));
  CatalogueEntry entry{.component = MLX_TRY(read_component(MLX_TRY(catalogue.read(path)), path.str())),
                       .templates = {}};
  for (const ComponentFile& file : entry.component.files) {
    const RepoPath place = MLX_TRY(RepoPath::parse(name + "/" + file.path.str()));
    entry.templates.emplace(file.path.str(), MLX_TRY(catalogue.read(place)));
  }
  return entry;
}

/// The component.json inside an item that was published.
Result<Component> published_component(std::string_view item, const std::string& file) {
  const nlohmann::json document = MLX_TRY(parse_json(item, file));
  const JsonReader reader(document, file);
  const JsonReader meta = MLX_TRY(MLX_TRY(reader.at("meta")).at("mlx"));
  return read_component(MLX_TRY(meta.string("component")), file);
}

}  // namespace

std::map<std::string, std::string> catalogue_files(const std::vector<CatalogueEntry>& entries,
                                                   const CatalogueIdentity& identity) {
  std::map<std::string, std::string> files;
  for (const CatalogueEntry& entry : entries) {
    const Component& component = entry.component;
    files.emplace(component.name + "/component.json", write_component(component));
    for (const auto& [path, text] : entry.templates) files.emplace(component.name + "/" + path, text);
    const std::string item = item_json(entry, identity);
    files.emplace(item_path(component), item);
    files.emplace(version_path(component), item);
  }
  const std::string index = index_json(entries, identity);
  files.emplace("registry.json", index);
  files.emplace("r/registry.json", index);
  return files;
}

Result<std::vector<CatalogueEntry>> read_catalogue(const Snapshot& catalogue) {
  std::vector<CatalogueEntry> entries;
  for (const Entry& child : MLX_TRY(catalogue.children(""))) {
    if (child.kind != EntryKind::kDirectory || !MLX_TRY(has_file(catalogue, child.name + "/component.json")))
      continue;
    entries.push_back(MLX_TRY(read_entry(catalogue, child.name)));
  }
  return entries;
}

Result<std::optional<ComponentChanges>> changes_of_published(const Snapshot& catalogue,
                                                             const Component& component) {
  const std::string path = version_path(component);
  const auto published = MLX_TRY(read_if_present(catalogue, MLX_TRY(RepoPath::parse(path))));
  if (!published) return std::nullopt;
  const Component before = MLX_TRY(published_component(*published, path));
  if (write_component(before) == write_component(component)) return std::nullopt;
  return compare_components(before, component);
}

Result<std::vector<Finding>> check_published(const Snapshot& catalogue,
                                             const std::vector<CatalogueEntry>& entries) {
  std::vector<Finding> findings;
  for (const CatalogueEntry& entry : entries) {
    const Component& component = entry.component;
    const auto changes = MLX_TRY(changes_of_published(catalogue, component));
    if (!changes) continue;
    findings.push_back({.code = "published-version-changed",
                        .severity = Severity::kError,
                        .message = component.name + " " + to_string(component.version) +
                                   " was published with other content: " + summary_of(*changes),
                        .remedy = "give it version " + to_string(changes->next_version) + " in [components." +
                                  component.name + "]",
                        .evidence = {{.file = version_path(component)}}});
  }
  return findings;
}

}  // namespace mlx
