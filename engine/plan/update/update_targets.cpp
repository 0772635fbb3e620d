#include "engine/plan/update/update_targets.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <utility>

#include "engine/plan/lock_conflicts.h"
#include "engine/plan/status.h"
#include "engine/plan/update/locked_release.h"

namespace mlx {
namespace {

/// A version that was chosen, and where it comes from.
struct Chosen {
  const Registry* registry = nullptr;
  std::string registry_name;  ///< the project's name for it
  Version version;
  std::string required_by;
};
using Choices = std::map<std::string, Chosen>;

std::string titled(const std::string& name, const Version& version) {
  return name + " " + to_string(version);
}

Finding update_blocked(const std::string& name, const Version& version, const std::string& reason) {
  return {.code = "update-blocked",
          .severity = Severity::kError,
          .message = titled(name, version) + " cannot be taken: " + reason,
          .remedy = "update what stands in the way first, or name a version that fits with --to",
          .evidence = {{.file = std::string(Lock::kPath)}}};
}

Finding lower_version_taken(const std::string& name, const Version& version, const Finding& reason) {
  return {.code = "newer-version-blocked",
          .severity = Severity::kWarning,
          .message = titled(name, version) + " is taken, not the newest: " + reason.message,
          .remedy = reason.remedy,
          .evidence = reason.evidence};
}

Finding is_current(const std::string& name, const Version& version) {
  return {.code = "component-current",
          .severity = Severity::kInfo,
          .message = titled(name, version) + " is the newest version that there is",
          .remedy = "",
          .evidence = {{.file = std::string(Lock::kPath)}}};
}

Finding versions_ignored(const std::string& name, const Version& newest) {
  return {.code = "version-ignored",
          .severity = Severity::kInfo,
          .message = titled(name, newest) + " is there and is ignored, as the configuration says",
          .remedy = "to take it nevertheless: `mlx update " + name + " --to " + to_string(newest) + "`",
          .evidence = {}};
}

/// One run of choose_updates().
class UpdateSearch {
 public:
  UpdateSearch(const UpdateChoice& choice, const Lock& lock, const Registries& registries,
               WorkingTree& findings)
      : choice_(choice), lock_(lock), registries_(registries), findings_(findings) {}

  Result<std::vector<UpdateTarget>> run() {
    const bool names_all = choice_.components.empty();
    std::vector<std::string> names = choice_.components;
    if (names_all) std::ranges::copy(lock_.components | std::views::keys, std::back_inserter(names));
    for (const std::string& name : names) {
      const auto locked = lock_.components.find(name);
      if (locked == lock_.components.end()) return std::unexpected(not_installed(name, lock_));
      MLX_CHECK(choose(name, locked->second, names_all));
    }
    return targets_in_order();
  }

 private:
  using Attempt = std::expected<void, Finding>;

  Result<void> choose(const std::string& name, const LockedComponent& locked, bool is_one_of_all) {
    if (const auto known = choices_.find(name); known != choices_.end()) {
      known->second.required_by.clear();
      return {};
    }
    const auto found = find_installed(name, locked);
    if (!found) {
      if (!is_one_of_all) return std::unexpected(found.error());
      findings_.add_finding({.code = "registry-lost-component",
                             .severity = Severity::kWarning,
                             .message = name + " cannot be updated: " + found.error().message,
                             .remedy = "",
                             .evidence = {{.file = std::string(Lock::kPath)}}});
      return {};
    }
    if (auto conflict = lock_conflict(*found, locked, registries_)) {
      if (is_one_of_all) conflict->severity = Severity::kWarning;
      findings_.add_finding(*std::move(conflict));
      return {};
    }
    const std::vector<Version> candidates = MLX_TRY(candidates_for(name, locked, found->item));
    if (candidates.empty()) {
      if (!is_one_of_all) findings_.add_finding(why_there_is_none(name, locked, found->item));
      return {};
    }
    choose_first_possible(*found, candidates, is_one_of_all);
    return {};
  }

  /// The newest first.
  [[nodiscard]] Result<std::vector<Version>> candidates_for(const std::string& name,
                                                            const LockedComponent& locked,
                                                            const RegistryItem& item) const {
    if (choice_.to) {
      const Version& wanted = *choice_.to;
      if (std::ranges::find(item.versions, wanted) == item.versions.end()) {
        std::string all;
        for (const Version& version : item.versions) all += (all.empty() ? "" : ", ") + to_string(version);
        return fail(ErrorCode::kInvalidInput,
                    "the registry does not have " + titled(name, wanted) + "; it has " + all);
      }
      if (wanted < locked.version) {
        return fail(ErrorCode::kInvalidInput, titled(name, wanted) + " is older than " +
                                                  to_string(locked.version) +
                                                  ", which is here: undo the update in git instead");
      }
      return wanted == locked.version ? std::vector<Version>() : std::vector{wanted};
    }
    return newer_versions(name, locked, item.versions);
  }

