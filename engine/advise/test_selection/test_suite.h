#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/repo_index.h"
#include "engine/manifest/pytest_configuration.h"

namespace mlx {

struct TestFile {
  FileId file = 0;
  std::size_t tests = 0;  ///< functions and methods that pytest takes for tests; a parametrized one is one
};

/// The tests of a project, as pytest collects them by its configuration.
struct TestSuite {
  std::vector<TestFile> files;                  ///< by path
  std::vector<FileId> conftests;                ///< each belongs to the tests below its directory
  std::vector<FileId> session_conftests;        ///< those with hooks for all tests, wherever these are
  std::vector<std::string> plugins;             ///< modules that pytest is told to load: `-p`
  std::string configuration;                    ///< the file that configures pytest; empty if none does
  std::vector<std::string> configured_modules;  ///< what it names that could be modules
  std::vector<std::string>
      import_directories;          ///< its `pythonpath`, from the top, without slashes at the end
  std::vector<std::string> texts;  ///< `test*.txt`, whose examples pytest runs if they have any
  /// Why there may be tests that no Python file of the suite holds; empty if there are none.
  std::string other_tests;
};

/// Reads what `index` and the configuration tell. Linear in the number of files.
[[nodiscard]] TestSuite find_test_suite(const RepoIndex& index, const PytestConfiguration& pytest);

}  // namespace mlx
