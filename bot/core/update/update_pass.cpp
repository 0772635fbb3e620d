#include "bot/core/update/update_pass.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bot/core/render_parts.h"
#include "bot/core/update/render_update.h"
#include "engine/base/timestamp.h"
#include "engine/plan/status.h"
#include "engine/plan/update/update.h"

namespace mlx::bot {
namespace {

using std::chrono::days;
using std::chrono::hours;

/// The configuration's rules, and those of the dashboard, which anybody may edit: what is none there is
/// passed over.
Result<std::vector<IgnoreRule>> ignore_rules(const UpdatePassInput& input) {
  std::vector<IgnoreRule> rules = MLX_TRY(configured_ignore_rules(input.configuration));
  for (const std::string& text : input.state.ignored) {
    if (auto rule = IgnoreRule::parse(text)) rules.push_back(*std::move(rule));
  }
  return rules;
}

std::string version_key(const std::string& name, const Version& version) {
  return name + "@" + to_string(version);
}

bool breaks_users(const ChangePlan& plan) {
  return std::ranges::any_of(plan.update.components, [](const UpdatedComponent& component) {
    return component.upstream && component.upstream->breaks_users();
  });
}

/// Why a plan has nothing to offer, as far as its findings tell; nothing if there simply is no update.
std::optional<std::string> failure_of(const ChangePlan& plan) {
  for (const Finding& finding : plan.findings) {
    if (finding.severity == Severity::kError || finding.code == "update-blocked") return finding.message;
  }
  return std::nullopt;
}

/// One run of plan_update_pass().
class Pass {
 public:
  explicit Pass(const UpdatePassInput& input) : input_(input), settings_(input.configuration.bot.update) {
    pass_.state = input.state;
    for (const KnownUpdate& known : input.known) {
      if (known.state == KnownUpdate::State::kOpen) ++open_;
      const auto made = parse_timestamp(known.created_at);
      if (made && input.now - *made < hours(1)) ++made_this_hour_;
    }
  }

  Result<UpdatePass> run() {
    rules_ = MLX_TRY(ignore_rules(input_));
    const Lock lock = MLX_TRY(read_project_lock(input_.project));
    if (settings_.is_grouped) {
      MLX_CHECK(decide(std::string(kAllSubject), {}));
    } else {
      for (const auto& [name, locked] : lock.components) MLX_CHECK(decide(name, {name}));
    }
    forget_old_versions();
    find_obsolete();
    return std::move(pass_);
  }

 private:
  Result<void> decide(const std::string& subject, const std::vector<std::string>& names) {
    const bool is_asked = input_.trigger.asks_for(subject);
    auto plan = MLX_TRY(plan_for(names, rules_, is_asked));
    if (!plan) {
      note(subject, subject, UpdateStatus::kFailed, failure_);
      return {};
    }
    note_first_seen(*plan);
    std::vector<IgnoreRule> rules = rules_;
    std::string youngest;
    // Down to the newest version that is old enough.
    while (!is_asked && !plan->update.components.empty()) {
      const auto young = young_component(*plan);
      if (!young) break;
      if (youngest.empty()) youngest = update_title(*plan);
      rules.push_back(IgnoreRule::parse(version_key(young->name, young->to)).value());
      plan = MLX_TRY(plan_for(names, rules, false));
      if (!plan) break;
      note_first_seen(*plan);
    }
    if (!plan || plan->update.components.empty()) {
      if (!youngest.empty()) note(subject, youngest, UpdateStatus::kYoung, age_detail());
      return {};
    }
    return decide_about(subject, *std::move(plan), is_asked);
  }

  /// Nothing if the update fails; then failure_ says why.
  Result<std::optional<ChangePlan>> plan_for(const std::vector<std::string>& names,
                                             const std::vector<IgnoreRule>& rules, bool is_asked) {
    UpdateRequest request{
        .choice = {.components = names, .to = {}, .ignored = rules},
        .conflicts = settings_.has_markers ? ConflictContent::kMarkers : ConflictContent::kOurs};
    if (is_asked && names.size() == 1) request.choice.to = input_.trigger.to;
    auto plan = plan_update(request, input_.registries, input_.project, input_.blobs);
    if (!plan) {
      const bool is_about_this_update =
          plan.error().code == ErrorCode::kNotFound || plan.error().code == ErrorCode::kInvalidInput;
      if (!is_about_this_update) return std::unexpected(plan.error());
      failure_ = plan.error().message;
      return std::optional<ChangePlan>();
    }
    const bool has_nothing = plan->is_blocked() || plan->update.components.empty();
    if (const auto failure = failure_of(*plan); failure && has_nothing) {
      failure_ = *failure;
      return std::optional<ChangePlan>();
    }
    return std::optional(*std::move(plan));
  }

  void note_first_seen(const ChangePlan& plan) {
    for (const UpdatedComponent& component : plan.update.components) {
      const std::string key = version_key(component.name, component.to);
      pass_.state.first_seen.try_emplace(key, to_timestamp(input_.now));
      seen_.insert(key);
    }
  }

  [[nodiscard]] const UpdatedComponent* young_component(const ChangePlan& plan) const {
    const auto is_young = [&](const UpdatedComponent& component) {
      const auto seen = parse_timestamp(pass_.state.first_seen.at(version_key(component.name, component.to)));
      return seen && input_.now - *seen < days(settings_.minimum_age_days);
    };
    const auto found = std::ranges::find_if(plan.update.components, is_young);
    return found == plan.update.components.end() ? nullptr : &*found;
  }

