#include "engine/advise/test_selection/changed_meaning.h"

#include <algorithm>
#include <array>

#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

using namespace std::string_view_literals;

constexpr std::array kTestSettings = {
    "pytest.ini"sv,       ".pytest.ini"sv,      "pytest.toml"sv,     ".pytest.toml"sv,
    "tox.ini"sv,          "setup.cfg"sv,        "setup.py"sv,        "pyproject.toml"sv,
    "sitecustomize.py"sv, "usercustomize.py"sv, "Makefile"sv,        "*.mk"sv,
    "justfile"sv,         "compose*.y*ml"sv,    "docker-compose*"sv, ".env*"sv};
constexpr std::array kInstalled = {"*.lock"sv,
                                   "Pipfile"sv,
                                   "*requirements*.txt"sv,
                                   "*requirements*.in"sv,
                                   "*constraints*.txt"sv,
                                   "environment*.yml"sv,
                                   "environment*.yaml"sv,
                                   "*requirements/*.txt"sv,
                                   "*requirements/*.in"sv,
                                   "pylock*.toml"sv,
                                   ".python-version"sv,
                                   ".tool-versions"sv,
                                   "mise.toml"sv,
                                   ".mise*.toml"sv,
                                   "conda-lock.yml"sv};
// What extension modules are made of: tests import them under names that no file has.
constexpr std::array kCompiled = {".pyx"sv, ".pxd"sv, ".pxi"sv, ".c"sv,  ".cc"sv,  ".cpp"sv,
                                  ".cxx"sv, ".h"sv,   ".hpp"sv, ".cu"sv, ".cuh"sv, ".rs"sv,
                                  ".so"sv,  ".pyd"sv, ".f"sv,   ".f90"sv};
// For people, forges, editors, and what builds images and pages.
constexpr std::array kForPeople = {
    "*.md"sv,          "*.rst"sv,        "LICENSE*"sv,          "COPYING*"sv,    "NOTICE*"sv,
    "AUTHORS*"sv,      "CHANGES*"sv,     "CHANGELOG*"sv,        "CODEOWNERS"sv,  "CITATION.cff"sv,
    "Dockerfile*"sv,   "mkdocs.y*ml"sv,  "codecov.yml"sv,       "noxfile.py"sv,  "tasks.py"sv,
    "renovate.json"sv, "appveyor.yml"sv, "mlx.toml"sv,          "mlx.lock"sv,    "azure-pipelines.yml"sv,
    "MANIFEST.in"sv,   "py.typed"sv,     ".env.example"sv,      ".env.sample"sv, ".env.template"sv,
    "Jenkinsfile"sv,   "package.json"sv, "package-lock.json"sv, "uv.toml"sv};
constexpr std::array kDirectoriesForPeople = {"docs"sv,          "doc"sv,     "changelog.d"sv,
                                              "newsfragments"sv, "changes"sv, "news"sv};
// Hidden ones that hold what forges, editors and agents read; in others there may be anything.
constexpr std::array kHiddenForPeople = {".github"sv, ".gitlab"sv, ".circleci"sv,     ".vscode"sv,
                                         ".idea"sv,   ".azure"sv,  ".devcontainer"sv, ".claude"sv,
                                         ".cursor"sv, ".mlx"sv};
constexpr std::array kConfigurationEndings = {".yaml"sv, ".yml"sv, ".json"sv, ".toml"sv,
                                              ".ini"sv,  ".cfg"sv, ".conf"sv, ".env"sv};

template <std::size_t size>
bool matches_any(const std::array<std::string_view, size>& patterns, std::string_view path) {
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    return matches_pattern(pattern, pattern.find('/') == std::string_view::npos ? file_name(path) : path);
  });
}

bool is_for_people(std::string_view path) {
  if (matches_any(kForPeople, path)) return true;
  const std::string_view top = path.substr(0, path.find('/'));
  if (top.size() == path.size()) return top.starts_with('.');
  if (std::ranges::find(kHiddenForPeople, top) != kHiddenForPeople.end()) return true;
  return std::ranges::find(kDirectoriesForPeople, top) != kDirectoriesForPeople.end();
}

bool is_compiled(std::string_view path) {
  return std::ranges::find(kCompiled, extension_of(path)) != kCompiled.end();
}

bool is_everything(std::string_view path) {
  if (matches_any(kInstalled, path) || is_compiled(path)) return true;
  return matches_any(kTestSettings, path) && !matches_any(kForPeople, path);
}

}  // namespace

ChangeScope scope_of_change(std::string_view path) {
  const std::string_view name = file_name(path);
  // Of the tool that a project is set up with, not of what is installed.
  const bool is_ours = name == "mlx.lock";
  const std::string_view top = path.substr(0, path.find('/'));
  const bool is_documentation = top.size() != path.size() &&
                                std::ranges::find(kDirectoriesForPeople, top) != kDirectoriesForPeople.end();
  if (!is_ours && !is_documentation && is_everything(path)) return ChangeScope::kEverything;
  if (path.ends_with(".py") && !matches_any(kForPeople, path)) return ChangeScope::kPython;
  if (path.ends_with(".pyi")) return ChangeScope::kNoTests;
  return is_for_people(path) ? ChangeScope::kNoTests : ChangeScope::kData;
}

std::string_view reason_of_everything(std::string_view path) {
  if (is_compiled(path)) return "is compiled, so that nobody knows who imports it";
  return matches_any(kInstalled, path) ? "says what is installed" : "says how tests are built and run";
}

bool is_configuration(std::string_view path) {
  return std::ranges::find(kConfigurationEndings, extension_of(path)) != kConfigurationEndings.end() &&
         scope_of_change(path) != ChangeScope::kEverything;
}

}  // namespace mlx
