#include "engine/component/extract/containers.h"

#include <algorithm>
#include <span>

#include "engine/base/repo_path.h"
#include "engine/component/extract/platform.h"
#include "engine/manifest/dockerfile.h"

namespace mlx {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kLargestFile = 1U << 20U;

bool is_dockerfile_name(std::string_view name) {
  if (name.ends_with(".dockerignore")) return false;
  return name == "Dockerfile" || name == "Containerfile" || name.starts_with("Dockerfile.") ||
         name.ends_with(".Dockerfile");
}

/// `./api/` is `api`, `.` is the top; nothing for what lies outside.
std::optional<std::string> cleaned_path(std::string_view written) {
  std::string path;
  while (!written.empty()) {
    const auto segment = written.substr(0, written.find('/'));
    written.remove_prefix(std::min(segment.size() + 1, written.size()));
    if (segment == "..") return std::nullopt;
    if (!segment.empty() && segment != ".") path = joined_path(path, segment);
  }
  return path;
}

std::optional<std::string> read_small(const Snapshot& snapshot, std::string_view path) {
  const auto parsed = RepoPath::parse(path);
  if (!parsed) return std::nullopt;
  auto text = read_if_present(snapshot, *parsed).value_or(std::nullopt);
  if (text && text->size() > kLargestFile) return std::nullopt;
  return text;
}

/// `/health` of `http://127.0.0.1:8000/health?full=1`; every address in a command's words.
std::set<std::string> asked_paths(const Words& words) {
  std::set<std::string> paths;
  for (const std::string& word : words) {
    for (auto scheme = word.find("://"); scheme != std::string::npos; scheme = word.find("://", scheme + 1)) {
      const auto begin = word.find_first_of("/ '\"", scheme + 3);
      if (begin == std::string::npos || word[begin] != '/') continue;
      paths.insert(word.substr(begin, word.find_first_of(" '\"?#);|&", begin) - begin));
    }
  }
  return paths;
}

/// What a command starts, and the command up to there.
struct Start {
  std::string target;  ///< `src.api`, `src.api.main`, `serve.py`
  std::optional<FileId> file;
  std::string command;
};

class StartFinder {
 public:
  StartFinder(const RepoIndex& index, const std::map<std::string, Evidence>& scripts, std::string directory)
      : index_(index), scripts_(scripts), directory_(std::move(directory)) {}

  [[nodiscard]] Start find(const Words& command) const {
    // `sh -c "exec uvicorn app:app"` is one line inside a word.
    Words words;
    for (const std::string& word : command) {
      const Words inner = shell_words(word);
      words.insert(words.end(), inner.begin(), inner.end());
    }
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
      // What a shell does before is not the command.
      const bool begins_anew =
          words[i] == "&&" || words[i] == "||" || words[i] == "exec" || words[i].ends_with(';');
      if (begins_anew) {
        text.clear();
      } else {
        if (!text.empty()) text += ' ';
        text += words[i];
      }
      const std::string before = i == 0 ? std::string() : words[i - 1];
      for (const std::string& module : modules_of(words[i], before)) {
        if (const auto file = file_of(module)) return {.target = module, .file = file, .command = text};
      }
      if (!words[i].ends_with(".py")) continue;
      const auto path = cleaned_path(words[i]);
      if (!path) continue;
      auto file = index_.find(joined_path(directory_, *path));
      if (!file) file = index_.find(*path);
      if (file) return {.target = *path, .file = file, .command = text};
    }
    return {};
  }

 private:
  [[nodiscard]] Words modules_of(std::string_view word, std::string_view before) const {
    constexpr std::string_view kOption = "--app=";
    const bool is_option = word.starts_with(kOption);
    if (is_option) word.remove_prefix(kOption.size());
    const auto colon = word.find(':');
    const std::string module(word.substr(0, colon));
    const bool is_named =
        is_option || colon != std::string_view::npos || before == "-m" || before == "-A" || before == "--app";
    if (is_named) return {module};
    const auto script = scripts_.lower_bound(std::string(word) + " = ");
    if (script == scripts_.end() || !script->first.starts_with(std::string(word) + " = ")) return {};
    const std::string target = script->first.substr(word.size() + 3);
    return {target.substr(0, target.find(':'))};
  }

  [[nodiscard]] std::optional<FileId> file_of(const std::string& module) const {
    if (module.empty() || module.find_first_of("/ ") != std::string::npos) return std::nullopt;
    std::string path = module;
    std::ranges::replace(path, '.', '/');
    // Of several projects in one repository the container's own comes first.
    for (const char* source : {"", "src"}) {
      const std::string below = joined_path(joined_path(directory_, source), path);
      for (const char* ending : {"/__main__.py", "/__init__.py", ".py"}) {
        if (const auto file = index_.find(below + ending)) return file;
      }
    }
    return index_.file_of_module(module);
  }

