#include "engine/compat/read_configuration.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "engine/base/repo_path.h"
#include "engine/manifest/yaml_document.h"

namespace mlx {
namespace {

constexpr std::array<std::string_view, 3> kDirectories = {"conf", "config", "configs"};

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

/// `store` of a first comment `# @package store`; empty if there is none.
std::string package_header(std::string_view text) {
  while (text.starts_with('#') || text.starts_with('\n') || text.starts_with('\r')) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    constexpr std::string_view kMark = "@package ";
    const auto at = line.find(kMark);
    if (at == std::string_view::npos) continue;
    const auto name = line.substr(std::min(line.find_first_not_of(' ', at + kMark.size()), line.size()));
    return std::string(name.substr(0, name.find_first_of(" \r")));
  }
  return {};
}

std::string dotted(const std::vector<std::string>& path) {
  std::string key;
  for (const std::string& part : path) key += (key.empty() || part.starts_with('[') ? "" : ".") + part;
  return key;
}

/// An entry of a defaults list, `- db@store: postgres` or `- db/postgres`; nothing for what chooses no file
/// for sure.
std::optional<ConfigChoiceFact> choice_of(const YamlScalar& scalar, const std::string& file) {
  // `defaults`, the place in the list, and the group if there is one; longer for a list of options.
  if (scalar.path.size() < 2 || scalar.path.size() > 4 || scalar.path.front() != "defaults")
    return std::nullopt;
  std::string group = scalar.path.size() > 2 ? scalar.path[2] : scalar.text;
  std::string option = scalar.path.size() > 2 ? scalar.text : "";
  ConfigChoiceFact choice{.file = {}, .package = {}, .place = {.file = file, .line = scalar.line}};
  const bool is_open = group.find(' ') != std::string::npos || group.find('$') != std::string::npos ||
                       option.find('$') != std::string::npos || option == "null" || option == "~";
  if (is_open || group == "_self_") return std::nullopt;
  if (group.starts_with('/')) group.erase(0, 1);
  if (const auto at = group.find('@'); at != std::string::npos) {
    choice.package = group.substr(at + 1);
    group.resize(at);
  }
  if (option.ends_with(".yaml")) option.resize(option.size() - 5);
  choice.file = joined_path(joined_path(parent_directory(file), group), option) + ".yaml";
  return choice;
}

/// Directories with options that one application finds, in Hydra's order: the first is that of its primary
/// file.
struct SearchPath {
  std::string primary;
  std::vector<std::pair<std::string, Evidence>> further;
};

class SearchPathReader {
 public:
  explicit SearchPathReader(const Platform& platform) : platform_(platform) {}

  std::vector<HiddenOptionFact> run() {
    for (const IndexedFile& file : platform_.index.files()) {
      const std::string& path = file.path.str();
      const auto directory = parent_directory(path);
      const bool is_primary = is_yaml(path) && !is_outside_source(path) &&
                              std::ranges::find(kDirectories, file_name(directory)) != kDirectories.end();
      if (is_primary) read_primary(path);
    }
    std::ranges::sort(found_, {}, [](const HiddenOptionFact& one) { return one.hidden; });
    return std::move(found_);
  }

 private:
  void read_primary(const std::string& path) {
    const auto text = platform_.text(path);
    if (!text || text->find("searchpath") == std::string::npos) return;
    SearchPath search{.primary = std::string(parent_directory(path)), .further = {}};
    for (const YamlScalar& scalar : read_yaml(*text)) {
      const bool is_entry =
          scalar.path.size() == 3 && scalar.path[0] == "hydra" && scalar.path[1] == "searchpath";
      const auto directory = is_entry ? directory_named(scalar.text) : std::nullopt;
      if (directory) search.further.emplace_back(*directory, Evidence{.file = path, .line = scalar.line});
    }
    compare(search);
  }

