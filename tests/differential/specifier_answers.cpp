// Reads questions about versions, specifiers and markers from standard input, a JSON list to a line, and
// prints the answer to each as JSON: for comparison with PyPA's packaging. `null` where the text asked about
// is invalid.
//   ["version", TEXT]                 [canonical, epoch, release, pre, post, dev, local]
//   ["order", VERSION, VERSION]       -1, 0 or 1
//   ["specifier", TEXT]               [operator and version as written, asks for pre-releases]
//   ["contains", SET, VERSION, PRE]   a bool; PRE is true, false or null
//   ["filter", SET, [VERSION…], PRE]  those that fit
//   ["satisfiable", SET, PRE]   ["disjoint", SET, SET]   ["subset", SET, SET]   ["tightens", SET, SET]
//   ["marker", TEXT]                  true
//   ["evaluate", TEXT, ENVIRONMENT]   a bool, "undefined", or "missing"
//   ["truth", TEXT, ENVIRONMENT]      a bool, or "unknown"
//   ["both", TEXT, TEXT, SET, ENVIRONMENT]   [a bool or "unknown", environment, environment]
#include <array>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/manifest/marker_possibility.h"
#include "engine/manifest/specifier_set.h"

namespace {

using mlx::Marker;
using mlx::MarkerEnvironment;
using mlx::MarkerVariable;
using mlx::PythonVersion;
using mlx::SpecifierSet;
using mlx::Truth;
using nlohmann::json;

std::string text_of(const json& value) { return value.get<std::string>(); }

SpecifierSet set_of(const json& value) { return SpecifierSet::parse(text_of(value)).value(); }

mlx::Prereleases prereleases_of(const json& value) {
  if (value.is_null()) return mlx::Prereleases::kByDefault;
  return value.get<bool>() ? mlx::Prereleases::kAdmitted : mlx::Prereleases::kExcluded;
}

json json_of(Truth truth) { return truth == Truth::kUnknown ? json("unknown") : json(truth == Truth::kTrue); }

template <typename T>
json json_of(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

MarkerEnvironment environment_of(const json& values) {
  MarkerEnvironment environment;
  for (auto variable = MarkerVariable::kImplementationName; variable <= MarkerVariable::kExtra;
       variable = static_cast<MarkerVariable>(static_cast<int>(variable) + 1)) {
    const auto found = values.find(to_string(variable));
    if (found != values.end()) environment.text_of(variable) = text_of(*found);
  }
  if (values.contains("extras")) environment.extras = values["extras"];
  if (values.contains("dependency_groups")) environment.dependency_groups = values["dependency_groups"];
  return environment;
}

json json_of(const MarkerEnvironment& environment) {
  json values = json::object();
  for (auto variable = MarkerVariable::kImplementationName; variable <= MarkerVariable::kExtra;
       variable = static_cast<MarkerVariable>(static_cast<int>(variable) + 1)) {
    const auto& value = environment.text_of(variable);
    if (value) values[std::string(to_string(variable))] = *value;
  }
  if (environment.extras) values["extras"] = *environment.extras;
  if (environment.dependency_groups) values["dependency_groups"] = *environment.dependency_groups;
  return values;
}

json about_version(const json& question) {
  const auto version = PythonVersion::parse(text_of(question[1]));
  if (!version) return {};
  constexpr std::array kStages = {"a", "b", "rc"};
  json pre;
  if (version->prerelease) {
    pre = {kStages.at(static_cast<std::size_t>(version->prerelease->stage)), version->prerelease->number};
  }
  std::string local;
  for (const std::string& part : version->local) local += (local.empty() ? "" : ".") + part;
  return {to_string(*version),   version->epoch, version->release, pre, json_of(version->post),
          json_of(version->dev), local};
}

json about_order(const json& question) {
  const auto order = PythonVersion::parse(text_of(question[1])).value() <=>
                     PythonVersion::parse(text_of(question[2])).value();
  return is_eq(order) ? 0 : is_lt(order) ? -1 : 1;
}

json about_specifier(const json& question) {
  const auto specifier = mlx::Specifier::parse(text_of(question[1]));
  if (!specifier) return {};
  constexpr std::array kOperators = {"~=", "==", "!=", "<=", ">=", "<", ">", "==="};
  return {kOperators.at(static_cast<std::size_t>(specifier->comparison)) + specifier->version_text,
          specifier->asks_for_prereleases()};
}

json about_contains(const json& question) {
  const auto set = SpecifierSet::parse(text_of(question[1]));
  return set ? json(set->contains(text_of(question[2]), prereleases_of(question[3]))) : json();
}

json about_filter(const json& question) {
  return set_of(question[1]).filter(question[2].get<std::vector<std::string>>(), prereleases_of(question[3]));
}

json about_satisfiable(const json& question) {
  return set_of(question[1]).is_satisfiable(prereleases_of(question[2]));
}

json about_disjoint(const json& question) { return are_disjoint(set_of(question[1]), set_of(question[2])); }
json about_subset(const json& question) { return is_subset(set_of(question[1]), set_of(question[2])); }
json about_tightens(const json& question) { return tightens(set_of(question[1]), set_of(question[2])); }

json about_marker(const json& question) { return Marker::parse(text_of(question[1])) ? json(true) : json(); }

json about_evaluate(const json& question) {
  const auto marker = Marker::parse(text_of(question[1]));
  if (!marker) return {};
  const auto answer = marker->evaluate(environment_of(question[2]));
  if (answer) return *answer;
  return answer.error().code == mlx::ErrorCode::kNotFound ? "missing" : "undefined";
}

json about_truth(const json& question) {
  return json_of(Marker::parse(text_of(question[1])).value().truth_in(environment_of(question[2])));
}

json about_both(const json& question) {
  const auto found = possibility_of_both(
      Marker::parse(text_of(question[1])).value(), Marker::parse(text_of(question[2])).value(),
      {.python = set_of(question[3]), .known = environment_of(question[4])});
  return {json_of(found.is_possible), json_of(found.first), json_of(found.second)};
}

}  // namespace

int main() {
  const std::map<std::string, json (*)(const json&)> kinds = {
      {"version", about_version},   {"order", about_order},       {"specifier", about_specifier},
      {"contains", about_contains}, {"filter", about_filter},     {"satisfiable", about_satisfiable},
      {"disjoint", about_disjoint}, {"subset", about_subset},     {"tightens", about_tightens},
      {"marker", about_marker},     {"evaluate", about_evaluate}, {"truth", about_truth},
      {"both", about_both}};
  for (std::string line; std::getline(std::cin, line);) {
    const json question = json::parse(line);
    // One question may wait for the answer to the one before.
    std::cout << kinds.at(text_of(question[0]))(question).dump() << '\n' << std::flush;
  }
  return 0;
}
