#include "engine/component/extract/boundaries.h"

#include <algorithm>

#include "engine/component/component.h"
#include "engine/component/extract/import_names.h"

namespace mlx {
namespace {

/// `data_sets` is `data-sets`: fit for a component's name, or empty.
std::string component_name_of(std::string_view package) {
  std::string name = normalized_name(package);
  while (name.starts_with('-')) name.erase(0, 1);
  while (name.ends_with('-')) name.pop_back();
  return is_component_name(name) ? name : std::string();
}

bool is_below(std::string_view path, std::string_view directory) {
  return path == directory ||
         (path.starts_with(directory) && path.size() > directory.size() && path[directory.size()] == '/');
}

bool is_within_part(std::string_view path, const ComponentPart& part) {
  return std::ranges::any_of(part.paths, [&](const std::string& own) { return is_below(path, own); });
}

/// Divides, first by what the configuration says, then by packages.
class Division {
 public:
  Division(const Platform& platform, std::vector<Finding>& findings)
      : platform_(platform), findings_(findings) {}

  Boundaries run() {
    add_configured();
    // The project at the top has the plain names, those below it take what is left.
    for (const bool is_below_top : {false, true}) {
      const auto& python = platform_.index.python();
      for (FileId file = 0; file < python.size(); ++file) {
        const std::string& path = python[file].str();
        const CodeRoot* root = root_of(path);
        const bool is_turn = (root != nullptr && !root->project.empty()) == is_below_top;
        if (is_turn && !is_test_path(path)) assign(file);
      }
    }
    std::ranges::sort(outside_);
    Boundaries boundaries;
    for (auto& [name, part] : parts_) {
      if (part.sources.empty()) {
        report_empty(part);
        continue;
      }
      for (const FileId file : part.sources) boundaries.owner.emplace(file, boundaries.parts.size());
      boundaries.parts.push_back(std::move(part));
    }
    report_outside();
    return boundaries;
  }

 private:
  void add_configured() {
    for (const auto& [name, settings] : platform_.configuration.components) {
      ComponentPart part{.name = name,
                         .import_root = {},
                         .root_directory = {},
                         .paths = settings.paths,
                         .is_configured = true};
      if (!is_component_name(name)) {
        findings_.push_back({.code = "component-name-invalid",
                             .severity = Severity::kError,
                             .message = "`" + name + "` is not a component's name",
                             .remedy = "use a-z, 0-9 and hyphens",
                             .evidence = {settings.evidence}});
        continue;
      }
      parts_.emplace(name, std::move(part));
    }
  }

  void assign(FileId file) {
    const std::string& path = platform_.index.python()[file].str();
    for (auto& [name, part] : parts_) {
      if (part.is_configured && is_within_part(path, part)) return add(part, file);
    }
    const CodeRoot* root = root_of(path);
    if (root == nullptr) {
      const std::string_view name = platform_.index.python()[file].filename();
      const bool is_set_up = name == "setup.py" || name == ".projenrc.py" || name == "noxfile.py";
      if (!is_outside_source(path) && !is_set_up) outside_.push_back(path);
      return;
    }
    if (path == root->directory + "/__init__.py" && is_marker(file)) return;
    const std::string_view below = std::string_view(path).substr(root->directory.size() + 1);
    const auto slash = below.find('/');
    const std::string_view package =
        slash == std::string_view::npos ? std::string_view() : below.substr(0, slash);
    const std::string last_of_root = root->import_root.substr(root->import_root.rfind('.') + 1);
    std::string name = component_name_of(package.empty() ? last_of_root : package);
    if (name.empty()) {
      outside_.push_back(path);
      return;
    }
    name = free_name(std::move(name), last_of_root, *root);
    ComponentPart& part = parts_[name];
    part.name = name;
    const std::string own = package.empty() ? path : root->directory + "/" + std::string(package);
    if (std::ranges::find(part.paths, own) == part.paths.end()) part.paths.push_back(own);
    add(part, file);
  }

  /// The name, or a longer one where a component of another code root, or a configured one, has it.
  [[nodiscard]] std::string free_name(std::string name, const std::string& import_root,
                                      const CodeRoot& root) const {
    const auto is_free = [&](const std::string& wanted) {
      const auto part = parts_.find(wanted);
      if (part == parts_.end()) return is_component_name(wanted);
      return !part->second.is_configured && part->second.root_directory == root.directory;
    };
    if (is_free(name)) return name;
    std::string longer = component_name_of(import_root + "-" + name);
    for (std::size_t number = 2; !is_free(longer); ++number) longer = name + "-" + std::to_string(number);
    return longer;
  }

  void add(ComponentPart& part, FileId file) {
    const std::string& path = platform_.index.python()[file].str();
    if (const CodeRoot* root = root_of(path); root != nullptr && part.root_directory.empty()) {
      part.import_root = root->import_root;
      part.root_directory = root->directory;
    }
    part.sources.insert(file);
  }

