#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// The way from a component through what it requires back to itself; empty if there is none.
std::vector<std::string> circle_from(const std::string& start, const CompatFacts& facts) {
  struct Step {
    std::string name;
    std::vector<std::string> way;
  };
  std::set<std::string> seen;
  std::vector<Step> open = {{.name = start, .way = {start}}};
  while (!open.empty()) {
    const Step step = std::move(open.back());
    open.pop_back();
    const Party* party = facts.find(step.name);
    if (party == nullptr || !party->component) continue;
    for (const auto& [required, range] : party->component->requirements.components) {
      std::vector<std::string> way = step.way;
      way.push_back(required);
      if (required == start) return way;
      if (seen.insert(required).second) open.push_back({.name = required, .way = std::move(way)});
    }
  }
  return {};
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " → ") + name;
  return text;
}

}  // namespace

void check_component_missing(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  if (!party.component) return;
  for (const auto& [required, range] : party.component->requirements.components) {
    const Party* there = facts.find(required);
    const bool can_be_had = facts.known_components.contains(required);
    // What is not installed comes with all that it requires.
    if (!party.is_installed && (there != nullptr || can_be_had)) continue;
    if (there != nullptr && there->is_installed) continue;
    report(
        findings,
        {.subject = required,
         .message = party.name + " requires " + required + " " + range.str() +
                    (can_be_had ? ", which is not in the project" : ", which no registry of the project has"),
         .remedy =
             can_be_had ? "`mlx add " + required + "`" : "add the registry that has it to the configuration",
         .evidence = {facts.lock_file}},
        {&party});
  }
}

void check_component_needed(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  if (!party.name.empty()) return;
  // Once for each file and component: the first import tells of the others.
  std::set<std::pair<std::string, std::string>> reported;
  for (const NeededModuleFact& needed : facts.needed_modules) {
    if (!reported.emplace(needed.place.file, needed.component).second) continue;
    report(findings,
           {.subject = needed.component,
            .message = "`" + needed.module + "` is imported and is not in the project; the component " +
                       needed.component + " brings it",
            .remedy = "`mlx add " + needed.component + "`, or take the import out",
            .evidence = {needed.place}},
           {&party});
  }
}

void check_component_circle(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  if (party.name.empty()) return;
  const auto way = circle_from(party.name, facts);
  // The first by name tells of the whole circle.
  if (way.empty() || *std::ranges::min_element(way) != party.name) return;
  report(findings,
         {.subject = joined(way),
          .message = "components require each other in a circle: " + joined(way),
          .remedy = "let the registry's owner take one requirement out",
          .evidence = {}},
         {&party});
}

void check_component_conflict(const Party& one, const Party& other, const CompatFacts& facts,
                              RuleFindings& findings) {
  const auto excludes = [](const Party& party, const Party& excluded) {
    return party.component && std::ranges::find(party.component->compatibility.conflicts, excluded.name) !=
                                  party.component->compatibility.conflicts.end();
  };
  if (one.name.empty() || (!excludes(one, other) && !excludes(other, one))) return;
  report(findings,
         {.subject = std::min(one.name, other.name) + " " + std::max(one.name, other.name),
          .message = one.name + " and " + other.name + " cannot be in one project: their registry says so",
          .remedy = "choose one of them",
          .evidence = {facts.lock_file}},
         {&one, &other});
}

}  // namespace mlx::compat
