#include "engine/component/catalogue.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"
#include "engine/source/enhancement.h"

namespace mlx {
namespace {

// Keeps the members in the order in which they are written.
using Json = nlohmann::ordered_json;

constexpr std::string_view kIndexSchema = "https://ui.shadcn.com/schema/registry.json";
constexpr std::string_view kItemEnding = ".json";
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

/// Where a component stands: its own version, and those published before that are still to be had.
Json version_list(const Component& component, const PublishedVersions& published) {
  std::vector<Version> versions;
  if (const auto before = published.find(component.name); before != published.end())
    versions = before->second;
  versions.push_back(component.version);
  std::ranges::sort(versions);
  const auto [first, last] = std::ranges::unique(versions);
  versions.erase(first, last);
  Json list = Json::array();
  for (const Version& version : versions) list.push_back(to_string(version));
  return list;
}

Json index_item(const Component& component, const std::string& json, const CatalogueIdentity& identity,
                const PublishedVersions& published) {
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
              {"versions", version_list(component, published)},
              {"type", to_string(component.type)},
              {"component", component.name + "/component.json"},
              {"sha256", sha256_hex(json)}}}}}};
}

std::string index_json(const std::vector<Release>& entries, const CatalogueIdentity& identity,
                       const PublishedVersions& published) {
  Json items = Json::array();
  for (const Release& entry : entries)
    items.push_back(index_item(entry.component, write_component(entry.component), identity, published));
  const Json index = {
      {"$schema", kIndexSchema}, {"name", identity.name}, {"homepage", identity.homepage}, {"items", items}};
  return index.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The lines of one of its files that go into a file of another component.
std::string added_lines(const Component& component, const ComponentFile& file, const std::string& text) {
  std::vector<std::string> locations;
  for (const InjectionPoint& point : component.injection_points) {
    if (point.file == file.target.str()) locations.push_back(point.location);
  }
  const auto enhancement = read_enhancement(text, file.path.str(), locations);
  if (!enhancement) return {};
  std::string lines;
  for (const std::string& import : enhancement->imports) lines += "    " + import + "\n";
  for (const AddedStatement& statement : enhancement->statements) lines += "    " + statement.text + "\n";
  return "Add to the application in " + file.target.str() + ":\n" + lines;
}

/// What shadcn's client shows after it has copied the files: what is left to do by hand, for it neither
/// declares Python's dependencies nor changes files that are there.
std::string remaining_work(const Release& entry) {
  const Component& component = entry.component;
  std::string text;
  for (const Requirement& requirement : component.requirements.distributions)
    text += "    " + requirement.text + "\n";
  if (!text.empty()) text = "Declare these dependencies of " + component.name + ":\n" + text;
  for (const ComponentFile& file : component.files) {
    if (!is_whole_file(file)) text += added_lines(component, file, entry.templates.at(file.path.str()));
  }
  return text;
}

/// One component with the content of its files: what is fetched to install it. The client of shadcn drops
/// empty files, so these get a line end, and are named.
std::string item_json(const Release& entry, const CatalogueIdentity& identity) {
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
  Json item = {{"$schema", kItemSchema},
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
  if (const std::string docs = remaining_work(entry); !docs.empty()) item["docs"] = docs;
  return item.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Release> read_entry(const Snapshot& catalogue, const std::string& name) {
  const RepoPath path = MLX_TRY(RepoPath::parse(name + "/component.json"));
  Release entry{.component = MLX_TRY(read_component(MLX_TRY(catalogue.read(path)), path.str())),
                .templates = {}};
  if (entry.component.name != name) {
    return fail(ErrorCode::kInvalidInput,
                "the component `" + entry.component.name + "` is in the directory `" + name +
                    "`: they must have the same name",
                {.file = path.str(), .field = "name"});
  }
  for (const ComponentFile& file : entry.component.files) {
    const RepoPath place = MLX_TRY(RepoPath::parse(name + "/" + file.path.str()));
    std::string text = MLX_TRY(catalogue.read(place));
    if (!is_utf8(text)) {
      return fail(ErrorCode::kInvalidInput, "a template must be UTF-8 text, to be served as JSON",
                  {.file = place.str()});
    }
    entry.templates.emplace(file.path.str(), std::move(text));
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

Result<PublishedVersions> published_versions(const Snapshot& catalogue) {
  PublishedVersions published;
  for (const Entry& child : MLX_TRY(catalogue.children("r"))) {
    const auto at = child.name.find('@');
    const bool is_version =
        is_file(child.kind) && at != std::string::npos && child.name.ends_with(kItemEnding);
    if (!is_version) continue;
    const auto size = child.name.size() - at - 1 - kItemEnding.size();
    // What is not ours may lie here too.
    const auto version = Version::parse(std::string_view(child.name).substr(at + 1, size));
    if (version) published[child.name.substr(0, at)].push_back(*version);
  }
  for (auto& [name, versions] : published) std::ranges::sort(versions);
  return published;
}

std::map<std::string, std::string> catalogue_files(const std::vector<Release>& entries,
                                                   const CatalogueIdentity& identity,
                                                   const PublishedVersions& published) {
  std::map<std::string, std::string> files;
  for (const Release& entry : entries) {
    const Component& component = entry.component;
    files.emplace(component.name + "/component.json", write_component(component));
    for (const auto& [path, text] : entry.templates) files.emplace(component.name + "/" + path, text);
    const std::string item = item_json(entry, identity);
    files.emplace(item_path(component), item);
    files.emplace(version_path(component), item);
  }
  const std::string index = index_json(entries, identity, published);
  files.emplace("registry.json", index);
  files.emplace("r/registry.json", index);
  return files;
}

Result<std::vector<Release>> read_catalogue(const Snapshot& catalogue) {
  std::vector<Release> entries;
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

Result<std::vector<Finding>> check_published(const Snapshot& catalogue, const std::vector<Release>& entries) {
  std::vector<Finding> findings;
  for (const Release& entry : entries) {
    const Component& component = entry.component;
    const auto changes = MLX_TRY(changes_of_published(catalogue, component));
    if (!changes) continue;
    findings.push_back({.code = "published-version-changed",
                        .severity = Severity::kError,
                        .message = component.name + " " + to_string(component.version) +
                                   " was published with other content: " + summary_of(*changes),
                        .remedy = "give it version " + to_string(changes->next_version) +
                                  ": in [components." + component.name +
                                  "] of the platform's mlx.toml, or in a component.json that is kept by hand",
                        .evidence = {{.file = version_path(component)}}});
  }
  return findings;
}

Result<std::vector<std::string>> stale_items(const Snapshot& catalogue, const std::vector<Release>& entries) {
  std::vector<std::string> stale;
  for (const Entry& child : MLX_TRY(catalogue.children("r"))) {
    const bool is_item = is_file(child.kind) && child.name.ends_with(".json") && !child.name.contains('@');
    const std::string name = is_item ? child.name.substr(0, child.name.size() - 5) : std::string();
    const bool is_there =
        std::ranges::any_of(entries, [&](const Release& entry) { return entry.component.name == name; });
    if (!is_item || is_there) continue;
    const std::string path = "r/" + child.name;
    const std::string text = MLX_TRY(catalogue.read(MLX_TRY(RepoPath::parse(path))));
    const auto component = published_component(text, path);
    if (component && component->name == name) stale.push_back(path);
  }
  return stale;
}

}  // namespace mlx
