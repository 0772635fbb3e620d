#include "bot/core/review/review_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"
#include "bot/core/review/review_buttons.h"
#include "engine/base/digest.h"
#include "engine/compat/rule.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kMostRemarks = 20;
constexpr std::size_t kLongestText = 60'000;
constexpr std::size_t kLongestRecommended = 5'000;
constexpr std::size_t kLongestAnnotation = 8'000;  // a reader has a line of code in view
constexpr std::string_view kRemarkBegin = "<!-- mlx:remark ";
constexpr std::string_view kRemarkEnd = " -->";

CheckAnnotation::Level level_of(Severity severity) {
  switch (severity) {
    case Severity::kError: return CheckAnnotation::Level::kFailure;
    case Severity::kWarning: return CheckAnnotation::Level::kWarning;
    case Severity::kInfo: return CheckAnnotation::Level::kNotice;
  }
  return CheckAnnotation::Level::kNotice;
}

/// The first place that is a line; a check run can say nothing of a file as a whole but at its first line.
void add_annotation(const RuleFinding& found, std::vector<CheckAnnotation>& annotations) {
  if (found.finding.evidence.empty()) return;
  const Evidence& place = found.finding.evidence.front();
  auto path = RepoPath::parse(place.file);
  if (!path) return;
  const int line = place.line == 0 ? 1 : static_cast<int>(place.line);
  std::string text = found.finding.message;
  if (!found.finding.remedy.empty()) text += "\n" + found.finding.remedy;
  annotations.push_back({.path = *std::move(path),
                         .first_line = line,
                         .last_line = line,
                         .level = level_of(found.finding.severity),
                         .title = std::string(title_of(found.finding.code)),
                         .message = std::string(utf8_prefix(text, kLongestAnnotation))});
}

std::optional<std::string> line_of(std::string_view text, std::size_t number) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    if (line == number) return std::string(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

std::string render_remark(const RuleFinding& found, std::string line, const ForgeForm& form) {
  if (line.ends_with('\r')) line.pop_back();
  return remark_marker(id_of(found)) + "\n" + sentence(found.finding.message) + "\n\n" +
         code_block(line, form.suggestion_of(1)) + "\n";
}

}  // namespace

std::vector<CheckAnnotation> annotations_of(const RuleFindings& findings) {
  std::vector<CheckAnnotation> annotations;
  for (const RuleFinding& found : findings) add_annotation(found, annotations);
  return annotations;
}

CheckRun render_review_check(const PullRequestReview& review, const ReviewSettings& settings,
                             const ReviewedPullRequest& pull, std::int64_t number) {
  CheckRun run{.name = std::string(kReviewCheckName), .head_sha = pull.head_sha, .pull_request = number};
  const bool fails = settings.fail_on && review.has_at_least(*settings.fail_on);
  run.conclusion = fails                  ? CheckRun::Conclusion::kFailure
                   : review.added.empty() ? CheckRun::Conclusion::kSuccess
                                          : CheckRun::Conclusion::kNeutral;
  run.title = review.added.empty() ? "Nothing clashes" : counted(review.added.size(), "finding");
  CappedText list(kLongestText);
  for (const RuleFinding& found : review.added) {
    const auto& evidence = found.finding.evidence;
    list.add(fmt::format("- **{}**: {}{} `{}`\n", title_of(found.finding.code),
                         sentence(found.finding.message),
                         evidence.empty() ? "" : " " + code_span(to_string(evidence.front())), id_of(found)));
  }
  run.annotations = annotations_of(review.added);
  run.summary = review.added.empty()
                    ? "The pull request brings nothing that clashes with the project's components.\n"
                    : list.text();
  if (list.left_out() != 0)
    run.summary += fmt::format("\n… and {}.\n", counted(list.left_out(), "more finding"));
  CappedText recommended(kLongestRecommended);
  for (const Recommendation& recommendation : review.recommendations) {
    recommended.add(fmt::format("\n💡 {} does this already: {}.\n", code_span(recommendation.component),
                                message(recommendation.reason)));
  }
  run.summary += recommended.text();
  run.actions = review_buttons(review);
  return run;
}

std::string remark_marker(std::string_view id) {
  return std::string(kRemarkBegin) + std::string(id) + std::string(kRemarkEnd);
}

std::string_view remarked_id(std::string_view body) {
  if (!body.starts_with(kRemarkBegin)) return {};
  body.remove_prefix(kRemarkBegin.size());
  const auto end = body.find(kRemarkEnd);
  return end == body.npos ? std::string_view() : body.substr(0, end);
}

std::string render_remarks_heading(std::size_t count) {
  return count == 1 ? "One line mends this:" : "One line mends each of these:";
}

Result<std::vector<LineRemark>> render_remarks(const PullRequestReview& review, const ChangedFiles& changed,
                                               const Snapshot& head, const ForgeForm& form) {
  std::vector<LineRemark> remarks;
  for (const RuleFinding& found : review.added) {
    if (!found.fix || remarks.size() == kMostRemarks) continue;
    const Evidence& place = found.fix->place;
    const auto file = std::ranges::find_if(
        changed.files, [&](const ChangedFile& one) { return one.path.str() == place.file && one.patch; });
    const int line = static_cast<int>(place.line);
    if (file == changed.files.end()) continue;
    if (!is_within({.first = line, .last = line}, read_patch(*file->patch).shown)) continue;
    const std::string text = MLX_TRY(head.read(file->path));
    const auto before = line_of(text, place.line);
    const auto after = before ? fixed_line(*before, *found.fix) : std::nullopt;
    if (!after) continue;
    remarks.push_back(
        {.id = id_of(found), .path = file->path, .line = line, .body = render_remark(found, *after, form)});
  }
  return remarks;
}

}  // namespace mlx::bot
