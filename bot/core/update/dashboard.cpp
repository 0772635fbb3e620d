#include "bot/core/update/dashboard.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

constexpr std::string_view kStateBegin = "<!-- mlx:state ";
constexpr std::string_view kCommentEnd = " -->";
constexpr std::string_view kBoxBegin = "<!-- mlx:";

struct ActionName {
  DashboardAction::Kind kind;
  std::string_view name;
};
constexpr std::array<ActionName, 3> kActions = {{{DashboardAction::Kind::kCreate, "create"},
                                                 {DashboardAction::Kind::kRebase, "rebase"},
                                                 {DashboardAction::Kind::kUnignore, "unignore"}}};

struct Section {
  UpdateStatus status;
  std::string_view heading;
  std::string_view explanation;
  std::optional<DashboardAction::Kind> box;
};
constexpr std::array<Section, 7> kSections = {{
    {UpdateStatus::kFailed, "Cannot be made", "Tick a box to try again.", DashboardAction::Kind::kCreate},
    {UpdateStatus::kForeign, "Left alone", "Somebody else pushed to their branches. They are yours.",
     std::nullopt},
    {UpdateStatus::kOpen, "Open", "Tick a box to make its branch anew on what the base branch is now.",
     DashboardAction::Kind::kRebase},
    {UpdateStatus::kPending, "Waiting for the schedule", "Tick a box to open the pull request now.",
     DashboardAction::Kind::kCreate},
    {UpdateStatus::kYoung, "Waiting for their age", "Tick a box to open the pull request now.",
     DashboardAction::Kind::kCreate},
    {UpdateStatus::kLimited, "Waiting for a place", "Tick a box to open the pull request now.",
     DashboardAction::Kind::kCreate},
    {UpdateStatus::kDeclined, "Declined", "Their pull requests were closed. Tick a box to open one again.",
     DashboardAction::Kind::kCreate},
}};

std::string_view name_of(DashboardAction::Kind kind) {
  return std::ranges::find(kActions, kind, &ActionName::kind)->name;
}

std::string box(DashboardAction::Kind kind, std::string_view subject) {
  return fmt::format("- [ ] {}{}={}{} ", kBoxBegin, name_of(kind), subject, kCommentEnd);
}

std::string render_entry(const UpdateEntry& entry, const Section& section, const ForgeForm& form) {
  std::string text = section.box ? box(*section.box, entry.subject) : "- ";
  if (entry.number != 0) text += form.reference(entry.number) + " ";
  text += neutralised(entry.title);
  if (entry.breaks_users) text += ", **breaking**";
  if (entry.has_conflicts) text += ", with conflicts";
  if (!entry.detail.empty()) text += fmt::format("<br>{}", sentence(entry.detail));
  return text + "\n";
}

/// `--` would end a comment of HTML early; JSON can spell a hyphen otherwise.
std::string hidden_json(const json& value) {
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  std::string hidden;
  for (const char c : text) hidden += c == '-' ? "\\u002d" : c == '>' ? "\\u003e" : std::string(1, c);
  return hidden;
}

std::string render_state(const DashboardState& state) {
  return std::string(kStateBegin) +
         hidden_json({{"firstSeen", state.first_seen}, {"ignored", state.ignored}}) +
         std::string(kCommentEnd) + "\n";
}

/// The box of a line: what it is for, and whether it is ticked.
std::optional<std::pair<DashboardAction, bool>> read_box(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return std::nullopt;
  line.remove_prefix(begin);
  constexpr std::size_t kBoxSize = 6;  // `- [x] `
  if (line.size() < kBoxSize || (!line.starts_with("- [") && !line.starts_with("* ["))) return std::nullopt;
  const bool is_ticked = line[3] == 'x' || line[3] == 'X';
  line.remove_prefix(kBoxSize);
  if (!line.starts_with(kBoxBegin)) return std::nullopt;
  line.remove_prefix(kBoxBegin.size());
  const auto equals = line.find('=');
  const auto end = line.find(kCommentEnd);
  if (equals == std::string_view::npos || end == std::string_view::npos || end < equals) return std::nullopt;
  const auto action = std::ranges::find(kActions, line.substr(0, equals), &ActionName::name);
  if (action == kActions.end()) return std::nullopt;
  return std::pair(DashboardAction{.kind = action->kind,
                                   .subject = std::string(line.substr(equals + 1, end - equals - 1))},
                   is_ticked);
}

std::vector<DashboardAction> ticked_in(std::string_view body) {
  std::vector<DashboardAction> actions;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    const auto found = read_box(body.substr(0, end));
    if (found && found->second) actions.push_back(found->first);
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return actions;
}

std::string render_ignored(const DashboardState& state) {
  if (state.ignored.empty()) return {};
  std::string text = "### Ignored\n\nTick a box to hear of them again.\n\n";
  for (const std::string& rule : state.ignored)
    text += box(DashboardAction::Kind::kUnignore, rule) + code_span(rule) + "\n";
  return text + "\n";
}

}  // namespace

std::string render_dashboard(const Dashboard& dashboard) {
  std::string text = std::string(kDashboardMarker) + "\n" + render_state(dashboard.state) +
                     "This issue shows which components have later versions, and what became of them.\n\n";
  for (const Section& section : kSections) {
    std::string list;
    for (const UpdateEntry& entry : dashboard.entries) {
      if (entry.status == section.status) list += render_entry(entry, section, dashboard.form);
    }
    if (list.empty()) continue;
    text += fmt::format("### {}\n\n{}\n\n{}\n", section.heading, section.explanation, list);
  }
  if (dashboard.entries.empty()) text += "Everything is up to date.\n\n";
  text += render_ignored(dashboard.state);
  text += dashboard.schedule.empty()
              ? "---\nThere is no schedule: write `/mlx update` in a comment, or set `schedule` under "
                "`[bot] update` in `mlx.toml`.\n"
              : fmt::format("---\nSchedule: {}. `/mlx help` shows the commands.\n",
                            code_span(dashboard.schedule));
  return shortened(std::move(text), "This issue");
}

DashboardState read_dashboard_state(std::string_view body) {
  const auto begin = body.find(kStateBegin);
  if (begin == std::string_view::npos) return {};
  body.remove_prefix(begin + kStateBegin.size());
  const json document = json::parse(body.substr(0, body.find(kCommentEnd)), nullptr, false);
  DashboardState state;
  if (!document.is_object()) return state;
  if (const auto seen = document.find("firstSeen"); seen != document.end() && seen->is_object()) {
    for (const auto& [key, value] : seen->items()) {
      if (value.is_string()) state.first_seen.emplace(key, value.get<std::string>());
    }
  }
  if (const auto ignored = document.find("ignored"); ignored != document.end() && ignored->is_array()) {
    for (const json& rule : *ignored) {
      if (rule.is_string()) state.ignored.push_back(rule.get<std::string>());
    }
  }
  return state;
}

std::vector<DashboardAction> ticked_actions(std::string_view body, std::string_view previous) {
  std::vector<DashboardAction> actions = ticked_in(body);
  const std::vector<DashboardAction> before = ticked_in(previous);
  std::erase_if(actions, [&](const DashboardAction& action) {
    return std::ranges::find(before, action) != before.end();
  });
  return actions;
}

}  // namespace mlx::bot
