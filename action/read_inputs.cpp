#include <algorithm>
#include <array>
#include <utility>

#include "action/job.h"
#include "engine/base/repo_path.h"
#include "engine/base/suggest.h"
#include "engine/component/component.h"
#include "engine/component/registries.h"

namespace mlx::action {
namespace {

constexpr std::size_t kMostComponents = 50;
constexpr std::size_t kLongestShown = 80;

// Commands come with events only: nobody asks for them by this name.
constexpr std::array kModes = {std::pair{std::string_view("review"), Mode::kReview},
                               std::pair{std::string_view("add"), Mode::kAdd},
                               std::pair{std::string_view("update"), Mode::kUpdate},
                               std::pair{std::string_view("extract"), Mode::kExtract},
                               std::pair{std::string_view("check"), Mode::kCheck}};

constexpr std::array kFailOn = {
    std::pair{std::string_view("error"), FailOn{.severity = Severity::kError}},
    std::pair{std::string_view("warning"), FailOn{.severity = Severity::kWarning}},
    std::pair{std::string_view("info"), FailOn{.severity = Severity::kInfo}},
    std::pair{std::string_view("never"), FailOn{.severity = std::nullopt}}};

std::unexpected<Error> wrong(std::string_view name, const std::string& complaint) {
  return fail(ErrorCode::kInvalidInput, "the input `" + std::string(name) + "` " + complaint);
}

/// As much of it as a message needs.
std::string shown(std::string_view text) {
  return "`" + std::string(text.substr(0, kLongestShown)) + (text.size() > kLongestShown ? "…`" : "`");
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

template <typename Choices>
auto read_choice(std::string_view name, const std::string& text, const Choices& choices)
    -> Result<std::optional<typename Choices::value_type::second_type>> {
  if (text.empty()) return std::nullopt;
  std::vector<std::string> known;
  std::string list;
  for (const auto& [word, value] : choices) {
    if (word == text) return value;
    known.emplace_back(word);
    list += (list.empty() ? "" : ", ") + known.back();
  }
  return wrong(name, "is " + shown(text) + ", which is none of " + list + did_you_mean(text, known));
}

/// Names between commas, spaces or line ends.
Result<std::vector<std::string>> read_components(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(", \t\r\n"), text.size());
    const std::string name(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
    const auto parsed = ComponentName::parse(name);
    if (!parsed || !is_component_name(parsed->name)) {
      return wrong("components",
                   "has " + shown(name) + ", which is no name of a component: names are like " +
                       "`api-serving` or `@acme/feature-store`, with commas or spaces between them");
    }
    if (names.size() == kMostComponents)
      return wrong("components", "names more than " + std::to_string(kMostComponents) + " components");
    names.push_back(name);
  }
  return names;
}

Result<bool> read_switch(std::string_view name, const std::string& text) {
  if (text.empty() || text == "false") return false;
  if (text == "true") return true;
  return wrong(name, "is " + shown(text) + "; it must be true or false");
}

/// A path in the repository; empty for its top.
Result<std::string> read_path(std::string_view name, std::string text) {
  while (text.starts_with("./")) text.erase(0, 2);
  while (text.ends_with('/')) text.pop_back();
  if (text.empty() || text == ".") return std::string();
  const auto path = RepoPath::parse(text);
  if (path) return path->str();
  return wrong(name, "is " + shown(text) + ": it must be a path in the repository, relative to its top");
}

}  // namespace

std::string_view to_string(Mode mode) {
  for (const auto& [name, known] : kModes) {
    if (known == mode) return name;
  }
  return "commands";
}

Result<JobInputs> read_inputs(const std::function<std::string(std::string_view name)>& value_of) {
  const auto text = [&](std::string_view name) { return trimmed(value_of(name)); };
  JobInputs inputs;
  inputs.mode = MLX_TRY(read_choice("mode", text("mode"), kModes));
  inputs.components = MLX_TRY(read_components(value_of("components")));
  inputs.registry = text("registry");
  inputs.token = text("token");
  inputs.fail_on = MLX_TRY(read_choice("fail-on", text("fail-on"), kFailOn));
  inputs.is_dry_run = MLX_TRY(read_switch("dry-run", text("dry-run")));
  inputs.runs_tools = MLX_TRY(read_switch("sync", text("sync")));
  inputs.working_directory = MLX_TRY(read_path("working-directory", text("working-directory")));
  inputs.configuration = MLX_TRY(read_path("config", text("config")));
  return inputs;
}

}  // namespace mlx::action
