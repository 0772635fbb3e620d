#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlx::bot {

struct AddCommand {
  std::vector<std::string> components;
  bool overwrite = false;
  bool operator==(const AddCommand&) const = default;
};
struct ListCommand {
  bool operator==(const ListCommand&) const = default;
};
struct StatusCommand {
  bool operator==(const StatusCommand&) const = default;
};
struct ExtractCommand {
  bool prune = false;  ///< components that the source no longer has leave the catalogue
  bool operator==(const ExtractCommand&) const = default;
};
/// What is asked for updates. All that the forge knows of them is needed to carry it out
/// (bot/run/updates_command.h).
struct UpdatesCommand {
  enum class Verb { kUpdate, kRebase, kRecreate, kIgnore, kUnignore };
  Verb verb = Verb::kUpdate;
  std::vector<std::string> names;  ///< components; of kIgnore and kUnignore one rule: `NAME` or `NAME@RANGE`
  std::string to = {};             ///< of kUpdate: a version, for one component
  bool operator==(const UpdatesCommand&) const = default;
};
/// What clashes here, or would with components that are named.
struct CheckCommand {
  std::vector<std::string> components;
  bool operator==(const CheckCommand&) const = default;
};
/// What a finding means.
struct ExplainCommand {
  std::string finding;  ///< an id, or a code
  bool operator==(const ExplainCommand&) const = default;
};
/// What nobody wants to hear of again in reviews.
struct IgnoreCommand {
  /// Ids of findings, codes for all of their kind, components that are recommended.
  std::vector<std::string> names;
  bool operator==(const IgnoreCommand&) const = default;
};
/// Components that do what is written by hand here.
struct RecommendCommand {
  bool operator==(const RecommendCommand&) const = default;
};
/// How far components are from what they were, and from their newest versions.
struct DiffCommand {
  std::vector<std::string> components;  ///< none: all that are here
  bool operator==(const DiffCommand&) const = default;
};
struct HelpCommand {
  bool operator==(const HelpCommand&) const = default;
};
/// A line that is addressed to MLX and cannot be carried out.
struct InvalidCommand {
  std::string problem;  ///< what is wrong, for the person who wrote it; may quote them
  bool operator==(const InvalidCommand&) const = default;
};

struct Command {
  std::string line;  ///< as written, white space simplified: `/mlx add api-serving`
  std::variant<AddCommand, ListCommand, StatusCommand, ExtractCommand, UpdatesCommand, CheckCommand,
               ExplainCommand, IgnoreCommand, RecommendCommand, DiffCommand, HelpCommand, InvalidCommand>
      action;
  bool operator==(const Command&) const = default;
};

/// The commands in a comment: lines of ordinary paragraphs that begin with the prefix
/// (`/mlx`) as a word. What a reader of the rendered comment sees as a quotation, as code,
/// as a list or inside HTML is none.
[[nodiscard]] std::vector<Command> parse_commands(std::string_view markdown, std::string_view prefix);

/// The commands that an edit added: those of the new body that the old one did not have,
/// counting repetitions.
[[nodiscard]] std::vector<Command> parse_added_commands(std::string_view markdown, std::string_view previous,
                                                        std::string_view prefix);

}  // namespace mlx::bot
