#include "bot/forge/gitlab/reviews.h"

#include <algorithm>
#include <charconv>

#include "bot/core/changed_file.h"
#include "bot/core/same_text.h"
#include "bot/forge/gitlab/values.h"

namespace mlx::bot::gitlab {
namespace {

using nlohmann::json;

constexpr std::size_t kMostItems = 10'000;

/// The commits between which GitLab counts the lines of a merge request.
struct DiffRefs {
  std::string base;
  std::string start;
  std::string head;
};

Result<DiffRefs> read_diff_refs(const ReviewedMergeRequest& merge_request) {
  const json answer = MLX_TRY(merge_request.api.request("GET", merge_request.path));
  const bool has_refs = answer.is_object() && answer.contains("diff_refs") && answer["diff_refs"].is_object();
  if (!has_refs)
    return fail(ErrorCode::kUnavailable, "GitLab has not prepared the changes of this merge request yet");
  const JsonReader refs = MLX_TRY(JsonReader(answer, "GitLab's merge request").at("diff_refs"));
  DiffRefs result;
  result.base = MLX_TRY(refs.string("base_sha"));
  result.start = MLX_TRY(refs.string("start_sha"));
  result.head = MLX_TRY(refs.string("head_sha"));
  return result;
}

Result<ChangedFiles> read_diffs(const ReviewedMergeRequest& merge_request) {
  ChangedFiles files;
  const auto keep = [&](const JsonReader& item) -> Result<Continue> {
    MLX_CHECK(append_changed_file(files, item));
    return Continue::kYes;
  };
  MLX_CHECK(merge_request.api.each(merge_request.path + "/diffs?", kMostItems, keep));
  return files;
}

/// GitLab's position of a remark. kInvalidInput if the merge request does not show the line.
Result<json> position_of(const LineComment& comment, const DiffRefs& refs, const ChangedFiles& files) {
  const auto file = std::ranges::find(files.files, comment.path, &ChangedFile::path);
  const bool is_after = comment.side == LineComment::Side::kAfter;
  const LineSpan line{.first = comment.line, .last = comment.line};
  const std::optional<std::string> patch = file != files.files.end() ? file->patch : std::nullopt;
  if (!patch || (is_after && !is_within(line, read_patch(*patch).shown))) {
    return fail(ErrorCode::kInvalidInput, "the line is not part of the merge request's changes",
                {.file = comment.path.str(), .line = static_cast<std::size_t>(comment.line)});
  }
  json position = {
      {"position_type", "text"},      {"base_sha", refs.base},
      {"start_sha", refs.start},      {"head_sha", refs.head},
      {"new_path", file->path.str()}, {"old_path", file->previous_path.value_or(file->path).str()}};
  position[is_after ? "new_line" : "old_line"] = comment.line;
  // A line that both sides have is named by both.
  const auto before = is_after ? line_before(*patch, comment.line) : std::nullopt;
  if (before) position["old_line"] = *before;
  return position;
}

bool is_same_place(const ReviewComment& there, const LineComment& wanted) {
  return there.path == wanted.path.str() && there.line == wanted.line &&
         is_same_text(there.body, wanted.body);
}

/// Where hunk headers say that the old and the new file go on: `@@ -12,7 +14,9 @@`.
int number_after(std::string_view header, char sign) {
  int line = 0;
  const auto at = header.find(sign);
  if (at != std::string_view::npos)
    std::from_chars(header.data() + at + 1, header.data() + header.size(), line);
  return line;
}

}  // namespace

std::optional<int> line_before(std::string_view patch, int line) {
  int before = 0;
  int after = 0;
  while (!patch.empty()) {
    const auto end = std::min(patch.find('\n'), patch.size());
    const std::string_view text = patch.substr(0, end);
    patch.remove_prefix(std::min(end + 1, patch.size()));
    if (text.starts_with("@@")) {
      before = number_after(text, '-');
      after = number_after(text, '+');
      continue;
    }
    if (text.starts_with('\\')) continue;
    if (text.starts_with('+')) {
      if (after++ == line) return std::nullopt;
    } else if (text.starts_with('-')) {
      ++before;
    } else {
      if (after++ == line) return before;
      ++before;
    }
  }
  return std::nullopt;
}

Result<std::vector<ReviewComment>> list_own_remarks(const ReviewedMergeRequest& merge_request) {
  std::vector<ReviewComment> comments;
  std::string head;
  const auto keep = [&](const JsonReader& discussion) -> Result<Continue> {
    const auto notes = MLX_TRY(discussion.elements("notes"));
    if (notes.empty()) return Continue::kYes;
    const JsonReader& first = notes.front();
    const bool is_own = MLX_TRY(first.string_if_present("type")).value_or("") == "DiffNote" &&
                        MLX_TRY(read_author(first)) == merge_request.own_login;
    if (!is_own) return Continue::kYes;
    const JsonReader position = MLX_TRY(first.at("position"));
    ReviewComment comment;
    comment.id = MLX_TRY(first.integer("id"));
    comment.body = with_slashes(MLX_TRY(first.string_if_present("body")).value_or(""));
    comment.path = MLX_TRY(position.string_if_present("new_path")).value_or("");
    comment.has_replies = notes.size() > 1;
    // GitLab moves positions along with the lines; one of an older version is where the lines went.
    if (head.empty()) head = MLX_TRY(read_diff_refs(merge_request)).head;
    const bool has_line = MLX_TRY(position.string_if_present("head_sha")).value_or("") == head &&
                          position.has("new_line") && position.value().at("new_line").is_number_integer();
    if (has_line) comment.line = static_cast<int>(MLX_TRY(position.integer("new_line")));
    comments.push_back(std::move(comment));
    return Continue::kYes;
  };
  MLX_CHECK(merge_request.api.each(merge_request.path + "/discussions?", kMostItems, keep));
  return comments;
}

Result<void> create_gitlab_review(const ReviewedMergeRequest& merge_request, const NewReview& review) {
  const DiffRefs refs = MLX_TRY(read_diff_refs(merge_request));
  if (refs.head != review.commit) {
    return fail(ErrorCode::kUnavailable,
                "GitLab shows other changes of this merge request than were reviewed");
  }
  const ChangedFiles files = MLX_TRY(read_diffs(merge_request));
  struct Placed {
    const LineComment& comment;
    json discussion;
  };
  std::vector<Placed> wanted;
  std::optional<Error> refused;
  for (const LineComment& comment : review.comments) {
    // GitLab does not show the changes of every file: the other remarks are made all the same.
    auto position = position_of(comment, refs, files);
    if (!position) {
      refused = std::move(position).error();
      continue;
    }
    wanted.push_back(
        {.comment = comment,
         .discussion = {{"body", without_quick_actions(comment.body)}, {"position", *std::move(position)}}});
  }
  if (wanted.empty() && refused) return std::unexpected(*std::move(refused));
  // A run that was cut off has made some of them.
  const auto there = MLX_TRY(list_own_remarks(merge_request));
  for (const Placed& remark : wanted) {
    const bool is_there = std::ranges::any_of(
        there, [&](const ReviewComment& one) { return is_same_place(one, remark.comment); });
    if (!is_there)
      MLX_CHECK(merge_request.api.request("POST", merge_request.path + "/discussions", remark.discussion));
  }
  if (review.body.empty()) return {};
  MLX_CHECK(merge_request.api.request("POST", merge_request.path + "/notes",
                                      {{"body", without_quick_actions(review.body)}}));
  return {};
}

}  // namespace mlx::bot::gitlab