  [[nodiscard]] const CodeRoot* root_of(std::string_view path) const {
    for (const CodeRoot& root : platform_.roots) {
      if (is_below(path, root.directory)) return &root;
    }
    return nullptr;
  }

  /// A package file that only makes its directory a package.
  [[nodiscard]] bool is_marker(FileId file) const {
    const PythonModule& module = platform_.index.module(file);
    return module.symbols.empty() && module.imports.empty();
  }

  void report_empty(const ComponentPart& part) {
    findings_.push_back({.code = "component-empty",
                         .severity = Severity::kError,
                         .message = "the paths of `" + part.name + "` hold no Python module",
                         .remedy = "correct them, or remove the component",
                         .evidence = {platform_.configuration.components.at(part.name).evidence}});
  }

  void report_outside() {
    if (outside_.empty()) return;
    Finding finding{.code = "module-outside-components",
                    .severity = Severity::kWarning,
                    .message = std::to_string(outside_.size()) + " module(s) belong to no component",
                    .remedy = "name their paths in [components] of mlx.toml, if they should",
                    .evidence = {}};
    for (const std::string& path : outside_) finding.evidence.push_back({.file = path});
    findings_.push_back(std::move(finding));
  }

  const Platform& platform_;
  std::vector<Finding>& findings_;
  std::map<std::string, ComponentPart> parts_;
  std::vector<std::string> outside_;
};

/// `import logging` is Python's own, also beside a `src/logging`, which is `src.logging`.
bool means_standard_library(const PythonImport& import, const ComponentPart& part) {
  const std::string top = import.module.substr(0, import.module.find('.'));
  const bool is_own_root = part.import_root.substr(0, part.import_root.find('.')) == top;
  return import.level == 0 && !is_own_root && is_standard_library(top);
}

void find_ties(const Platform& platform, Boundaries& boundaries) {
  boundaries.ties.clear();
  for (std::size_t i = 0; i < boundaries.parts.size(); ++i) {
    const ComponentPart& part = boundaries.parts[i];
    for (const FileId file : part.sources) {
      for (const PythonImport& import : platform.index.module(file).imports) {
        if (means_standard_library(import, part)) continue;
        for (const FileId loaded : platform.index.resolve(file, import).files) {
          const auto owner = boundaries.owner.find(loaded);
          if (owner == boundaries.owner.end() || owner->second == i) continue;
          const std::string& to = boundaries.parts[owner->second].name;
          // Lines that another component adds to this one's files are that component's.
          const auto settings = platform.configuration.components.find(to);
          const bool is_enhancement =
              settings != platform.configuration.components.end() &&
              std::ranges::find(settings->second.enhances, part.name) != settings->second.enhances.end();
          if (is_enhancement) continue;
          boundaries.ties.push_back(
              {.from = part.name,
               .to = to,
               .is_optional = import.context.is_optional || import.context.is_type_checking,
               .evidence = {.file = platform.index.python()[file].str(), .line = import.line}});
        }
      }
    }
  }
}

/// Groups of parts that need each other in a circle (R. Tarjan, "Depth-first search and linear
/// graph algorithms", SIAM J. Comput. 1, 1972), without recursion: names, sorted, groups of two or more.
class Circles {
 public:
  explicit Circles(const Boundaries& boundaries) {
    for (const ComponentPart& part : boundaries.parts) edges_[part.name];
    for (const ComponentTie& tie : boundaries.ties) {
      if (!tie.is_optional) edges_[tie.from].insert(tie.to);
    }
  }

  std::vector<std::set<std::string>> run() {
    for (const auto& [name, targets] : edges_) {
      if (!state_.contains(name)) search(name);
    }
    return std::move(groups_);
  }

 private:
  struct State {
    std::size_t index = 0;
    std::size_t low = 0;
    bool is_open = false;
  };
  struct Frame {
    std::string name;
    std::set<std::string>::const_iterator next;
  };

  void enter(const std::string& name, std::vector<Frame>& frames) {
    state_[name] = {.index = counter_, .low = counter_, .is_open = true};
    ++counter_;
    open_.push_back(name);
    frames.push_back({.name = name, .next = edges_.at(name).begin()});
  }

  void search(const std::string& start) {
    std::vector<Frame> frames;
    enter(start, frames);
    while (!frames.empty()) {
      Frame& frame = frames.back();
      if (frame.next == edges_.at(frame.name).end()) {
        leave(frames);
        continue;
      }
      const std::string target = *frame.next++;
      const auto known = state_.find(target);
      if (known == state_.end()) {
        enter(target, frames);
      } else if (known->second.is_open) {
        state_[frame.name].low = std::min(state_[frame.name].low, known->second.index);
      }
    }
  }

