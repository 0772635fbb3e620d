#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace mlx::testing {

/// A component in the few words that a test has to say of it.
struct TestComponent {
  std::string name;
  std::string version = "1.0.0";
  std::string description = "A component.";
  std::map<std::string, std::string> files = {};  ///< templates by target: `src/web/app.py`
  std::vector<std::string> distributions = {};
  std::map<std::string, std::string> components = {};  ///< required ones, with their ranges
  nlohmann::json environment = nlohmann::json::array();
  std::vector<std::string> modules = {};
};

/// The files of a registry with these components, digests and all, by path.
[[nodiscard]] std::map<std::string, std::string> registry_files(const std::vector<TestComponent>& components);

/// `web` requires `settings`; both have sources, a distribution and variables.
[[nodiscard]] std::vector<TestComponent> two_components();

/// Writes files below a directory, which is made if it is not there.
void write_files(const std::filesystem::path& directory, const std::map<std::string, std::string>& files);

}  // namespace mlx::testing