  [[nodiscard]] std::vector<Version> newer_versions(const std::string& name, const LockedComponent& locked,
                                                    const std::vector<Version>& versions) const {
    std::vector<Version> newer;
    for (const Version& version : versions | std::views::reverse) {
      const bool is_offered =
          version > locked.version && (version.prerelease.empty() || !locked.version.prerelease.empty());
      if (is_offered && !is_ignored(name, version)) newer.push_back(version);
    }
    return newer;
  }

  [[nodiscard]] bool is_ignored(const std::string& name, const Version& version) const {
    return std::ranges::any_of(choice_.ignored,
                               [&](const IgnoreRule& rule) { return rule.covers(name, version); });
  }

  [[nodiscard]] Finding why_there_is_none(const std::string& name, const LockedComponent& locked,
                                          const RegistryItem& item) const {
    const auto newest = std::ranges::find_if(
        item.versions | std::views::reverse,
        [&](const Version& version) { return version > locked.version && is_ignored(name, version); });
    if (newest != (item.versions | std::views::reverse).end() && !choice_.to)
      return versions_ignored(name, *newest);
    return is_current(name, locked.version);
  }

  void choose_first_possible(const FoundComponent& found, const std::vector<Version>& candidates,
                             bool is_one_of_all) {
    FirstPossible first = bring_first(found, candidates, "", choices_);
    if (!first.newest_blocked) return;
    if (first.version) {
      findings_.add_finding(lower_version_taken(found.name.name, *first.version, *first.newest_blocked));
      return;
    }
    if (is_one_of_all) first.newest_blocked->severity = Severity::kWarning;
    findings_.add_finding(*std::move(first.newest_blocked));
  }

  struct FirstPossible {
    std::optional<Version> version;         ///< that was taken
    std::optional<Finding> newest_blocked;  ///< why it is not the first of all
  };

  /// Takes the first of the versions that can be taken; if none can, `choices` stay as they are.
  FirstPossible bring_first(const FoundComponent& found, const std::vector<Version>& candidates,
                            const std::string& required_by, Choices& choices) {
    FirstPossible first;
    for (const Version& version : candidates) {
      Choices attempt = choices;
      const Attempt brought = bring(found.name.name,
                                    {.registry = found.registry,
                                     .registry_name = found.name.registry,
                                     .version = version,
                                     .required_by = required_by},
                                    attempt);
      if (brought) {
        choices = std::move(attempt);
        first.version = version;
        return first;
      }
      if (!first.newest_blocked) first.newest_blocked = brought.error();
    }
    return first;
  }

  /// Takes a version, with what it needs and with those whom it would break otherwise.
  Attempt bring(const std::string& name, const Chosen& chosen, Choices& choices) {
    choices.insert_or_assign(name, chosen);
    const Release* const release = release_of(name, chosen);
    if (release == nullptr) {
      return std::unexpected(
          update_blocked(name, chosen.version, "its files cannot be had from the registry"));
    }
    for (const auto& [required, range] : release->component.requirements.components) {
      if (auto met = meet(name, chosen, {required, range}, choices); !met) return met;
    }
    for (const auto& [dependent, locked] : lock_.components) {
      if (auto kept = keep_working(dependent, locked, {name, chosen}, choices); !kept) return kept;
    }
    return {};
  }

  using Requirement = std::pair<std::string, VersionRange>;

  Attempt meet(const std::string& name, const Chosen& chosen, const Requirement& requirement,
               Choices& choices) {
    const std::string& required = requirement.first;
    const VersionRange& range = requirement.second;
    const auto blocked = [&](const std::string& reason) {
      return std::unexpected(update_blocked(
          name, chosen.version, "it requires " + required + " " + range.str() + ", and " + reason));
    };
    if (const auto known = choices.find(required); known != choices.end()) {
      if (range.contains(known->second.version)) return {};
      return blocked(to_string(known->second.version) + " is taken for others");
    }
    const auto installed = lock_.components.find(required);
    const bool is_installed = installed != lock_.components.end();
    if (is_installed && range.contains(installed->second.version)) return {};
    const auto found = is_installed ? find_installed(required, installed->second)
                                    : registries_.find_required(required, chosen.registry_name);
    if (!found) return blocked(found.error().message);
    std::vector<Version> candidates = is_installed
                                          ? newer_versions(required, installed->second, found->item.versions)
                                          : newest_first(found->item.versions);
    std::erase_if(candidates, [&](const Version& version) { return !range.contains(version); });
    const FirstPossible first = bring_first(*found, candidates, name, choices);
    if (first.version) return {};
    return blocked(first.newest_blocked ? first.newest_blocked->message : "no version of it fits");
  }

