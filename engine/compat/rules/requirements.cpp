#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"
#include "engine/manifest/marker_possibility.h"
#include "engine/manifest/specifier_set.h"

namespace mlx::compat {
namespace {

/// May both markers hold on one machine? What cannot be told counts as no: nothing is claimed on a guess.
bool share_machine(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty() || one == other) return true;
  const auto first = Marker::parse(one);
  const auto second = Marker::parse(other);
  return first && second && can_both_hold(*first, *second) == Truth::kTrue;
}

/// Are both installed into one environment? What is for developers alone, under two names, need not be.
bool meet(const RequirementFact& one, const RequirementFact& other) {
  const bool share_group = one.group == other.group || one.group.empty() || other.group.empty();
  return share_group && share_machine(one.requirement.marker, other.requirement.marker);
}

template <typename Visit>
void for_each_shared(const Party& one, const Party& other, Visit visit) {
  for (const RequirementFact& second : other.requirements) {
    const std::string name = normalized_name(second.requirement.name);
    for (const RequirementFact& first : one.requirements) {
      if (normalized_name(first.requirement.name) == name && meet(first, second)) visit(first, second, name);
    }
  }
}

std::string needed(const Party& party, const RequirementFact& fact) {
  return party.title() + (party.name.empty() ? " declares " : " needs ") + render(fact.requirement);
}

/// Could an installer, left to itself, choose a version that is not wanted?
bool may_choose_another(const SpecifierSet& declared, const SpecifierSet& wanted) {
  const VersionIntervals others = declared.versions().intersected(wanted.versions().complement());
  return !others.is_empty() && !others.has_only_prereleases();
}

bool is_pinned_within(const CompatFacts& facts, const std::string& name, const SpecifierSet& wanted) {
  const auto locked = facts.locked_versions.find(name);
  return locked != facts.locked_versions.end() && wanted.contains(locked->second);
}

}  // namespace

void check_requirement_disjoint(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                                RuleFindings& findings) {
  for_each_shared(one, other, [&](const auto& first, const auto& second, const std::string& name) {
    if (!are_disjoint(first.requirement.specifier, second.requirement.specifier)) return;
    report(findings,
           {.subject = name,
            .message = needed(one, first) + ", but " + needed(other, second) + ": no version is both",
            .remedy = one.name.empty() ? "widen the project's specifier of " + name
                                       : "use versions of the two components that agree",
            .evidence = {first.place, second.place}},
           {&one, &other});
  });
}

void check_requirement_narrower(const Party& one, const Party& other, const CompatFacts& facts,
                                RuleFindings& findings) {
  if (!one.name.empty()) return;
  for_each_shared(one, other, [&](const auto& first, const auto& second, const std::string& name) {
    const auto declared = SpecifierSet::parse(first.requirement.specifier);
    const auto wanted = SpecifierSet::parse(second.requirement.specifier);
    const bool is_url = !first.requirement.url.empty() || !second.requirement.url.empty();
    if (!declared || !wanted || is_url || are_disjoint(*declared, *wanted)) return;
    if (!may_choose_another(*declared, *wanted) || is_pinned_within(facts, name, *wanted)) return;
    report(findings,
           {.subject = name,
            .message = "the project admits versions of " + name + " (" +
                       (first.requirement.specifier.empty() ? "any" : first.requirement.specifier) +
                       ") that " + other.name + " was not made for (" + second.requirement.specifier + ")",
            .remedy = "declare `" + render(second.requirement) + "`",
            .evidence = {first.place, second.place}},
           {&one, &other});
  });
}

void check_requirement_undeclared(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  // One that is not installed brings what it needs.
  if (party.name.empty() || !party.is_installed) return;
  for (const RequirementFact& fact : party.requirements) {
    if (!fact.group.empty() || !fact.requirement.marker.empty()) continue;
    const std::string name = normalized_name(fact.requirement.name);
    const bool is_declared = std::ranges::any_of(facts.project.requirements, [&](const RequirementFact& own) {
      return normalized_name(own.requirement.name) == name;
    });
    if (is_declared) continue;
    report(findings,
           {.subject = name,
            .message =
                party.name + " needs " + render(fact.requirement) + ", which the project does not declare",
            .remedy = "add `" + render(fact.requirement) + "` to the project's dependencies",
            .evidence = {facts.project_file}},
           {&party});
  }
}

void check_extra_missing(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                         RuleFindings& findings) {
  if (!one.name.empty()) return;
  for_each_shared(one, other, [&](const auto& first, const auto& second, const std::string& name) {
    for (const std::string& extra : second.requirement.extras) {
      const bool is_there = std::ranges::any_of(one.requirements, [&](const RequirementFact& own) {
        return normalized_name(own.requirement.name) == name &&
               std::ranges::any_of(own.requirement.extras, [&](const std::string& declared) {
                 return normalized_name(declared) == normalized_name(extra);
               });
      });
      if (is_there) continue;
      report(findings,
             {.subject = name + "[" + extra + "]",
              .message = other.name + " needs " + name + " with its extra `" + extra +
                         "`, and the project declares " + first.requirement.text,
              .remedy = "declare `" + render(second.requirement) + "`",
              .evidence = {first.place}},
             {&one, &other});
    }
  });
}

void check_python_version(const Party& one, const Party& other, const CompatFacts& facts,
                          RuleFindings& findings) {
  if (!one.name.empty()) return;
  const auto admitted = SpecifierSet::parse(one.requires_python);
  const auto supported = SpecifierSet::parse(other.requires_python);
  if (!admitted || !supported || one.requires_python.empty() || other.requires_python.empty()) return;
  // Releases of CPython that people still meet; the last digit stands for any that is current.
  constexpr std::array<std::string_view, 8> kPythons = {"3.7.17",  "3.8.20",  "3.9.20",  "3.10.20",
                                                        "3.11.20", "3.12.20", "3.13.20", "3.14.20"};
  const auto is_trouble = [&](std::string_view python) {
    return admitted->contains(python) && !supported->contains(python);
  };
  const auto first = std::ranges::find_if(kPythons, is_trouble);
  if (first == kPythons.end()) return;
  report(findings,
         {.subject = "requires-python",
          .message = "the project runs on Python " + std::string(first->substr(0, first->rfind('.'))) +
                     " too (" + one.requires_python + "), where " + other.name + " does not (" +
                     other.requires_python + ")",
          .remedy = "set `requires-python = \"" + other.requires_python + "\"`",
          .evidence = {facts.project_file}},
         {&one, &other});
}

}  // namespace mlx::compat
