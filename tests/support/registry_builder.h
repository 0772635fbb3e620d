#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "engine/component/registry.h"
#include "engine/index/memory_snapshot.h"

namespace mlx::test {

struct TestFile {
  std::string target;
  std::string text;
  std::string kind = "source";
  bool is_executable = false;
  std::string merge = "merge";
};

/// A component in the terms of its component.json; only the name and a file are needed.
struct TestComponent {
  std::string name;
  std::string version = "1.0.0";
  std::string import_root = "src";
  std::vector<TestFile> files = {};
  std::vector<std::string> modules = {};
  std::string python = {};
  std::vector<std::string> distributions = {};
  std::map<std::string, std::vector<std::string>> groups = {};
  std::map<std::string, std::string> components = {};
  std::vector<EnvironmentVariable> environment = {};
  std::vector<std::string> services = {};
  std::vector<InjectionPoint> injection_points = {};
  std::vector<std::string> conflicts = {};
  std::vector<std::string> entry_points = {};
  std::vector<std::string> symbols = {};  ///< functions that it provides: `src.api.serve`
};

/// The files of a registry with these components, as `mlx registry build` would write them, by path. Of a
/// component that is given in several versions, the older ones were published before.
[[nodiscard]] std::map<std::string, std::string> built_registry(const std::vector<TestComponent>& components);

/// A registry in memory that is called `test`, as `mlx registry build` would write it. A component without
/// files gets one, `src/NAME.py`, with a module of that name. Of a component that is given in several
/// versions, the older ones were published before.
class TestRegistry {
 public:
  TestRegistry(std::initializer_list<TestComponent> components) : TestRegistry(std::vector(components)) {}
  explicit TestRegistry(const std::vector<TestComponent>& components);

  [[nodiscard]] const Registry& get() const { return registry_; }
  /// What the registry reads, to be damaged.
  [[nodiscard]] MemorySnapshot& files() { return files_; }
  [[nodiscard]] const MemorySnapshot& files() const { return files_; }

 private:
  MemorySnapshot files_;
  Registry registry_;
};

}  // namespace mlx::test
