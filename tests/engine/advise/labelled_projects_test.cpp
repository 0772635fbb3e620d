// Small projects, each with the components that a person said it would gain from. The thresholds were chosen
// on one half; the other half, which is every second project by name, tells how good they are.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "engine/advise/recommend.h"
#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string>;

struct LabelledProject {
  std::string name;
  Names wants;
  std::map<std::string, std::string> files;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator(stream), {}};
}

/// The first line: `wants: NAME, NAME` or `wants nothing`; then `--- PATH` and the file, for each.
LabelledProject read_project(const fs::path& file) {
  LabelledProject project{.name = file.stem().string(), .wants = {}, .files = {}};
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  if (line != "wants nothing") {
    REQUIRE(line.starts_with("wants: "));
    std::string name;
    for (const char c : line.substr(7) + ",") {
      if (c == ',') project.wants.insert(std::exchange(name, {}));
      if (c != ',' && c != ' ') name += c;
    }
  }
  std::string* text = nullptr;
  while (std::getline(stream, line)) {
    if (line.starts_with("--- ")) {
      text = &project.files[line.substr(4)];
    } else {
      REQUIRE(text != nullptr);
      *text += line + "\n";
    }
  }
  return project;
}

std::vector<LabelledProject> labelled_projects() {
  std::vector<LabelledProject> projects;
  for (const auto& entry : fs::directory_iterator(MLX_LABELLED_PROJECTS))
    projects.push_back(read_project(entry.path()));
  std::ranges::sort(projects, {}, &LabelledProject::name);
  return projects;
}

/// The catalogue that this repository publishes.
const std::vector<ComponentProfile>& catalogue() {
  static const std::vector<ComponentProfile> profiles = [] {
    const fs::path top = fs::path(MLX_SOURCE_DIR) / "mlx-components";
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      if (entry.is_regular_file())
        files[fs::relative(entry.path(), top).generic_string()] = text_of(entry.path());
    }
    const MemorySnapshot snapshot(files);
    const auto registry = Registry::open(snapshot, "builtin");
    REQUIRE(registry);
    const auto read = read_profiles(*registry);
    REQUIRE(read);
    return *read;
  }();
  return profiles;
}

Names recommended(const LabelledProject& project) {
  const MemorySnapshot files(project.files);
  NoIndexCache cache;
  const auto index = RepoIndex::build(files, cache, {"", "src"});
  REQUIRE(index);
  RecommendOptions options;
  options.limit = 10;
  Names names;
  for (const Recommendation& recommendation : recommend(*index, catalogue(), {}, {}, options)) {
    CHECK_FALSE(recommendation.evidence.empty());
    names.insert(recommendation.component);
  }
  return names;
}

struct Measure {
  std::size_t right = 0;
  std::size_t wrong = 0;
  std::size_t missed = 0;

  void add(const LabelledProject& project) {
    const Names found = recommended(project);
    for (const std::string& name : found) {
      ++(project.wants.contains(name) ? right : wrong);
      if (!project.wants.contains(name)) std::cout << "  wrong: " << name << " for " << project.name << '\n';
    }
    for (const std::string& name : project.wants) {
      if (found.contains(name)) continue;
      ++missed;
      std::cout << "  missed: " << name << " for " << project.name << '\n';
    }
  }
  [[nodiscard]] double precision() const {
    return static_cast<double>(right) / static_cast<double>(std::max<std::size_t>(1, right + wrong));
  }
  [[nodiscard]] double recall() const {
    return static_cast<double>(right) / static_cast<double>(std::max<std::size_t>(1, right + missed));
  }
};

}  // namespace

TEST_CASE("nine of ten recommendations for labelled projects are right") {
  Measure develop;
  Measure report;
  const auto projects = labelled_projects();
  REQUIRE(projects.size() >= 40);
  for (std::size_t i = 0; i < projects.size(); ++i) (i % 2 == 0 ? develop : report).add(projects[i]);
  std::cout << "  " << projects.size() << " projects; the half that was not looked at: precision "
            << report.precision() << ", recall " << report.recall() << "; the other: " << develop.precision()
            << ", " << develop.recall() << '\n';
  CHECK(develop.precision() >= 0.9);
  CHECK(report.precision() >= 0.9);
  CHECK(report.recall() >= 0.6);
}

TEST_CASE("what the components of the catalogue answer") {
  const auto answered = [](std::string_view name) {
    std::set<PracticeKind> kinds;
    for (const ComponentProfile& profile : catalogue()) {
      if (profile.name.name != name) continue;
      for (const auto& [kind, answer] : profile.answers) kinds.insert(kind);
    }
    return kinds;
  };
  using enum PracticeKind;
  using Kinds = std::set<PracticeKind>;
  CHECK(answered("api-serving") == Kinds{kApplicationFactory});
  CHECK(answered("cli") == Kinds{});
  CHECK(answered("config-management") == Kinds{kEnvironmentParsing});
  CHECK(answered("data-processing") == Kinds{kCsvValidation});
  CHECK(answered("model-management") == Kinds{kModelLoading});
  CHECK(answered("model-serving") == Kinds{});
  CHECK(answered("plugin-registry") == Kinds{kRegistry});
  CHECK(answered("rate-limiting") == Kinds{kRateLimit});
  CHECK(answered("utility-framework") == Kinds{kRetryLoop, kCache, kRateLimit});
}
