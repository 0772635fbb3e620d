#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/edit_origins.h"

namespace mlx {

/// What tells pytest how to run in the top directory.
struct PytestConfiguration {
  std::string file;                     ///< the one file that pytest reads; empty if none configures it
  std::vector<std::string> pythonpath;  ///< directories that are put on the import path, as written
  bool uses_importlib = false;          ///< `--import-mode=importlib`: conftest.py makes nothing importable
  // What is collected; empty where nothing is said.
  std::vector<std::string> test_paths = {};           ///< `testpaths`, as written
  std::vector<std::string> file_patterns = {};        ///< `python_files`
  std::vector<std::string> function_patterns = {};    ///< `python_functions`
  std::vector<std::string> class_patterns = {};       ///< `python_classes`
  std::vector<std::string> ignored_directories = {};  ///< `norecursedirs`
  std::vector<std::string> options = {};              ///< `addopts`, word by word
  std::vector<std::string> values = {};               ///< all texts that it holds, those above too

  bool operator==(const PytestConfiguration&) const = default;
};

/// Finds the file that pytest would take, in its order: pytest.toml and pytest.ini (also hidden)
/// before pyproject.toml, tox.ini and setup.cfg, the last three only if they have its section.
[[nodiscard]] Result<PytestConfiguration> find_pytest_configuration(const Snapshot& snapshot);

/// Is the directory among those of `pythonpath`? `.` and `./` are the same.
[[nodiscard]] bool has_directory(const std::vector<std::string>& pythonpath, std::string_view directory);

struct PytestEdit {
  std::string text;     ///< the whole file after the edit
  EditOrigins origins;  ///< empty if nothing had to be done
};

/// Makes pytest put `entry`, a directory, on the import path: in `[tool.pytest.ini_options]` of a
/// pyproject.toml, or in pytest 9's own `[tool.pytest]` if the project uses that. Gives the text
/// unchanged if `pythonpath` has the entry. Note that a created table hides the pytest sections
/// of tox.ini and setup.cfg: ask find_pytest_configuration() first.
[[nodiscard]] Result<PytestEdit> ensure_pytest_pythonpath(std::string_view text, std::string_view file,
                                                          std::string_view entry);

/// Takes out what ensure_pytest_pythonpath() added, as `origins` tells, also after edits
/// elsewhere. Gives the text unchanged if it added nothing, or if that is gone.
[[nodiscard]] Result<std::string> remove_pytest_pythonpath(std::string_view text, std::string_view file,
                                                           EditOrigins& origins);

}  // namespace mlx