  void leave(std::vector<Frame>& frames) {
    const std::string name = frames.back().name;
    frames.pop_back();
    const State state = state_[name];
    if (!frames.empty()) {
      State& above = state_[frames.back().name];
      above.low = std::min(above.low, state.low);
    }
    if (state.low != state.index) return;
    std::set<std::string> group;
    while (true) {
      const std::string member = open_.back();
      open_.pop_back();
      state_[member].is_open = false;
      group.insert(member);
      if (member == name) break;
    }
    if (group.size() > 1) groups_.push_back(std::move(group));
  }

  std::map<std::string, std::set<std::string>> edges_;
  std::map<std::string, State> state_;
  std::vector<std::string> open_;
  std::vector<std::set<std::string>> groups_;
  std::size_t counter_ = 0;
};

std::string listed(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Finding circle_found(const std::set<std::string>& circle, const Boundaries& boundaries, bool is_kept_apart,
                     const std::string& joined_name) {
  Finding finding{.code = "component-circle",
                  .severity = is_kept_apart ? Severity::kError : Severity::kWarning,
                  .message = "these import each other in a circle: " + listed(circle),
                  .remedy = is_kept_apart ? "move what ties them, or make them one component in mlx.toml"
                                          : "they are extracted as one component, `" + joined_name + "`",
                  .evidence = {}};
  std::set<std::pair<std::string, std::string>> shown;
  for (const ComponentTie& tie : boundaries.ties) {
    const bool is_inside = !tie.is_optional && circle.contains(tie.from) && circle.contains(tie.to);
    if (is_inside && shown.emplace(tie.from, tie.to).second) finding.evidence.push_back(tie.evidence);
  }
  return finding;
}

/// Makes each circle one part, named after its largest, as far as the configuration allows.
void join_circles(const Platform& platform, Boundaries& boundaries, std::vector<Finding>& findings) {
  const auto circles = Circles(boundaries).run();
  if (circles.empty()) return;
  for (const std::set<std::string>& circle : circles) {
    const bool is_kept_apart = std::ranges::count_if(circle, [&](const std::string& name) {
                                 return boundaries.find(name)->is_configured;
                               }) > 1;
    const std::string largest =
        *std::ranges::max_element(circle, [&](const std::string& a, const std::string& b) {
          const ComponentPart& left = *boundaries.find(a);
          const ComponentPart& right = *boundaries.find(b);
          if (left.is_configured != right.is_configured) return right.is_configured;
          return left.sources.size() < right.sources.size();
        });
    findings.push_back(circle_found(circle, boundaries, is_kept_apart, largest));
    if (is_kept_apart) continue;
    const auto into = std::ranges::find(boundaries.parts, largest, &ComponentPart::name);
    for (ComponentPart& part : boundaries.parts) {
      if (part.name == largest || !circle.contains(part.name)) continue;
      into->sources.insert(part.sources.begin(), part.sources.end());
      into->paths.insert(into->paths.end(), part.paths.begin(), part.paths.end());
      part.sources.clear();
    }
    std::ranges::sort(into->paths);
  }
  std::erase_if(boundaries.parts, [](const ComponentPart& part) { return part.sources.empty(); });
  boundaries.owner.clear();
  for (std::size_t i = 0; i < boundaries.parts.size(); ++i) {
    for (const FileId file : boundaries.parts[i].sources) boundaries.owner.emplace(file, i);
  }
  find_ties(platform, boundaries);
}

/// Files that are no Python and lie in a part's own directories.
void assign_data(const Platform& platform, Boundaries& boundaries) {
  for (const IndexedFile& file : platform.index.files()) {
    const std::string& path = file.path.str();
    if (path.ends_with(".py") || is_test_path(path)) continue;
    for (ComponentPart& part : boundaries.parts) {
      if (is_within_part(path, part)) part.data.insert(path);
    }
  }
}

}  // namespace

const ComponentPart* Boundaries::find(std::string_view name) const {
  const auto found = std::ranges::find(parts, name, &ComponentPart::name);
  return found == parts.end() ? nullptr : &*found;
}

Boundaries find_boundaries(const Platform& platform, std::vector<Finding>& findings) {
  Boundaries boundaries = Division(platform, findings).run();
  find_ties(platform, boundaries);
  join_circles(platform, boundaries, findings);
  assign_data(platform, boundaries);
  return boundaries;
}

std::set<std::string> required_by_imports(const Boundaries& boundaries, const std::string& name) {
  std::set<std::string> found;
  std::vector<std::string> todo = {name};
  while (!todo.empty()) {
    const std::string current = std::move(todo.back());
    todo.pop_back();
    for (const ComponentTie& tie : boundaries.ties) {
      if (tie.from == current && !tie.is_optional && found.insert(tie.to).second) todo.push_back(tie.to);
    }
  }
  return found;
}

}  // namespace mlx
