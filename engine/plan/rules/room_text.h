#pragma once

#include <string>
#include <vector>

#include "engine/plan/rules/component_room.h"

namespace mlx {

/// What holds for the whole project.
struct ProjectFacts {
  std::string dependency_file;  ///< empty if none declares dependencies
  bool has_environment_example = false;
  std::string runner;                ///< what commands are run by: `uv run `, `poetry run `, or nothing
  bool has_projen = false;           ///< `.projenrc.py` generates files of it
  std::vector<std::string> tasks;    ///< `npx projen` knows these, with their descriptions
  std::vector<std::string> scripts;  ///< names in `project.scripts`
};

/// The part of AGENTS.md that is about all components.
[[nodiscard]] std::string project_rules(const ProjectFacts& facts);

/// The rules of one room in Markdown, with a heading of this level.
[[nodiscard]] std::string room_rules(const ComponentRoom& room, const ProjectFacts& facts,
                                     std::size_t heading_level);

/// The front matter of a room's Cursor rule: it is attached to files that match its globs.
[[nodiscard]] std::string cursor_front_matter(const ComponentRoom& room);

/// A text from a file as part of a line of Markdown: without line ends, roles of Sphinx and marks of
/// comments, and not too long.
[[nodiscard]] std::string plain_sentence(std::string_view text);

}  // namespace mlx
