#include "engine/plan/check/unused_components.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/names.h"
#include "engine/component/extract/platform.h"

namespace mlx {
namespace {

using Places = std::map<std::string, std::vector<Evidence>>;

/// Where each component is imported from outside of it, in the order of files.
Places imports_from_outside(const CheckedProject& project) {
  std::map<std::string, std::string> owners;
  for (const auto& [name, locked] : project.lock().components) {
    for (const auto& [path, file] : locked.files) owners.emplace(path, name);
  }
  const auto owner_of = [&](const std::string& path) {
    const auto found = owners.find(path);
    return found == owners.end() ? std::string() : found->second;
  };
  Places places;
  const RepoIndex& index = project.index();
  for (FileId file = 0; file < index.python().size(); ++file) {
    const std::string& path = index.python()[file].str();
    const std::string owner = owner_of(path);
    for (const PythonImport& import : index.module(file).imports) {
      for (const FileId loaded : index.resolve(file, import).files) {
        const std::string name = owner_of(index.python()[loaded].str());
        if (!name.empty() && name != owner) places[name].push_back({.file = path, .line = import.line});
      }
    }
  }
  return places;
}

bool is_required(const std::string& name, const CompatFacts& facts) {
  return std::ranges::any_of(facts.components, [&](const Party& party) {
    return party.component && party.component->requirements.components.contains(name);
  });
}

/// Has it an application, a program or a command of its own? Whoever starts that need not be in the project.
bool can_be_started(const Party& party) {
  const bool has_command = party.component && !party.component->provides.entry_points.empty();
  const bool has_program =
      std::ranges::any_of(party.sources, [&](FileId file) { return party.module(file).is_script; });
  const bool has_application = std::ranges::any_of(party.routes, [&](const RouteFact& route) {
    return party.files.contains(route.application.substr(0, route.application.find(':')));
  });
  return has_command || has_program || has_application;
}

/// May the file name modules that a program loads, or have them loaded by name?
bool may_name_modules(const RepoIndex& index, const std::string& path) {
  if (path == Lock::kPath) return false;
  if (const auto file = index.find(path)) {
    constexpr std::array<std::string_view, 8> kLoaders = {"uvicorn", "gunicorn",  "granian", "hypercorn",
                                                          "hydra",   "importlib", "celery",  "subprocess"};
    return std::ranges::any_of(index.module(*file).imports, [&](const PythonImport& import) {
      const std::string_view module = import.module;
      return std::ranges::find(kLoaders, module.substr(0, module.find('.'))) != kLoaders.end();
    });
  }
  constexpr std::array<std::string_view, 9> kEndings = {".toml", ".yaml", ".yml", ".json",   ".cfg",
                                                        ".ini",  ".sh",   ".env", ".service"};
  constexpr std::array<std::string_view, 5> kNames = {"Dockerfile", "Containerfile", "Procfile", "Makefile",
                                                      "justfile"};
  const std::string_view name = file_name(path);
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); }) ||
         std::ranges::any_of(kNames, [&](std::string_view begin) { return name.starts_with(begin); });
}

/// `src.plugins` and `src/plugins` for a module of that name: how files name it.
std::set<std::string> written_names(const Party& party) {
  std::set<std::string> names;
  for (const FileId file : party.sources) {
    std::string dotted = party.index->module_name(file);
    if (dotted.empty()) continue;
    std::string path = dotted;
    std::ranges::replace(path, '.', '/');
    names.insert(std::move(dotted));
    names.insert(std::move(path));
  }
  return names;
}

struct TextFile {
  std::string path;
  std::string text;
};

/// All files that may name modules; nothing if they are too many, as each may be a request to a forge.
Result<std::optional<std::vector<TextFile>>> read_naming_files(const RepoIndex& index,
                                                               const Snapshot& files) {
  constexpr std::size_t kMostFiles = 100;
  std::vector<RepoPath> paths;
  for (const IndexedFile& file : index.files()) {
    if (may_name_modules(index, file.path.str())) paths.push_back(file.path);
  }
  if (paths.size() > kMostFiles) return std::nullopt;
  std::vector<TextFile> texts;
  for (const RepoPath& path : paths) {
    std::string text = MLX_TRY(files.read(path));
    texts.push_back({.path = path.str(), .text = std::move(text)});
  }
  return texts;
}

bool is_named(const Party& party, const std::vector<TextFile>& texts) {
  const auto names = written_names(party);
  return std::ranges::any_of(texts, [&](const TextFile& file) {
    if (party.files.contains(file.path)) return false;
    return std::ranges::any_of(names, [&](const std::string& name) { return has_name(file.text, name); });
  });
}

RuleFinding unused(const std::string& name, const Evidence& last, const CompatFacts& facts) {
  return {
      .finding = {.code = "component-unused",
                  .severity = Severity::kInfo,
                  .message = "nothing imports " + name + " any more; the last that did was " + last.file,
                  .remedy = "`mlx remove " + name + "`, unless something outside of the repository uses it",
                  .evidence = {facts.lock_file}},
      .subject = name,
      .components = {name}};
}

}  // namespace

Result<RuleFindings> unused_components(const CheckedProject& before, const CheckedProject& after,
                                       const Snapshot& files) {
  RuleFindings findings;
  if (before.lock().components.empty() || after.lock().components.empty()) return findings;
  const CompatFacts& facts = after.facts();
  const Places now = imports_from_outside(after);
  const auto is_candidate = [&](const auto& entry) {
    return !now.contains(entry.first) && before.lock().components.contains(entry.first);
  };
  if (std::ranges::none_of(after.lock().components, is_candidate)) return findings;
  const Places then = imports_from_outside(before);
  std::map<std::string, const Party*> unneeded;
  for (const auto& entry : after.lock().components) {
    const Party* party = facts.find(entry.first);
    if (party == nullptr || !is_candidate(entry) || !then.contains(entry.first)) continue;
    if (!is_required(entry.first, facts) && !can_be_started(*party)) unneeded.emplace(entry.first, party);
  }
  if (unneeded.empty()) return findings;
  const auto texts = MLX_TRY(read_naming_files(after.index(), files));
  if (!texts) return findings;
  for (const auto& [name, party] : unneeded) {
    if (!is_named(*party, *texts)) findings.push_back(unused(name, then.at(name).back(), facts));
  }
  return findings;
}

}  // namespace mlx
