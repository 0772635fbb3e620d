#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/registry_builder.h"

namespace mlx::test {

/// A change of a project, as a folder tells it:
///
///     base/…                  the project's own files
///     change/…                files that the change adds or writes anew
///     removed.txt             paths that it takes away, one a line
///     components/NAME/…       the files of a component, by target; of a version `NAME@1.1.0`
///     components/NAME.json    what it says of itself, in the words of component.json
///     story.json              {"installed": […], "candidates": […], "uninstalled": […]}: names; the last are
///                             taken out by the change, by hand
///     expected.txt            what a review says of the change
class ChangeStory {
 public:
  explicit ChangeStory(const std::filesystem::path& folder);

  /// `+ error route-collision src/a.py:3 src/b.py:4` and its text, for each finding that the change brings;
  /// with `-` those that it mends, with `=` those that stay.
  [[nodiscard]] std::string review() const;

 private:
  void uninstall(const std::string& name);

  std::map<std::string, std::string> base_;
  std::map<std::string, std::string> head_;
  std::vector<TestComponent> components_;
  std::vector<std::string> installed_;
  std::vector<std::string> candidates_;
};

[[nodiscard]] std::string read_text(const std::filesystem::path& file);

}  // namespace mlx::test
