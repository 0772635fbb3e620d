#include "engine/compat/score.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "engine/compat/rule.h"
#include "engine/compat/score_weights.h"

namespace mlx {
namespace {

using Catch::Matchers::WithinAbs;

constexpr double kTiny = 1e-12;

RuleFinding found(std::string code, Severity severity, std::vector<std::string> components = {"one"}) {
  return {.finding = {.code = std::move(code), .severity = severity},
          .subject = "s",
          .components = std::move(components)};
}

double weight_named(std::string_view name) {
  const auto weights = score_weights();
  const auto at = std::ranges::find(weights, name, &ScoreWeight::name);
  REQUIRE(at != weights.end());
  return at->weight;
}

double logit_of(const CompatScore& score) {
  double sum = score.intercept;
  for (const Contribution& one : score.contributions) sum += one.contribution;
  return sum;
}

Party component(std::string name, bool is_installed, const std::vector<std::string>& required = {}) {
  Component about;
  about.name = name;
  for (const std::string& other : required)
    about.requirements.components.emplace(other, VersionRange::parse("^1.0").value());
  return {.name = std::move(name), .component = std::move(about), .is_installed = is_installed};
}

TEST_CASE("without findings a score is what the intercept gives") {
  const CompatScore score = score_of({});
  CHECK(score.intercept == weight_named("intercept"));
  CHECK(score.contributions.empty());
  CHECK_THAT(score.value, WithinAbs(1 / (1 + std::exp(-score.intercept)), kTiny));
  CHECK(score.value > 0.5);
}

TEST_CASE("contributions and intercept are the logit of the score") {
  for (const Rule& one : rules()) {
    for (const Rule& other : rules()) {
      const CompatScore score = score_of({found(std::string(one.code), one.severity),
                                          found(std::string(other.code), other.severity),
                                          found(std::string(one.code), one.severity)});
      CHECK_THAT(score.value, WithinAbs(1 / (1 + std::exp(-logit_of(score))), kTiny));
      CHECK(score.value > 0);
      CHECK(score.value < 1);
    }
  }
}

TEST_CASE("one more finding never raises a score") {
  RuleFindings findings;
  double before = score_of(findings).value;
  for (int round = 0; round < 5; ++round) {
    for (const Rule& rule : rules()) {
      findings.push_back(found(std::string(rule.code), rule.severity));
      const double after = score_of(findings).value;
      CHECK(after <= before);
      before = after;
    }
  }
  CHECK(before > 0);
  CHECK(before < score_of({}).value);
}

TEST_CASE("the second and the third finding of a rule count half, and more do not count") {
  RuleFindings findings;
  const double weight = weight_named("error");
  for (const double times : {1.0, 1.5, 2.0, 2.0, 2.0}) {
    findings.push_back(found("no-such-rule", Severity::kError));
    const CompatScore score = score_of(findings);
    REQUIRE(score.contributions.size() == 1);
    CHECK(score.contributions[0].count == findings.size());
    CHECK_THAT(score.contributions[0].contribution, WithinAbs(weight * times, kTiny));
  }
}

TEST_CASE("a rule that no example had weighs what its severity says") {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kError}) {
    const CompatScore score = score_of({found("no-such-rule", severity)});
    CHECK(score.contributions.at(0).weight == weight_named(to_string(severity)));
  }
  CHECK(weight_named("error") < weight_named("warning"));
}

TEST_CASE("a rule that examples had has a weight of its own, and any other that of its severity") {
  for (const Rule& rule : rules()) {
    const auto weights = score_weights();
    const bool has_own = std::ranges::find(weights, rule.code, &ScoreWeight::name) != weights.end();
    const CompatScore score = score_of({found(std::string(rule.code), rule.severity)});
    CHECK(score.contributions.at(0).weight == weight_named(has_own ? rule.code : to_string(rule.severity)));
  }
}

TEST_CASE("the weights are those of rules that there are") {
  for (const ScoreWeight& weight : score_weights()) {
    const bool is_general = weight.name == "intercept" || weight.name == "error" ||
                            weight.name == "warning" || weight.name == "info";
    CHECK((is_general || find_rule(weight.name) != nullptr));
    if (weight.name != "intercept") CHECK(weight.weight <= 0);
  }
}

TEST_CASE("the order of findings does not matter, and what takes most away comes first") {
  RuleFindings findings = {found("no-such-warning", Severity::kWarning),
                           found("no-such-error", Severity::kError),
                           found("file-collision", Severity::kError)};
  const CompatScore score = score_of(findings);
  CHECK(std::ranges::is_sorted(score.contributions, {}, &Contribution::contribution));
  std::ranges::reverse(findings);
  CHECK(score_of(findings) == score);
}

TEST_CASE("a component is scored by what names it") {
  CompatFacts facts;
  facts.components = {component("one", true), component("other", true)};
  const RuleFindings findings = {found("file-collision", Severity::kError, {"one"}),
                                 found("blocking-call", Severity::kWarning, {})};
  CHECK(component_score(facts.components[0], findings, facts) == score_of({findings[0]}));
  CHECK(component_score(facts.components[1], findings, facts) == score_of({}));
}

TEST_CASE("with a component that is not installed comes what it requires and is not there") {
  CompatFacts facts;
  facts.components = {component("base", true), component("far", false, {"top"}),
                      component("middle", false, {"base", "far"}),
                      component("top", false, {"middle", "gone"})};
  CHECK(added_together(facts.components[3], facts) == std::vector<std::string>{"far", "middle", "top"});
  CHECK(added_together(facts.components[0], facts) == std::vector<std::string>{"base"});
  const RuleFindings findings = {found("file-collision", Severity::kError, {"far"}),
                                 found("route-collision", Severity::kError, {"base"})};
  CHECK(component_score(facts.components[3], findings, facts) == score_of({findings[0]}));
  const auto scored = scored_components(facts, findings);
  REQUIRE(scored.size() == 4);
  CHECK(scored[0].name == "base");
  CHECK(scored[0].is_installed);
  CHECK(scored[0].score == score_of({findings[1]}));
  CHECK_FALSE(scored[3].is_installed);
}

TEST_CASE("pairs are all that there are, each once, scored by what is between them") {
  CompatFacts facts;
  facts.components = {component("a", true), component("b", true), component("c", true)};
  facts.components[0].component->compatibility.conflicts = {"c"};
  const auto pairs = scored_pairs(facts);
  REQUIRE(pairs.size() == 3);
  CHECK((pairs[0].one == "a" && pairs[0].other == "b"));
  CHECK(pairs[0].findings.empty());
  CHECK(pairs[0].score == score_of({}));
  CHECK((pairs[1].one == "a" && pairs[1].other == "c"));
  REQUIRE(pairs[1].findings.size() == 1);
  CHECK(pairs[1].findings[0].finding.code == "component-conflict");
  CHECK(pairs[1].score.value < pairs[0].score.value);
  CHECK(scored_pairs(CompatFacts()).empty());
}

}  // namespace
}  // namespace mlx
