#include "bot/core/review/review_comment.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/markdown.h"
#include "bot/core/render_advice.h"
#include "bot/core/render_parts.h"
#include "bot/core/review/review_answers.h"
#include "engine/advise/test_selection/explain_selection.h"
#include "engine/base/digest.h"
#include "engine/base/http.h"
#include "engine/compat/rule.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

constexpr std::string_view kStateBegin = "<!-- mlx:said ";
constexpr std::string_view kStateEnd = " -->";
// What all but the findings may take of a comment; the findings have the rest.
constexpr std::size_t kLongestState = 16'000;
constexpr std::size_t kLongestRecommendations = 9'000;
constexpr std::size_t kLongestMended = 6'000;
constexpr std::size_t kMostRemembered = 100;
constexpr std::size_t kMostPlaces = 5;

std::string_view icon_of(Severity severity) {
  switch (severity) {
    case Severity::kError: return "❌";
    case Severity::kWarning: return "⚠️";
    case Severity::kInfo: return "ℹ️";
  }
  return "";
}

std::string place(const Evidence& evidence, const ReviewedPullRequest& pull) {
  std::string shown = code_span(to_string(evidence));
  if (pull.repository_url.empty()) return shown;
  return fmt::format("[{}]({}{}{}/{}{})", shown, pull.repository_url, pull.form.file_pages, pull.head_sha,
                     percent_encode_path(evidence.file),
                     evidence.line == 0 ? "" : "#L" + std::to_string(evidence.line));
}

std::string places(const RuleFinding& found, const ReviewedPullRequest& pull) {
  std::string text;
  const auto& evidence = found.finding.evidence;
  for (std::size_t i = 0; i < std::min(evidence.size(), kMostPlaces); ++i)
    text += (i == 0 ? "" : " · ") + place(evidence[i], pull);
  if (evidence.size() > kMostPlaces) text += fmt::format(" · {} more", evidence.size() - kMostPlaces);
  return text;
}

/// As a sentence begins.
std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 32);
  return text;
}

std::string render_finding(const RuleFinding& found, const ReviewedPullRequest& pull) {
  std::string text = fmt::format("**{} {}**\n{}\n", icon_of(found.finding.severity),
                                 title_of(found.finding.code), capitalised(sentence(found.finding.message)));
  const std::string shown = places(found, pull);
  if (!shown.empty()) text += shown + "\n";
  if (!found.finding.remedy.empty()) text += "→ " + message(found.finding.remedy) + "\n";
  text += fmt::format("<sub>`{}`</sub>\n\n", id_of(found));
  return text;
}

std::string short_title(const RuleFinding& found) {
  const auto& evidence = found.finding.evidence;
  std::string text(title_of(found.finding.code));
  if (!evidence.empty()) text += ": " + evidence.front().file;
  constexpr std::size_t kLongest = 160;
  return text.size() <= kLongest ? text : std::string(utf8_prefix(text, kLongest)) + "…";
}

json to_json(const SaidFinding& said) { return {said.id, said.title}; }

json to_json(const std::vector<SaidFinding>& findings) {
  json list = json::array();
  for (const SaidFinding& said : findings) list.push_back(to_json(said));
  return list;
}

/// JSON in which nothing can end an HTML comment.
std::string hidden(const json& value) {
  std::string safe;
  for (const char c : value.dump(-1, ' ', true, json::error_handler_t::replace)) {
    if (c == '<' || c == '>') {
      safe += c == '<' ? "\\u003c" : "\\u003e";
    } else if (c == '-' && safe.ends_with('-')) {
      safe += "\\u002d";
    } else {
      safe += c;
    }
  }
  return safe;
}

/// What the comment remembers, as one line that no reader sees.
std::string render_state(const SaidFindings& said) {
  const json state = {{"open", to_json(said.open)}, {"mended", to_json(said.mended)}};
  return std::string(kStateBegin) + hidden(state) + std::string(kStateEnd) + "\n";
}

/// Findings to remember, as far as there is room for them.
class Memory {
 public:
  void add(std::vector<SaidFinding>& list, SaidFinding said) {
    const std::size_t size = hidden(to_json(said)).size() + 1;
    if (list.size() == kMostRemembered || size > room_) return;
    room_ -= size;
    list.push_back(std::move(said));
  }

 private:
  std::size_t room_ = kLongestState;
};

/// What is open, and of the earlier comment what is not there any more or is mended since long.
SaidFindings said_now(const PullRequestReview& review, const SaidFindings& before) {
  SaidFindings said;
  Memory memory;
  std::set<std::string> known;
  for (const RuleFinding& found : review.added) {
    known.insert(id_of(found));
    memory.add(said.open, {.id = id_of(found), .title = short_title(found)});
  }
  for (const auto* list : {&before.open, &before.mended}) {
    for (const SaidFinding& one : *list) {
      if (known.insert(one.id).second) memory.add(said.mended, one);
    }
  }
  return said;
}

