#include "engine/compat/score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "engine/compat/check_rules.h"
#include "engine/compat/score_weights.h"

namespace mlx {
namespace {

const ScoreWeight* find_weight(std::string_view name) {
  const auto weights = score_weights();
  const auto found = std::ranges::lower_bound(weights, name, {}, &ScoreWeight::name);
  return found != weights.end() && found->name == name ? &*found : nullptr;
}

/// Of the rule if examples had it, else of how bad it says it is.
double weight_of(const Finding& finding) {
  const ScoreWeight* weight = find_weight(finding.code);
  if (weight == nullptr) weight = find_weight(to_string(finding.severity));
  return weight == nullptr ? 0 : weight->weight;
}

/// tools/compat/model.py has the same.
double strength_of(std::size_t count) {
  constexpr std::array<double, 4> kStrengths = {0, 1, 1.5, 2};
  return kStrengths.at(std::min(count, kStrengths.size() - 1));
}

}  // namespace

CompatScore score_of(const RuleFindings& findings) {
  std::map<std::string_view, Contribution> by_code;
  for (const RuleFinding& found : findings) {
    Contribution& contribution = by_code[found.finding.code];
    contribution.code = found.finding.code;
    contribution.weight = weight_of(found.finding);
    ++contribution.count;
  }
  const ScoreWeight* intercept = find_weight("intercept");
  CompatScore score{.intercept = intercept == nullptr ? 0 : intercept->weight};
  double sum = score.intercept;
  for (auto& [code, contribution] : by_code) {
    contribution.contribution = contribution.weight * strength_of(contribution.count);
    sum += contribution.contribution;
    score.contributions.push_back(std::move(contribution));
  }
  score.value = 1 / (1 + std::exp(-sum));
  std::ranges::stable_sort(score.contributions, {}, &Contribution::contribution);
  return score;
}

std::vector<std::string> added_together(const Party& component, const CompatFacts& facts) {
  std::set<std::string> names = {component.name};
  std::vector<const Party*> open = {&component};
  while (!open.empty()) {
    const Party* party = open.back();
    open.pop_back();
    if (party->is_installed || !party->component) continue;
    for (const auto& [required, range] : party->component->requirements.components) {
      const Party* there = facts.find(required);
      if (there == nullptr || there->is_installed) continue;
      if (names.insert(required).second) open.push_back(there);
    }
  }
  return {names.begin(), names.end()};
}

CompatScore component_score(const Party& component, const RuleFindings& findings, const CompatFacts& facts) {
  const auto names = added_together(component, facts);
  RuleFindings concerning;
  std::ranges::copy_if(findings, std::back_inserter(concerning), [&](const RuleFinding& found) {
    return std::ranges::find_first_of(found.components, names) != found.components.end();
  });
  return score_of(concerning);
}

std::vector<ScoredComponent> scored_components(const CompatFacts& facts, const RuleFindings& findings) {
  std::vector<ScoredComponent> scored;
  scored.reserve(facts.components.size());
  for (const Party& party : facts.components) {
    scored.push_back({.name = party.name,
                      .is_installed = party.is_installed,
                      .score = component_score(party, findings, facts)});
  }
  return scored;
}

std::vector<ScoredPair> scored_pairs(const CompatFacts& facts) {
  std::vector<RuleFindings> of_party;
  of_party.reserve(facts.components.size());
  for (const Party& party : facts.components) of_party.push_back(check_party(party, facts));
  std::vector<ScoredPair> pairs;
  for (std::size_t i = 0; i < facts.components.size(); ++i) {
    for (std::size_t j = i + 1; j < facts.components.size(); ++j) {
      const Party& one = facts.components[i];
      const Party& other = facts.components[j];
      RuleFindings findings = check_pair(one, other, facts);
      for (const RuleFindings* own : {&of_party[i], &of_party[j]})
        std::ranges::copy(*own, std::back_inserter(findings));
      std::ranges::stable_sort(findings, std::ranges::greater(),
                               [](const RuleFinding& found) { return found.finding.severity; });
      CompatScore score = score_of(findings);
      pairs.push_back(
          {.one = one.name, .other = other.name, .findings = std::move(findings), .score = std::move(score)});
    }
  }
  return pairs;
}

}  // namespace mlx