  /// The directory of `pkg://shop.conf` or `file://conf`; nothing if it is not in the repository.
  [[nodiscard]] std::optional<std::string> directory_named(std::string_view entry) const {
    constexpr std::string_view kFile = "file://";
    constexpr std::string_view kPackage = "pkg://";
    if (entry.find('$') != std::string_view::npos) return std::nullopt;
    if (entry.starts_with(kFile)) {
      entry.remove_prefix(kFile.size());
      while (entry.ends_with('/')) entry.remove_suffix(1);
      const auto directory = RepoPath::parse(entry);
      return directory ? std::optional(directory->str()) : std::nullopt;
    }
    if (!entry.starts_with(kPackage)) return std::nullopt;
    entry.remove_prefix(kPackage.size());
    const std::string package(entry);
    for (const CodeRoot& root : platform_.roots) {
      if (!package.starts_with(root.import_root + ".")) continue;
      std::string below = package.substr(root.import_root.size() + 1);
      std::ranges::replace(below, '.', '/');
      return joined_path(root.directory, below);
    }
    return std::nullopt;
  }

  /// The options in a directory, by their path there: `db/postgres.yaml`.
  [[nodiscard]] std::map<std::string, std::string> options_in(const std::string& directory) const {
    std::map<std::string, std::string> options;
    for (const IndexedFile& file : platform_.index.files()) {
      const std::string& path = file.path.str();
      const bool is_below = path.size() > directory.size() && file.path.is_within(directory);
      if (!is_yaml(path) || !is_below) continue;
      std::string option = path.substr(directory.size() + 1);
      // A file at the top is no option of a group.
      if (option.find('/') != std::string::npos) options.emplace(std::move(option), path);
    }
    return options;
  }

  void compare(const SearchPath& search) {
    std::map<std::string, std::string> first = options_in(search.primary);
    for (const auto& [directory, place] : search.further) {
      if (directory == search.primary) continue;
      for (const auto& [option, path] : options_in(directory)) {
        const auto [known, is_new] = first.emplace(option, path);
        if (is_new || known->second == path || are_same(known->second, path)) continue;
        if (reported_.emplace(known->second, path).second)
          found_.push_back({.option = option, .read = known->second, .hidden = path, .place = place});
      }
    }
  }

  [[nodiscard]] bool are_same(const std::string& one, const std::string& other) const {
    const auto text = platform_.text(one);
    return text && text == platform_.text(other);
  }

  const Platform& platform_;
  std::vector<HiddenOptionFact> found_;
  std::set<std::pair<std::string, std::string>> reported_;
};

}  // namespace

bool is_hydra_file(std::string_view path) {
  const auto top = path.substr(0, path.find('/'));
  return is_yaml(path) && top.size() < path.size() &&
         std::ranges::find(kDirectories, top) != kDirectories.end();
}

void read_hydra_file(const Platform& platform, const std::string& path, Party& party) {
  const auto text = platform.text(path);
  if (!text) return;
  const bool is_primary = parent_directory(parent_directory(path)).empty();
  const std::string header = package_header(*text);
  for (const YamlScalar& scalar : read_yaml(*text)) {
    if (scalar.path.empty()) continue;
    if (scalar.path.front() == "defaults") {
      auto choice = is_primary ? choice_of(scalar, path) : std::nullopt;
      if (choice) party.config_choices.push_back(*std::move(choice));
      continue;
    }
    party.config.push_back({.file = path,
                            .header = header,
                            .key = dotted(scalar.path),
                            .value = scalar.text,
                            .place = {.file = path, .line = scalar.line}});
  }
}

std::vector<HiddenOptionFact> find_hidden_options(const Platform& platform) {
  const bool has_hydra = std::ranges::any_of(platform.declared, [](const ProjectDistribution& declared) {
    return normalized_name(declared.requirement.name) == "hydra-core";
  });
  // Without it these are somebody else's directories, and need not be read.
  if (!has_hydra) return {};
  return SearchPathReader(platform).run();
}

}  // namespace mlx
