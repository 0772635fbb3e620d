#include "engine/compat/sarif.h"

#include <nlohmann/json.hpp>

#include "engine/base/http.h"
#include "engine/compat/rule.h"

namespace mlx {
namespace {

using nlohmann::ordered_json;

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kInfo: return "note";
  }
  return "note";
}

ordered_json location_of(const Evidence& place) {
  ordered_json physical = {
      {"artifactLocation", {{"uri", percent_encode_path(place.file)}, {"uriBaseId", "%SRCROOT%"}}}};
  if (place.line != 0) physical["region"] = {{"startLine", place.line}};
  return {{"physicalLocation", std::move(physical)}};
}

ordered_json rule_json(const Rule& rule) {
  return {{"id", rule.code},
          {"shortDescription", {{"text", rule.title}}},
          {"fullDescription", {{"text", rule.meaning}}},
          {"help", {{"text", rule.remedy}}},
          {"defaultConfiguration", {{"level", level_of(rule.severity)}}}};
}

ordered_json result_json(const RuleFinding& found) {
  std::string text = found.finding.message;
  if (!found.finding.remedy.empty()) text += "\n" + found.finding.remedy;
  ordered_json result = {{"ruleId", found.finding.code},
                         {"level", level_of(found.finding.severity)},
                         {"message", {{"text", text}}},
                         {"locations", ordered_json::array()},
                         {"partialFingerprints", {{"mlxFinding/v1", id_of(found)}}}};
  const auto& evidence = found.finding.evidence;
  if (!evidence.empty()) result["locations"].push_back(location_of(evidence.front()));
  for (std::size_t i = 1; i < evidence.size(); ++i) {
    ordered_json related = location_of(evidence[i]);
    related["id"] = i;
    result["relatedLocations"].push_back(std::move(related));
  }
  return result;
}

}  // namespace

std::string to_sarif(const RuleFindings& findings, std::string_view version) {
  ordered_json rules_used = ordered_json::array();
  for (const Rule& rule : rules()) rules_used.push_back(rule_json(rule));
  ordered_json results = ordered_json::array();
  for (const RuleFinding& found : findings) results.push_back(result_json(found));
  const ordered_json driver = {{"name", "mlx"}, {"version", version}, {"rules", std::move(rules_used)}};
  ordered_json run = {
      {"tool", {{"driver", driver}}}, {"columnKind", "utf16CodeUnits"}, {"results", std::move(results)}};
  const ordered_json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                            {"version", "2.1.0"},
                            {"runs", ordered_json::array({std::move(run)})}};
  return log.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace mlx
