#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/repo_path.h"

namespace mlx::bot {

/// What a forge takes: characters are code points, bytes are those of UTF-8.
inline constexpr std::size_t kMostCheckTextCharacters = 65'535;  ///< of the summary, and of the text
inline constexpr std::size_t kMostAnnotationTitleCharacters = 255;
inline constexpr std::size_t kMostAnnotationMessageBytes = 65'536;
inline constexpr std::size_t kMostCheckActions = 3;
inline constexpr std::size_t kMostActionLabelCharacters = 20;
inline constexpr std::size_t kMostActionDescriptionCharacters = 40;
inline constexpr std::size_t kMostActionIdentifierCharacters = 20;

/// A remark of a check run on lines of a file. Plain text, no Markdown.
struct CheckAnnotation {
  enum class Level { kNotice, kWarning, kFailure };
  RepoPath path;
  int first_line = 1;  ///< in the commit that is checked, counted from 1
  int last_line = 1;
  Level level = Level::kWarning;
  std::string title = {};
  std::string message = {};
};

/// A button of a check run. Pressing it brings a CheckActionEvent with the identifier.
struct CheckAction {
  std::string label;
  std::string description;
  std::string identifier;
};

/// What the bot found of one commit, as the forge shows it beside the commit.
struct CheckRun {
  enum class Conclusion { kSuccess, kNeutral, kActionRequired, kFailure };
  std::string name;
  std::string head_sha;
  std::int64_t pull_request = 0;         ///< that it was made for
  std::optional<Conclusion> conclusion;  ///< nothing: it is still at work
  std::string title;
  std::string summary;  ///< Markdown
  std::string text;     ///< Markdown; may be empty
  std::vector<CheckAnnotation> annotations;
  std::vector<CheckAction> actions;  ///< shown when there is a conclusion
};

/// Whether a forge takes it; kInvalidInput names what is too long, too many, or nowhere. How many annotations
/// there are is no matter.
[[nodiscard]] Result<void> check_limits(const CheckRun& run);

}  // namespace mlx::bot