std::vector<SaidFinding> read_findings(const json& list) {
  std::vector<SaidFinding> findings;
  if (!list.is_array()) return findings;
  for (const json& one : list) {
    const bool is_pair = one.is_array() && one.size() == 2 && one[0].is_string() && one[1].is_string();
    if (is_pair && findings.size() < kMostRemembered) findings.push_back({.id = one[0], .title = one[1]});
  }
  return findings;
}

std::string heading(const PullRequestReview& review, std::size_t mended) {
  if (review.added.empty() && !review.recommendations.empty()) return "### MLX has a suggestion\n\n";
  if (review.added.empty()) {
    return mended == 0
               ? "### MLX has nothing to say\n\n"
               : "### MLX has nothing more to say\n\nEverything that it found here is mended. Thank you.\n\n";
  }
  const auto count = [&](Severity severity) {
    return static_cast<std::size_t>(std::ranges::count(
        review.added, severity, [](const RuleFinding& found) { return found.finding.severity; }));
  };
  std::vector<std::string> parts;
  if (const auto errors = count(Severity::kError)) parts.push_back(counted(errors, "error"));
  if (const auto warnings = count(Severity::kWarning)) parts.push_back(counted(warnings, "warning"));
  if (const auto remarks = count(Severity::kInfo)) parts.push_back(counted(remarks, "remark"));
  return "### MLX found " + joined(parts) + "\n\n";
}

/// Could a shell take the name for anything but a word? Then it is better not copied into one.
bool is_plain_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '/' || c == '-';
  };
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, is_plain);
}

/// How many tests can be affected, and the command that runs them.
std::string affected_tests(const PullRequestReview& review, const ReviewedPullRequest& pull) {
  if (!review.tests || review.tests->all_tests == 0) return {};
  const TestSelection& tests = *review.tests;
  std::string text = counted_tests(tests) + " can be affected";
  if (tests.is_whole()) text += ", since " + message(explanation_of(tests.whole.front()));
  const std::string since = is_plain_name(pull.base_branch) ? " --since origin/" + pull.base_branch : "";
  return fmt::format("🧪 {}: `mlx test{} --run`\n\n", text, since);
}

std::string footer(const PullRequestReview& review, const ReviewedPullRequest& pull) {
  std::string text;
  if (review.ignored != 0) {
    text += fmt::format("{} that the configuration ignores {} not shown.\n",
                        counted(review.ignored, "finding"), review.ignored == 1 ? "is" : "are");
  }
  if (review.is_truncated) text += "The forge lists only a part of the files that change here.\n";
  if (review.added.empty()) return text;
  return text +
         fmt::format(
             "\n<sub>At {}. `{} explain FINDING` says more, `{} ignore FINDING` keeps it quiet.</sub>\n",
             pull.head_sha.substr(0, 10), pull.command_prefix, pull.command_prefix);
}

}  // namespace

SaidFindings said_in(std::string_view comment) {
  const auto begin = comment.find(kStateBegin);
  if (begin == comment.npos) return {};
  const auto end = comment.find(kStateEnd, begin);
  if (end == comment.npos) return {};
  const auto first = begin + kStateBegin.size();
  const json state = json::parse(comment.substr(first, end - first), nullptr, false);
  if (!state.is_object()) return {};
  return {.open = read_findings(state.value("open", json())),
          .mended = read_findings(state.value("mended", json()))};
}

std::string render_review_comment(const PullRequestReview& review, const SaidFindings& before,
                                  const ReviewedPullRequest& pull, const Advice& advice) {
  const SaidFindings said = said_now(review, before);
  const std::string head =
      std::string(kReviewMarker) + "\n" + render_state(said) + heading(review, said.mended.size());
  CappedText recommendations(kLongestRecommendations);
  for (const Recommendation& recommendation : review.recommendations) {
    recommendations.add(
        render_recommendation(recommendation, pull.command_prefix,
                              [&](const Evidence& evidence) { return place(evidence, pull); }));
  }
  CappedText mended(kLongestMended);
  for (const SaidFinding& one : said.mended) mended.add("- ~~" + neutralised(one.title) + "~~ ✅\n");
  std::string tail = recommendations.text();
  if (!said.mended.empty()) tail += "Mended:\n\n" + mended.text() + "\n";
  tail += affected_tests(review, pull);
  tail += footer(review, pull);

  constexpr std::size_t kLongestCount = 200;
  std::vector<AdvisedPiece> pieces;
  for (std::size_t i = 0; i < review.added.size(); ++i) {
    std::string said_of_it = render_advice(advice, i);
    if (!said_of_it.empty()) said_of_it += "\n";
    pieces.push_back({.text = render_finding(review.added[i], pull), .advice = std::move(said_of_it)});
  }
  const AdvisedText findings = capped(pieces, kLongestComment - head.size() - tail.size() - kLongestCount);
  std::string text = head + findings.text;
  if (findings.left_out != 0) {
    text += fmt::format("… and {} for which there is no room here{}.\n\n",
                        counted(findings.left_out, "more finding"),
                        pull.form.check_lists_findings ? "; the check run lists them" : "");
  }
  return text + tail;
}

}  // namespace mlx::bot
