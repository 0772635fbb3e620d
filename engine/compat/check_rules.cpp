#include "engine/compat/check_rules.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/base/digest.h"

namespace mlx {
namespace {

/// Gives what a rule found the rule's name.
void name_findings(const Rule& rule, RuleFindings& found) {
  for (RuleFinding& one : found) {
    one.finding.code = rule.code;
    one.finding.severity = rule.severity;
  }
}

/// What a rule does with one party; null if it does nothing.
PartyRule within(const Rule& rule) {
  if (const auto* both = std::get_if<PartyAndPairRule>(&rule.check)) return both->within;
  const auto* alone = std::get_if<PartyRule>(&rule.check);
  return alone == nullptr ? nullptr : *alone;
}

/// What a rule does with two parties; null if it does nothing.
PairRule between(const Rule& rule) {
  if (const auto* both = std::get_if<PartyAndPairRule>(&rule.check)) return both->between;
  const auto* alone = std::get_if<PairRule>(&rule.check);
  return alone == nullptr ? nullptr : *alone;
}

class RuleRun {
 public:
  explicit RuleRun(const CompatFacts& facts) : facts_(facts) {}

  void look_at(const Party& party) {
    for (const Rule& rule : rules()) {
      const PartyRule check = within(rule);
      if (check == nullptr) continue;
      RuleFindings found;
      check(party, facts_, found);
      take(rule, std::move(found));
    }
  }

  void look_at(const Party& one, const Party& other) {
    const bool is_in_order = one.name <= other.name;
    for (const Rule& rule : rules()) {
      const PairRule check = between(rule);
      if (check == nullptr) continue;
      RuleFindings found;
      check(is_in_order ? one : other, is_in_order ? other : one, facts_, found);
      take(rule, std::move(found));
    }
  }

  RuleFindings finish() {
    std::ranges::stable_sort(all_,
                             [](const RuleFinding& a, const RuleFinding& b) { return rank(a) < rank(b); });
    std::set<std::string> seen;
    std::erase_if(all_, [&](const RuleFinding& found) { return !seen.insert(id_of(found)).second; });
    return std::move(all_);
  }

 private:
  void take(const Rule& rule, RuleFindings found) {
    name_findings(rule, found);
    std::ranges::move(found, std::back_inserter(all_));
  }

  static std::tuple<int, std::string_view, std::size_t, std::string_view, std::string_view> rank(
      const RuleFinding& found) {
    const auto& evidence = found.finding.evidence;
    return {-static_cast<int>(found.finding.severity),
            evidence.empty() ? std::string_view() : evidence.front().file,
            evidence.empty() ? 0 : evidence.front().line, found.finding.code, found.subject};
  }

  const CompatFacts& facts_;
  RuleFindings all_;
};

}  // namespace

std::string id_of(const RuleFinding& found) {
  std::string text = found.finding.code + '\0' + found.subject;
  for (const Evidence& place : found.finding.evidence) text += '\0' + place.file;
  constexpr std::size_t kDigits = 8;
  return found.finding.code + "-" + sha256_hex(text).substr(0, kDigits);
}

std::vector<Finding> facts_of(const RuleFindings& findings) {
  std::vector<Finding> facts;
  facts.reserve(findings.size());
  for (const RuleFinding& found : findings) facts.push_back(found.finding);
  return facts;
}

std::optional<std::string> fixed_line(std::string_view line, const LineFix& fix) {
  const auto at = line.find(fix.before);
  const bool is_once = !fix.before.empty() && at != line.npos && line.find(fix.before, at + 1) == line.npos;
  if (!is_once) return std::nullopt;
  std::string fixed(line);
  return fixed.replace(at, fix.before.size(), fix.after);
}

RuleFindings check_rules(const CompatFacts& facts) {
  RuleRun run(facts);
  run.look_at(facts.project);
  for (std::size_t i = 0; i < facts.components.size(); ++i) {
    run.look_at(facts.components[i]);
    run.look_at(facts.project, facts.components[i]);
    for (std::size_t j = i + 1; j < facts.components.size(); ++j)
      run.look_at(facts.components[i], facts.components[j]);
  }
  return run.finish();
}

RuleFindings check_pair(const Party& one, const Party& other, const CompatFacts& facts) {
  RuleRun run(facts);
  run.look_at(one, other);
  return run.finish();
}

RuleFindings check_party(const Party& party, const CompatFacts& facts) {
  RuleRun run(facts);
  run.look_at(party);
  return run.finish();
}

}  // namespace mlx