  [[nodiscard]] std::string age_detail() const {
    return fmt::format("it has to be known for {} days", settings_.minimum_age_days);
  }

  Result<void> decide_about(const std::string& subject, ChangePlan plan, bool is_asked) {
    const std::string branch = update_branch(subject);
    UpdateEntry entry{.subject = subject,
                      .title = update_title(plan),
                      .status = UpdateStatus::kOpen,
                      .has_conflicts = !plan.update.conflicts.empty(),
                      .breaks_users = breaks_users(plan)};
    const auto open = std::ranges::find_if(input_.known, [&](const KnownUpdate& known) {
      return known.branch == branch && known.state == KnownUpdate::State::kOpen;
    });
    const bool is_open = open != input_.known.end();
    if (is_open) entry.number = open->number;
    if (!is_open && !is_asked) {
      const auto declined = declined_before(branch, update_marker(plan));
      if (declined != nullptr) {
        entry.status = UpdateStatus::kDeclined;
        entry.number = declined->number;
      } else if (input_.trigger.kind != UpdateTrigger::Kind::kSchedule) {
        entry.status = UpdateStatus::kPending;
      } else if (auto limit = limit_reached()) {
        entry.status = UpdateStatus::kLimited;
        entry.detail = *std::move(limit);
      }
    }
    UpdateDecision decision{.entry = std::move(entry), .proposal = {}};
    if (decision.entry.status == UpdateStatus::kOpen) {
      if (!is_open) ++open_, ++made_this_hour_;
      std::vector<RepoPath> written;
      if (input_.finisher != nullptr) written = MLX_TRY(input_.finisher->finish(plan, input_.project));
      decision.proposal = proposal_of(subject, std::move(plan), is_asked);
      decision.proposal->written_by_tools = std::move(written);
    }
    pass_.decisions.push_back(std::move(decision));
    return {};
  }

  [[nodiscard]] Proposal proposal_of(const std::string& subject, ChangePlan plan, bool is_asked) const {
    ProposalText text = render_update(plan, subject, settings_.has_markers);
    const bool has_conflicts = !plan.update.conflicts.empty();
    return {.branch = update_branch(subject),
            .commit_message = std::move(text.commit_message),
            .title = std::move(text.title),
            .body = std::move(text.body),
            .plan = std::move(plan),
            .labels = settings_.labels,
            .is_draft = has_conflicts,
            .follows_base = is_asked && input_.trigger.makes_anew,
            .overwrites = is_asked && input_.trigger.overwrites};
  }

  /// Somebody closed the pull request that brought just these versions.
  [[nodiscard]] const KnownUpdate* declined_before(const std::string& branch,
                                                   const std::string& marker) const {
    const auto found = std::ranges::find_if(input_.known, [&](const KnownUpdate& known) {
      return known.branch == branch && known.state == KnownUpdate::State::kDeclined &&
             has_marker(known.body, marker);
    });
    return found == input_.known.end() ? nullptr : &*found;
  }

  [[nodiscard]] std::optional<std::string> limit_reached() const {
    if (settings_.open_limit > 0 && std::cmp_greater_equal(open_, settings_.open_limit))
      return fmt::format("{} are open, which is the limit", counted(open_, "pull request"));
    if (settings_.hourly_limit > 0 && std::cmp_greater_equal(made_this_hour_, settings_.hourly_limit)) {
      return fmt::format("{} were opened within the last hour, which is the limit",
                         counted(made_this_hour_, "pull request"));
    }
    return std::nullopt;
  }

  void note(const std::string& subject, const std::string& title, UpdateStatus status,
            const std::string& detail) {
    pass_.decisions.push_back(
        {.entry = {.subject = subject, .title = title, .status = status, .detail = detail}, .proposal = {}});
  }

  /// Nobody asks again how long a version was known that nothing offers any more.
  void forget_old_versions() {
    std::erase_if(pass_.state.first_seen, [&](const auto& entry) { return !seen_.contains(entry.first); });
  }

  void find_obsolete() {
    for (const KnownUpdate& known : input_.known) {
      if (known.state != KnownUpdate::State::kOpen) continue;
      const bool is_wanted = std::ranges::any_of(pass_.decisions, [&](const UpdateDecision& decision) {
        return update_branch(decision.entry.subject) == known.branch;
      });
      if (!is_wanted) pass_.obsolete.push_back(known);
    }
  }

  const UpdatePassInput& input_;
  const UpdateSettings& settings_;
  std::vector<IgnoreRule> rules_;
  std::string failure_;
  std::set<std::string> seen_;
  std::size_t open_ = 0;
  std::size_t made_this_hour_ = 0;
  UpdatePass pass_;
};

}  // namespace

bool UpdateTrigger::asks_for(const std::string& subject) const {
  return kind == Kind::kAsked && (subjects.empty() || std::ranges::find(subjects, subject) != subjects.end());
}

Result<UpdatePass> plan_update_pass(const UpdatePassInput& input) { return Pass(input).run(); }

std::string update_branch(std::string_view subject) {
  return std::string(kUpdateBranches) + std::string(subject);
}

std::string subject_of_branch(std::string_view branch) {
  return branch.starts_with(kUpdateBranches) ? std::string(branch.substr(kUpdateBranches.size()))
                                             : std::string();
}

}  // namespace mlx::bot
