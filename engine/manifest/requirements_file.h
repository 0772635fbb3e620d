#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/base/text_edit.h"
#include "engine/manifest/requirement.h"

namespace mlx {

enum class RequirementLineKind {
  kRequirement,  ///< `name>=1`
  kInclude,      ///< `-r other.txt`
  kConstraint,   ///< `-c constraints.txt`
  kEditable,     ///< `-e ./package`
  kLocation,     ///< an address or a path: `git+https://…`, `./wheels/x.whl`
  kOption,       ///< any other option: `--index-url …`
};

/// One logical line: continued lines are joined, comments and blank lines are left out.
struct RequirementLine {
  RequirementLineKind kind = RequirementLineKind::kRequirement;
  std::string value;                       ///< what follows the option, or the line without its options
  std::optional<Requirement> requirement;  ///< for kRequirement always; else if `#egg=` names it
  bool has_hash = false;
  Span span;  ///< in the text, from the line's first character to the end of its last, comments included
  Evidence evidence;
};

/// A requirements.txt, as pip reads it.
struct RequirementsFile {
  std::string file;
  std::vector<RequirementLine> lines;
  /// Is any line locked by `--hash`? Then pip asks for hashes everywhere.
  bool has_hashes = false;
};

/// Fails with kInvalidInput, file, line and column for what pip would not read, and for a text
/// that is not UTF-8.
[[nodiscard]] Result<RequirementsFile> read_requirements(std::string_view text, std::string_view file);

struct PresentRequirement {
  Requirement requirement;
  std::vector<RequirementLine> declared;  ///< at least one
};

struct RequirementsEdit {
  std::string text;  ///< the whole file after the edit
  std::vector<Requirement> added;
  std::vector<PresentRequirement> present;
};

/// Adds the distributions that the file does not name, one to a line: in order if its names are
/// in order, else at the end. What it names already stays as it is. Only inserts; line ends and a
/// missing last newline stay. Fails with kRefused for a file with hashes: it was compiled from
/// another, which is the one to edit.
[[nodiscard]] Result<RequirementsEdit> add_requirements(std::string_view text, std::string_view file,
                                                        const std::vector<Requirement>& additions);

struct RequirementsRemoval {
  std::string text;  ///< the whole file after the edit
  std::vector<Requirement> removed;
  std::vector<PresentRequirement> kept;  ///< named in other words now than they were added
};

/// Takes out the lines that add_requirements() added, in any order, and after edits elsewhere: the
/// file is then what it would be had they never been added. What it does not name any more is
/// passed over.
[[nodiscard]] Result<RequirementsRemoval> remove_requirements(std::string_view text, std::string_view file,
                                                              const std::vector<Requirement>& additions);

/// What a distribution was added as, and what it is to be now.
struct RequirementChange {
  Requirement from;
  Requirement to;

  bool operator==(const RequirementChange&) const = default;
};

struct RequirementsReplacement {
  std::string text;  ///< the whole file after the edit
  std::vector<RequirementChange> changed;
  std::vector<PresentRequirement> kept;  ///< named in other words now than they were added
};

/// Writes lines that add_requirements() added in other words; what stands behind them on their line stays.
/// What the file does not name any more is passed over.
[[nodiscard]] Result<RequirementsReplacement> replace_requirements(
    std::string_view text, std::string_view file, const std::vector<RequirementChange>& changes);

}  // namespace mlx