  const RepoIndex& index_;
  const std::map<std::string, Evidence>& scripts_;
  std::string directory_;
};

class ContainerReader {
 public:
  ContainerReader(const Snapshot& snapshot, const RepoIndex& index, const PlatformServices& services,
                  const std::map<std::string, Evidence>& scripts)
      : snapshot_(snapshot), index_(index), services_(services), scripts_(scripts) {}

  std::vector<PlatformContainer> run() {
    std::set<std::string> used;
    for (const auto& [name, service] : services_) {
      if (!service.facts.is_built) continue;
      const auto context = cleaned_path(service.facts.build_context);
      const auto file = cleaned_path(service.facts.dockerfile);
      if (!context || !file) continue;
      const std::string path = joined_path(joined_path(parent_directory(service.file), *context), *file);
      if (add(path, name, &service)) used.insert(path);
    }
    for (const IndexedFile& file : index_.files()) {
      const std::string& path = file.path.str();
      const bool is_new = is_dockerfile_name(file_name(path)) && !is_outside_source(path);
      if (is_new && !used.contains(path)) add(path, {}, nullptr);
    }
    return std::move(found_);
  }

 private:
  bool add(const std::string& path, const std::string& name, const PlatformService* service) {
    const auto text = read_small(snapshot_, path);
    const auto dockerfile = text ? read_dockerfile(*text) : std::nullopt;
    if (!dockerfile) return false;
    PlatformContainer made;
    made.facts.file = path;
    made.facts.service = name;
    made.facts.base = dockerfile->base;
    add_evidence(made, {.file = path, .line = dockerfile->base_line});
    add_ports(made, *dockerfile, service);
    const bool has_command = service != nullptr && !service->facts.command.empty();
    const Words& command = has_command ? service->facts.command : dockerfile->command;
    Start start = StartFinder(index_, scripts_, std::string(parent_directory(path))).find(command);
    made.starts = std::move(start.target);
    made.file = start.file;
    made.facts.command = std::move(start.command);
    if (has_command) {
      add_evidence(made, service->place(service->facts.command_line));
    } else if (dockerfile->command_line != 0) {
      add_evidence(made, {.file = path, .line = dockerfile->command_line});
    }
    add_health_check(made, *dockerfile, service);
    found_.push_back(std::move(made));
    return true;
  }

  static void add_evidence(PlatformContainer& made, Evidence place) {
    if (std::ranges::find(made.evidence, place) == made.evidence.end())
      made.evidence.push_back(std::move(place));
  }

  static void add_ports(PlatformContainer& made, const Dockerfile& dockerfile,
                        const PlatformService* service) {
    made.facts.ports = dockerfile.ports;
    if (!dockerfile.ports.empty())
      add_evidence(made, {.file = made.facts.file, .line = dockerfile.ports_line});
    if (service == nullptr) return;
    for (const std::string& port : service->facts.ports) {
      if (std::ranges::find(made.facts.ports, port) != made.facts.ports.end()) continue;
      made.facts.ports.push_back(port);
      add_evidence(made, service->place(service->facts.ports_line));
    }
  }

  static void add_health_check(PlatformContainer& made, const Dockerfile& dockerfile,
                               const PlatformService* service) {
    const bool is_of_compose = service != nullptr && !service->facts.health_check.empty();
    const Words& words = is_of_compose ? service->facts.health_check : dockerfile.health_check;
    if (words.empty()) return;
    made.health_check_evidence =
        is_of_compose ? service->place(service->facts.health_check_line)
                      : Evidence{.file = made.facts.file, .line = dockerfile.health_check_line};
    made.health_paths = asked_paths(words);
    if (!made.health_paths.empty()) made.facts.health_path = *made.health_paths.begin();
    add_evidence(made, made.health_check_evidence);
  }

  const Snapshot& snapshot_;
  const RepoIndex& index_;
  const PlatformServices& services_;
  const std::map<std::string, Evidence>& scripts_;
  std::vector<PlatformContainer> found_;
};

}  // namespace

PlatformServices read_services(const Snapshot& snapshot, const RepoIndex& index) {
  PlatformServices services;
  for (const IndexedFile& file : index.files()) {
    const std::string& path = file.path.str();
    if (!is_compose_file_name(path)) continue;
    const auto text = read_small(snapshot, path);
    if (!text) continue;
    for (auto& [name, facts] : read_compose_file(*text))
      services.insert_or_assign(name, PlatformService{.file = path, .facts = std::move(facts)});
  }
  return services;
}

std::vector<PlatformContainer> read_containers(const Snapshot& snapshot, const RepoIndex& index,
                                               const PlatformServices& services,
                                               const std::map<std::string, Evidence>& scripts) {
  return ContainerReader(snapshot, index, services, scripts).run();
}

}  // namespace mlx
