#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"
#include "engine/component/extract/declarations.h"
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

/// A requirement of the project's and those of components that say the same of it.
struct SharedRequirement {
  const RequirementFact* declared = nullptr;
  const RequirementFact* wanted = nullptr;
  std::vector<const Party*> components;
};

bool say_the_same(const RequirementFact& one, const RequirementFact& other) {
  return render(one.requirement) == render(other.requirement) && one.group == other.group;
}

/// Does another line of the project's speak for this one? A line of a group of its own only adds to the
/// main one of the same distribution.
template <typename Says>
bool is_told_by_main_line(const RequirementFact& declared, const CompatFacts& facts, Says says) {
  if (declared.group.empty()) return false;
  const std::string name = normalized_name(declared.requirement.name);
  return std::ranges::any_of(facts.project.requirements, [&](const RequirementFact& main) {
    return main.group.empty() && normalized_name(main.requirement.name) == name &&
           share_machine(main.requirement.marker, declared.requirement.marker) && says(main);
  });
}

/// Lowest versions are pinned to test with them. What the project admits, another line says.
bool is_only_tested_with(const RequirementFact& declared, const CompatFacts& facts) {
  return declared.group == kLowestVersions &&
         is_told_by_main_line(declared, facts, [](const RequirementFact&) { return true; });
}

/// Every distribution that both the project and components name, by what they say of it.
std::vector<SharedRequirement> shared_with_project(const CompatFacts& facts) {
  std::vector<SharedRequirement> shared;
  for (const RequirementFact& declared : facts.project.requirements) {
    if (is_only_tested_with(declared, facts)) continue;
    const std::string name = normalized_name(declared.requirement.name);
    const auto first = static_cast<std::ptrdiff_t>(shared.size());
    for (const Party& component : facts.components) {
      for (const RequirementFact& wanted : component.requirements) {
        if (normalized_name(wanted.requirement.name) != name || !meet(declared, wanted)) continue;
        const auto same =
            std::find_if(shared.begin() + first, shared.end(),
                         [&](const SharedRequirement& known) { return say_the_same(*known.wanted, wanted); });
        if (same != shared.end()) {
          same->components.push_back(&component);
        } else {
          shared.push_back({.declared = &declared, .wanted = &wanted, .components = {&component}});
        }
      }
    }
  }
  return shared;
}

/// What both say: bounds and extras of either, and the marker of what is declared.
Requirement joined(const SharedRequirement& shared) {
  Requirement fixed = shared.wanted->requirement;
  const Requirement& declared = shared.declared->requirement;
  fixed.name = declared.name;
  fixed.specifier = joined_specifier(declared.specifier, fixed.specifier);
  fixed.marker = declared.marker;
  for (const std::string& extra : declared.extras) {
    if (std::ranges::find(fixed.extras, extra) == fixed.extras.end()) fixed.extras.push_back(extra);
  }
  return fixed;
}

LineFix fix_of(const SharedRequirement& shared) {
  return {.place = shared.declared->place,
          .before = shared.declared->requirement.text,
          .after = render(joined(shared))};
}

/// `api-serving needs`, `api-serving and cli need`, `api-serving and 3 others need`.
std::string who_need(const std::vector<const Party*>& components) {
  const std::string& first = components.front()->name;
  if (components.size() == 1) return first + " needs";
  if (components.size() == 2) return first + " and " + components.back()->name + " need";
  return first + " and " + std::to_string(components.size() - 1) + " others need";
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

void check_project_disjoint(const CompatFacts& facts, RuleFindings& findings) {
  for (const SharedRequirement& shared : shared_with_project(facts)) {
    const Requirement& declared = shared.declared->requirement;
    const Requirement& wanted = shared.wanted->requirement;
    if (!are_disjoint(declared.specifier, wanted.specifier)) continue;
    const auto also_clashes = [&](const RequirementFact& main) {
      return are_disjoint(main.requirement.specifier, wanted.specifier);
    };
    if (is_told_by_main_line(*shared.declared, facts, also_clashes)) continue;
    report(findings,
           {.subject = normalized_name(declared.name),
            .message = "the project declares " + render(declared) + ", but " + who_need(shared.components) +
                       " " + render(wanted) + ": no version is both",
            .remedy = "declare `" + declared.name + wanted.specifier +
                      "`, and see to the project's code that needs the other version",
            .evidence = {shared.declared->place}},
           shared.components);
  }
}

void check_components_disjoint(const Party& one, const Party& other, RuleFindings& findings) {
  for (const RequirementFact& first : one.requirements) {
    for (const RequirementFact& second : other.requirements) {
      const std::string name = normalized_name(first.requirement.name);
      if (normalized_name(second.requirement.name) != name || !meet(first, second)) continue;
      if (!are_disjoint(first.requirement.specifier, second.requirement.specifier)) continue;
      report(findings,
             {.subject = one.name + " " + other.name + " " + name,
              .message = one.name + " needs " + render(first.requirement) + ", but " + other.name +
                         " needs " + render(second.requirement) + ": no version is both",
              .remedy = "use versions of the two components that agree",
              .evidence = {}},
             {&one, &other});
    }
  }
}

}  // namespace