  [[nodiscard]] static std::vector<Version> newest_first(const std::vector<Version>& versions) {
    std::vector<Version> releases;
    for (const Version& version : versions | std::views::reverse) {
      if (version.prerelease.empty()) releases.push_back(version);
    }
    return releases;
  }

  [[nodiscard]] Result<FoundComponent> find_installed(const std::string& name,
                                                      const LockedComponent& locked) const {
    return registries_.find({.registry = registries_.name_of(locked.registry).value_or(""), .name = name});
  }

  /// A component that requires what gets another version keeps working, or is updated too.
  Attempt keep_working(const std::string& dependent, const LockedComponent& locked,
                       const std::pair<std::string, Chosen>& brought, Choices& choices) {
    const auto& [name, chosen] = brought;
    if (dependent == name || choices.contains(dependent)) return {};
    const auto& release = before(dependent);
    const auto needs = [&](const Release& one) -> const VersionRange* {
      const auto range = one.component.requirements.components.find(name);
      return range == one.component.requirements.components.end() ? nullptr : &range->second;
    };
    const VersionRange* const range = release ? needs(*release) : nullptr;
    if (range == nullptr || range->contains(chosen.version)) return {};
    const std::string reason = titled(dependent, locked.version) + ", which is here, requires " + name + " " +
                               range->str() + ", and no newer version of it fits";
    const auto found = find_installed(dependent, locked);
    const bool is_updated =
        found &&
        bring_first(*found, newer_versions(dependent, locked, found->item.versions), name, choices).version;
    if (is_updated) return {};
    return std::unexpected(update_blocked(name, chosen.version, reason));
  }

  /// Null if the registry does not have it whole.
  const Release* release_of(const std::string& name, const Chosen& chosen) {
    const auto key = std::pair(name, chosen.version);
    auto known = releases_.find(key);
    if (known == releases_.end()) {
      known = releases_.emplace(key, chosen.registry->release(name, chosen.version)).first;
    }
    return known->second ? &*known->second : nullptr;
  }

  const std::optional<Release>& before(const std::string& name) {
    auto known = before_.find(name);
    if (known == before_.end()) {
      known = before_.emplace(name, locked_release(name, lock_.components.at(name), registries_)).first;
    }
    return known->second;
  }

  std::vector<UpdateTarget> targets_in_order() {
    std::vector<UpdateTarget> targets;
    std::set<std::string> placed;
    for (const auto& [name, chosen] : choices_) place(name, placed, targets);
    return targets;
  }

  void place(const std::string& name, std::set<std::string>& placed, std::vector<UpdateTarget>& targets) {
    const auto chosen = choices_.find(name);
    if (chosen == choices_.end() || !placed.insert(name).second) return;
    const Release& release = *release_of(name, chosen->second);
    for (const auto& [required, range] : release.component.requirements.components)
      place(required, placed, targets);
    const auto locked = lock_.components.find(name);
    const bool is_installed = locked != lock_.components.end();
    targets.push_back({.name = name,
                       .from = is_installed ? std::optional(locked->second.version) : std::nullopt,
                       .before = is_installed ? before(name) : std::nullopt,
                       .injection = {.release = release,
                                     .registry = chosen->second.registry->name(),
                                     .revision = chosen->second.registry->revision(),
                                     .required_by = chosen->second.required_by}});
  }

  const UpdateChoice& choice_;
  const Lock& lock_;
  const Registries& registries_;
  WorkingTree& findings_;
  Choices choices_;
  std::map<std::pair<std::string, Version>, Result<Release>> releases_;
  std::map<std::string, std::optional<Release>> before_;
};

}  // namespace

Result<std::vector<UpdateTarget>> choose_updates(const UpdateChoice& choice, const Lock& lock,
                                                 const Registries& registries, WorkingTree& findings) {
  return UpdateSearch(choice, lock, registries, findings).run();
}

}  // namespace mlx
