#include "tests/engine/plan/check/change_story.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/compat/check_rules.h"
#include "engine/index/memory_snapshot.h"
#include "engine/plan/check/checked_project.h"
#include "engine/plan/check/review_change.h"
#include "engine/plan/check/unused_components.h"
#include "tests/engine/plan/planned_project.h"

namespace mlx::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::map<std::string, std::string> read_tree(const fs::path& top) {
  std::map<std::string, std::string> files;
  if (!fs::exists(top)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.is_regular_file())
      files.emplace(entry.path().lexically_relative(top).generic_string(), read_text(entry.path()));
  }
  return files;
}

json read_json(const fs::path& file) {
  return fs::exists(file) ? json::parse(read_text(file)) : json::object();
}

std::string module_of(std::string path) {
  path.resize(path.size() - 3);
  std::ranges::replace(path, '/', '.');
  constexpr std::string_view kPackage = ".__init__";
  if (path.ends_with(kPackage)) path.resize(path.size() - kPackage.size());
  return path;
}

std::vector<EnvironmentVariable> read_environment(const json& list) {
  std::vector<EnvironmentVariable> variables;
  for (const json& variable : list) {
    variables.push_back({.name = variable.at("name"),
                         .is_required = variable.value("required", false),
                         .is_secret = variable.value("secret", false)});
  }
  return variables;
}

TestComponent read_component_folder(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const auto at = name.find('@');
  const json about = read_json(folder.parent_path() / (name + ".json"));
  TestComponent component{.name = name.substr(0, at),
                          .version = at == std::string::npos ? "1.0.0" : name.substr(at + 1),
                          .python = about.value("python", ""),
                          .distributions = about.value("distributions", std::vector<std::string>()),
                          .groups = about.value("groups", std::map<std::string, std::vector<std::string>>()),
                          .components = about.value("components", std::map<std::string, std::string>()),
                          .environment = read_environment(about.value("environment", json::array())),
                          .services = about.value("services", std::vector<std::string>()),
                          .conflicts = about.value("conflicts", std::vector<std::string>()),
                          .entry_points = about.value("entryPoints", std::vector<std::string>()),
                          .symbols = about.value("symbols", std::vector<std::string>())};
  for (const auto& [target, text] : read_tree(folder)) {
    const bool is_code = target.ends_with(".py") && target.starts_with("src/");
    component.files.push_back({.target = target,
                               .text = text,
                               .kind = is_code                        ? "source"
                                       : target.starts_with("tests/") ? "test"
                                                                      : "config"});
    if (is_code) component.modules.push_back(module_of(target));
  }
  return component;
}

/// A project with all that it was read from.
class StoryProject {
 public:
  StoryProject(const std::map<std::string, std::string>& files, const Registry& registry,
               const std::vector<std::string>& candidates)
      : files_(files), registries_(registry) {
    NoIndexCache cache;
    auto checked = CheckedProject::read(files_, cache, registries_, {.candidates = candidates});
    if (!checked) FAIL(to_string(checked.error()));
    checked_ = *std::move(checked);
  }

  [[nodiscard]] const Snapshot& files() const { return files_; }
  [[nodiscard]] const CheckedProject& checked() const { return *checked_; }

 private:
  MemorySnapshot files_;
  Registries registries_;
  std::unique_ptr<CheckedProject> checked_;
};

std::string written(char sign, const RuleFinding& found) {
  std::string line =
      std::string(1, sign) + " " + std::string(to_string(found.finding.severity)) + " " + found.finding.code;
  for (const Evidence& place : found.finding.evidence) line += " " + to_string(place);
  line += "\n  " + found.finding.message + "\n  " + found.finding.remedy + "\n";
  if (found.fix) line += "  fix: " + found.fix->before + " -> " + found.fix->after + "\n";
  return line;
}

}  // namespace

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

ChangeStory::ChangeStory(const fs::path& folder) : base_(read_tree(folder / "base")) {
  const json story = read_json(folder / "story.json");
  installed_ = story.value("installed", std::vector<std::string>());
  candidates_ = story.value("candidates", std::vector<std::string>());
  if (fs::exists(folder / "components")) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(folder / "components")) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    for (const fs::path& component : folders) components_.push_back(read_component_folder(component));
  }
  if (!installed_.empty()) {
    const TestRegistry registry(components_);
    base_ = applied(base_, plan_for(base_, registry, {.components = installed_}));
  }
  head_ = base_;
  for (const auto& [path, text] : read_tree(folder / "change")) head_.insert_or_assign(path, text);
  for (const std::string& name : story.value("uninstalled", std::vector<std::string>())) uninstall(name);
  const std::string removed = fs::exists(folder / "removed.txt") ? read_text(folder / "removed.txt") : "";
  for (std::size_t begin = 0; begin < removed.size();) {
    const auto end = std::min(removed.find('\n', begin), removed.size());
    REQUIRE(head_.erase(removed.substr(begin, end - begin)) == 1);
    begin = end + 1;
  }
}

void ChangeStory::uninstall(const std::string& name) {
  Lock lock = read_lock(head_.at(std::string(Lock::kPath))).value();
  for (const auto& [path, file] : lock.components.at(name).files) head_.erase(path);
  lock.components.erase(name);
  head_.insert_or_assign(std::string(Lock::kPath), write_lock(lock));
}

std::string ChangeStory::review() const {
  const TestRegistry registry(components_);
  const StoryProject before(base_, registry.get(), candidates_);
  const StoryProject changed(head_, registry.get(), candidates_);
  RuleFindings after = check_rules(changed.checked().facts());
  std::ranges::move(unused_components(before.checked(), changed.checked(), changed.files()).value(),
                    std::back_inserter(after));
  const ChangeReview review = review_change(check_rules(before.checked().facts()), after);
  std::string text;
  for (const RuleFinding& found : after)
    text += written(std::ranges::find(review.added, found) == review.added.end() ? '=' : '+', found);
  for (const RuleFinding& found : review.fixed) text += written('-', found);
  return text;
}

}  // namespace mlx::test