void check_requirement_disjoint(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  if (party.name.empty()) return check_project_disjoint(facts, findings);
  for (const Party& other : facts.components) {
    if (other.name > party.name) check_components_disjoint(party, other, findings);
  }
}

void check_requirement_narrower(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  if (!party.name.empty()) return;
  for (const SharedRequirement& shared : shared_with_project(facts)) {
    const Requirement& declared = shared.declared->requirement;
    const Requirement& wanted = shared.wanted->requirement;
    const auto admitted = SpecifierSet::parse(declared.specifier);
    const auto suitable = SpecifierSet::parse(wanted.specifier);
    const bool is_told =
        is_told_by_main_line(*shared.declared, facts, [](const RequirementFact&) { return true; });
    if (is_told) continue;
    const bool is_url = !declared.url.empty() || !wanted.url.empty();
    if (!admitted || !suitable || is_url || are_disjoint(*admitted, *suitable)) continue;
    const std::string name = normalized_name(declared.name);
    if (!may_choose_another(*admitted, *suitable) || is_pinned_within(facts, name, *suitable)) continue;
    report(
        findings,
        {.subject = name,
         .message = "the project admits " + (declared.specifier.empty() ? "any " + name : render(declared)) +
                    "; " + who_need(shared.components) + " " + render(wanted),
         .remedy = "declare `" + render(joined(shared)) + "`",
         .evidence = {shared.declared->place},
         .fix = fix_of(shared)},
        shared.components);
  }
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

void check_extra_missing(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  if (!party.name.empty()) return;
  for (const SharedRequirement& shared : shared_with_project(facts)) {
    const Requirement& wanted = shared.wanted->requirement;
    const std::string name = normalized_name(wanted.name);
    for (const std::string& extra : wanted.extras) {
      const auto has_extra = [&](const RequirementFact& own) {
        return normalized_name(own.requirement.name) == name &&
               std::ranges::any_of(own.requirement.extras, [&](const std::string& declared) {
                 return normalized_name(declared) == normalized_name(extra);
               });
      };
      if (std::ranges::any_of(party.requirements, has_extra)) continue;
      report(findings,
             {.subject = name + "[" + extra + "]",
              .message = who_need(shared.components) + " " + name + " with its extra `" + extra +
                         "`, and the project declares " + shared.declared->requirement.text,
              .remedy = "declare `" + render(joined(shared)) + "`",
              .evidence = {shared.declared->place},
              .fix = fix_of(shared)},
             shared.components);
    }
  }
}

void check_python_version(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  const auto admitted = SpecifierSet::parse(party.requires_python);
  if (!party.name.empty() || party.requires_python.empty() || !admitted) return;
  std::map<std::string, std::vector<const Party*>> by_specifier;
  for (const Party& component : facts.components) {
    if (!component.requires_python.empty()) by_specifier[component.requires_python].push_back(&component);
  }
  for (const auto& [specifier, components] : by_specifier) {
    const auto supported = SpecifierSet::parse(specifier);
    // Releases of CPython that people still meet; the last digit stands for any that is current.
    constexpr std::array<std::string_view, 8> kPythons = {"3.7.17",  "3.8.20",  "3.9.20",  "3.10.20",
                                                          "3.11.20", "3.12.20", "3.13.20", "3.14.20"};
    const auto* const first = std::ranges::find_if(kPythons, [&](std::string_view python) {
      return supported && admitted->contains(python) && !supported->contains(python);
    });
    if (first == kPythons.end()) continue;
    const bool is_on_others = !are_disjoint(*admitted, *supported);
    const std::string wanted = joined_specifier(party.requires_python, specifier);
    report(
        findings,
        {.subject = "requires-python",
         .message = "the project runs on Python " + std::string(first->substr(0, first->rfind('.'))) +
                    (is_on_others ? " too (" : " (") + party.requires_python + "); " + who_need(components) +
                    " Python " + specifier + (is_on_others ? "" : ": no version is both"),
         .remedy =
             is_on_others ? "declare Python `" + wanted + "`" : "move the project to Python " + specifier,
         .evidence = {party.requires_python_place}},
        components);
  }
}

}  // namespace mlx::compat
