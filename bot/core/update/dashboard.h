#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/forge_form.h"

namespace mlx::bot {

/// What the bot has to remember of a repository between two runs. It is kept in the dashboard issue, hidden:
/// the bot has no other memory, and whoever may edit the issue may see and change it.
struct DashboardState {
  std::map<std::string, std::string> first_seen;  ///< RFC 3339, by `api-serving@1.3.0`
  std::vector<std::string> ignored;               ///< IgnoreRule, as `/mlx ignore` was given them

  bool operator==(const DashboardState&) const = default;
};

/// How an update that there is stands.
enum class UpdateStatus {
  kOpen,      ///< has a pull request
  kForeign,   ///< has one with commits of somebody else, which is left alone
  kPending,   ///< waits for the schedule
  kYoung,     ///< waits for its age
  kLimited,   ///< waits for a place among the open ones
  kDeclined,  ///< its pull request was closed
  kFailed,    ///< cannot be made
};

/// One update: what one pull request is, or would be.
struct UpdateEntry {
  std::string subject;  ///< a component, or `all`
  std::string title;    ///< `api-serving 1.2.0 → 1.3.0`
  UpdateStatus status = UpdateStatus::kPending;
  std::string detail;       ///< why, in a sentence; empty if there is no more to say
  std::int64_t number = 0;  ///< of its pull request, if it has or had one
  bool has_conflicts = false;
  bool breaks_users = false;

  bool operator==(const UpdateEntry&) const = default;
};

/// What somebody asked for by ticking a box.
struct DashboardAction {
  enum class Kind { kCreate, kRebase, kUnignore };
  Kind kind = Kind::kCreate;
  std::string subject;  ///< of the update; of kUnignore the rule

  bool operator==(const DashboardAction&) const = default;
};

inline constexpr std::string_view kDashboardMarker = "<!-- mlx:dashboard -->";
inline constexpr std::string_view kDashboardTitle = "MLX: updates of components";

struct Dashboard {
  std::vector<UpdateEntry> entries;
  DashboardState state;
  std::string schedule;  ///< for people: `0 6 * * 1 (Europe/Berlin)`; empty: there is none
  ForgeForm form = {};
};

/// The text. Never longer than a forge takes.
[[nodiscard]] std::string render_dashboard(const Dashboard& dashboard);

/// What a dashboard's text remembers; what cannot be read is forgotten.
[[nodiscard]] DashboardState read_dashboard_state(std::string_view body);

/// The boxes that are ticked in a text and were not before.
[[nodiscard]] std::vector<DashboardAction> ticked_actions(std::string_view body, std::string_view previous);

}  // namespace mlx::bot
