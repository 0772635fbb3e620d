#include "bot/watched_repository.h"

#include <algorithm>

#include "engine/base/timestamp.h"
#include "engine/manifest/configuration.h"

namespace mlx::bot {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::string_view kOwnFile = "mlx.toml";
constexpr std::string_view kPyProject = "pyproject.toml";
/// Within so much of a push, its time may be that of another one.
constexpr std::chrono::minutes kPushesAreOne{1};
constexpr std::chrono::hours kLookedAtLeastEvery{24};
/// What was due while nobody was there is caught up with this long.
constexpr std::chrono::hours kCaughtUp{24};

/// Names what a file holds, without reading it: the blob's id, or what it is instead of a file.
Result<std::string> name_of(const Snapshot& project, std::string_view file) {
  const RepoPath path = MLX_TRY(RepoPath::parse(file));
  const EntryKind kind = MLX_TRY(project.kind(path));
  if (is_file(kind)) return MLX_TRY(project.blob_id(path)).hex();
  return std::string(kind == EntryKind::kAbsent ? "" : "no-file");
}

/// Whether the project means to configure MLX, so that its owner wants to hear what is wrong.
Result<bool> is_configured(const Snapshot& project) {
  if (!MLX_TRY(name_of(project, kOwnFile)).empty()) return true;
  const auto text = read_if_present(project, MLX_TRY(RepoPath::parse(kPyProject)));
  return text && text->value_or("").find("tool.mlx") != std::string::npos;
}

/// The names of both files that may hold a configuration.
Result<std::string> configuration_name(const Snapshot& project) {
  const std::string own = MLX_TRY(name_of(project, kOwnFile));
  const std::string pyproject = MLX_TRY(name_of(project, kPyProject));
  return own + (own.empty() || pyproject.empty() ? "" : "-") + pyproject;
}

/// As opposed to what the forge or this system could not do.
bool is_about_configuration(const Error& error) {
  const bool is_permanent = error.code == ErrorCode::kInvalidInput || error.code == ErrorCode::kRefused;
  return is_permanent && (error.location.file == kOwnFile || error.location.file == kPyProject);
}

}  // namespace

void WatchedRepository::update(const InstalledRepository& repository) { repository_ = repository; }

bool WatchedRepository::needs_look(sys_seconds now) const {
  if (!looked_at_ || now - *looked_at_ >= kLookedAtLeastEvery) return true;
  const bool is_moved =
      repository_.pushed_at != looked_pushed_at_ || repository_.default_branch != looked_branch_;
  return is_moved || repository_.pushed_at >= to_timestamp(*looked_at_ - kPushesAreOne);
}

Result<void> WatchedRepository::look(Forge& forge, const TimeZones& zones, sys_seconds now) {
  const auto repository = forge.repository(repository_.name, repository_.installation);
  const auto head = MLX_TRY(repository->branch_head(repository_.default_branch));
  if (!head) {
    take({}, now);
    commit_.clear();
  } else if (head->sha != commit_) {
    const auto project = MLX_TRY(repository->snapshot(*head, Listing::kByDirectory));
    take(MLX_TRY(read(*project, zones)), now);
    commit_ = head->sha;
  }
  looked_at_ = now;
  looked_pushed_at_ = repository_.pushed_at;
  looked_branch_ = repository_.default_branch;
  return {};
}

Result<WatchedRepository::Reading> WatchedRepository::read(const Snapshot& project, const TimeZones& zones) {
  const auto broken = [&](const Error& error) -> Result<Reading> {
    if (!is_about_configuration(error)) return std::unexpected(error);
    if (!MLX_TRY(is_configured(project))) return Reading{};
    return Reading{.broken = MLX_TRY(configuration_name(project))};
  };
  const auto configuration = read_configuration(project);
  if (!configuration) return broken(configuration.error());
  const UpdateSettings& settings = configuration->bot.update;
  auto schedule = update_schedule_of(settings, zones);
  if (!schedule) return broken(schedule.error());
  return Reading{.settings = *schedule ? settings.schedule + "\n" + settings.timezone : "",
                 .schedule = *std::move(schedule)};
}

void WatchedRepository::take(Reading reading, sys_seconds now) {
  // Whoever asks for three o'clock at night does not want it at once.
  const bool is_changed = looked_at_ && reading.settings != reading_.settings;
  if (is_changed) since_ = std::max(since_, now);
  reading_ = std::move(reading);
}

std::optional<ScheduleEvent> WatchedRepository::due(sys_seconds now) const {
  ScheduleEvent event{.repository = repository_.name, .installation = repository_.installation};
  if (!reading_.broken.empty()) {
    event.broken_configuration = reading_.broken;
    return reading_.broken == settled_broken_ ? std::nullopt : std::optional(event);
  }
  if (!reading_.schedule) return std::nullopt;
  const sys_seconds latest = reading_.schedule->latest_before(now + seconds(1));
  if (latest <= std::max(since_, now - kCaughtUp)) return std::nullopt;
  event.due = to_timestamp(latest);
  return event.due == settled_due_ ? std::nullopt : std::optional(event);
}

void WatchedRepository::settle(const ScheduleEvent& event) {
  settled_due_ = event.due;
  settled_broken_ = event.broken_configuration;
}

std::optional<sys_seconds> WatchedRepository::next_due(sys_seconds now) const {
  if (!reading_.schedule) return std::nullopt;
  return reading_.schedule->next_after(now);
}

}  // namespace mlx::bot
