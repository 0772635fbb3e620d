#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/index_facts.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/terminal.h"
#include "engine/advise/project_recommendations.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEvidence = 4;  // on a terminal; more is said as a number

Result<std::vector<Recommendation>> recommendations(const OpenProject& project,
                                                    const RecommendArguments& arguments) {
  const auto store = open_index_facts();
  NoIndexCache nothing;
  IndexCache& cache = store ? static_cast<IndexCache&>(*store) : nothing;
  const Progress progress("reading the project");
  auto found = recommend_for_project(project.files(), cache, project.registries(), arguments.limit);
  if (store) store->save();
  return found;
}

json recommendations_json(const std::vector<Recommendation>& recommendations) {
  json all = json::array();
  for (const Recommendation& recommendation : recommendations) {
    json evidence = json::array();
    for (const RecommendationEvidence& seen : recommendation.evidence) {
      evidence.push_back({{"file", seen.place.file}, {"line", seen.place.line}, {"text", seen.text}});
    }
    all.push_back({{"component", recommendation.component},
                   {"title", recommendation.title},
                   {"score", recommendation.score},
                   {"reason", recommendation.reason},
                   {"evidence", std::move(evidence)},
                   {"command", recommendation.command}});
  }
  return {{"recommendations", std::move(all)}};
}

void print_indented(std::string_view text, const Output& output) {
  const std::size_t width = output.width() > 20 ? output.width() - 2 : output.width();
  for (const std::string& line : wrapped(text, width)) fmt::print("  {}\n", line);
}

void print_recommendation(const Recommendation& recommendation, const Output& output) {
  fmt::print("{}  {}\n", output.styled(Style::kBold, printable(recommendation.component)),
             printable(recommendation.title));
  print_indented(printable(recommendation.reason), output);
  const std::size_t shown = std::min(kMostEvidence, recommendation.evidence.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const RecommendationEvidence& seen = recommendation.evidence[i];
    print_indented(printable(to_string(seen.place) + "  " + seen.text), output);
  }
  if (shown < recommendation.evidence.size()) {
    fmt::print("  and {} more\n", recommendation.evidence.size() - shown);
  }
  fmt::print("  {}\n", output.styled(Style::kGreen, printable(recommendation.command)));
}

}  // namespace

Result<Answer> recommend_answer(const RecommendArguments& arguments, const OpenProject& project) {
  const std::vector<Recommendation> found = MLX_TRY(recommendations(project, arguments));
  return Answer{
      .value = recommendations_json(found), .status = kDone, .remarks = remarks_of(project.registries())};
}

int recommend(const RecommendArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  if (arguments.project.json) return print_answer(recommend_answer(arguments, *project));
  const auto found = recommendations(*project, arguments);
  if (!found) return report(found.error());
  print_remarks(remarks_of(project->registries()));
  const Output output = Output::standard(arguments.project.color);
  if (found->empty()) fmt::print("Nothing here is written by hand that a component would do better.\n");
  for (const Recommendation& recommendation : *found) {
    if (&recommendation != &found->front()) fmt::print("\n");
    print_recommendation(recommendation, output);
  }
  if (!found->empty()) {
    fmt::print("\nNot for you? Name it under `[bot] ignore` in mlx.toml, and it is not said again.\n");
  }
  return kDone;
}

}  // namespace mlx::cli
