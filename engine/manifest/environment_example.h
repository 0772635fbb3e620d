#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/manifest/edit_origins.h"

namespace mlx {

/// A variable that an example file names.
struct ExampleVariable {
  std::string name;
  std::string value;          ///< without quotes
  bool is_commented = false;  ///< `# NAME=value`: offered, not set
  Evidence evidence;

  bool operator==(const ExampleVariable&) const = default;
};

/// A variable that a component reads.
struct EnvironmentVariable {
  std::string name;
  std::string default_value;  ///< empty if it has none; never shown for a secret
  bool is_required = false;
  bool is_secret = false;
  std::string description = {};
  bool has_default = false;   ///< the code says what holds when it is not set, be it nothing
  std::string evidence = {};  ///< `file:line` where it is read

  bool operator==(const EnvironmentVariable&) const = default;
};

struct EnvironmentEdit {
  std::string text;  ///< the whole file after the edit
  std::vector<std::string> added;
  std::vector<ExampleVariable> present;  ///< what was asked for and there already
  EditOrigins origins;                   ///< of the block and of each variable in it
};

/// The variables of a `.env.example`, in order: `NAME=value`, `export NAME=value`, quoted values
/// over several lines, and commented-out ones. What is none of these is passed over.
[[nodiscard]] std::vector<ExampleVariable> read_environment_example(std::string_view text,
                                                                    std::string_view file);

/// Appends those of the variables that the file does not name, as one block under `# heading`: a
/// comment line for each description, then `NAME=default`. A secret gets no value. A variable
/// that has no default and need not be set is offered in a comment. Adding again changes nothing.
/// Fails with kInvalidInput for a name that is none, and for a file with a quote left open that
/// would swallow the block.
[[nodiscard]] Result<EnvironmentEdit> add_variables(std::string_view text, std::string_view file,
                                                    const std::vector<EnvironmentVariable>& variables,
                                                    std::string_view heading);

struct EnvironmentRemoval {
  std::string text;  ///< the whole file after the edit
  std::vector<std::string> removed;
  std::vector<ExampleVariable> kept;  ///< named in other words now than they were added
};

/// Takes out what add_variables() added, in any order, and after edits elsewhere; a block that is
/// left without variables goes with its heading. A variable whose lines are no longer those of
/// `origins` is kept; one of which `origins` knows nothing loses its own line only. What the file
/// does not name any more is passed over.
[[nodiscard]] EnvironmentRemoval remove_variables(std::string_view text, std::string_view file,
                                                  const std::vector<std::string>& names,
                                                  EditOrigins& origins);

struct EnvironmentReplacement {
  std::string text;  ///< the whole file after the edit
  std::vector<std::string> changed;
  std::vector<ExampleVariable> kept;  ///< named in other words now than they were added
};

/// Writes variables that add_variables() added as a later version of their component describes them. One
/// whose lines are no longer those of `origins` is kept, and so is one that add_variables() did not add. What
/// the file does not name any more is passed over.
[[nodiscard]] EnvironmentReplacement replace_variables(std::string_view text, std::string_view file,
                                                       const std::vector<EnvironmentVariable>& variables,
                                                       EditOrigins& origins);

}  // namespace mlx
