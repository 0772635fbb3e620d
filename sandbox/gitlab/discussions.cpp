#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/gitlab/threads.h"

namespace mlx::sandbox::gitlab {
namespace {

/// 40 hexadecimal digits, as GitLab's own.
std::string discussion_id(Id first_note) {
  std::array<char, 41> text{};
  (void)std::snprintf(text.data(), text.size(), "%040llx", static_cast<unsigned long long>(first_note));
  return text.data();
}

Json discussion_json(Id first_note, bool is_individual, Json notes) {
  return {{"id", discussion_id(first_note)}, {"individual_note", is_individual}, {"notes", std::move(notes)}};
}

/// The notes that answer a remark, with it.
Json notes_of(Call& call, const Issue& issue, const LineComment& first) {
  Json notes = Json::array();
  for (const Review& review : issue.pull_request().reviews) {
    for (const LineComment& remark : review.comments) {
      const bool is_of_it = remark.id == first.id || remark.in_reply_to == first.id;
      if (is_of_it) notes.push_back(remark_json(call, issue, review, remark));
    }
  }
  return notes;
}

Answer<Response> list_discussions(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  std::vector<Json> items;
  for (const Comment* comment : call.state.comments_of(issue->number)) {
    items.push_back(
        discussion_json(comment->id, true, Json::array({note_json(call.state, *issue, *comment)})));
  }
  for (const Review& review : issue->pull_request().reviews) {
    for (const LineComment& remark : review.comments) {
      if (!remark.in_reply_to)
        items.push_back(discussion_json(remark.id, false, notes_of(call, *issue, remark)));
    }
  }
  std::ranges::stable_sort(items, {}, [](const Json& one) { return one["notes"][0]["id"].get<Id>(); });
  return call.paginated(items);
}

/// How a line of a diff is named: `new_line` alone if it was added, `old_line` alone if it was taken out,
/// both if it is on both sides.
struct Line {
  std::optional<int> before;
  std::optional<int> after;
  bool operator==(const Line&) const = default;
};

int number_after(std::string_view header, char sign) {
  int line = 0;
  const auto at = header.find(sign);
  if (at != std::string_view::npos)
    std::from_chars(header.data() + at + 1, header.data() + header.size(), line);
  return line;
}

bool is_shown(std::string_view patch, const Line& wanted) {
  int before = 0;
  int after = 0;
  while (!patch.empty()) {
    const auto end = std::min(patch.find('\n'), patch.size());
    const std::string_view text = patch.substr(0, end);
    patch.remove_prefix(std::min(end + 1, patch.size()));
    Line line;
    if (text.starts_with("@@")) {
      before = number_after(text, '-');
      after = number_after(text, '+');
      continue;
    }
    if (text.starts_with('\\')) continue;
    if (!text.starts_with('+')) line.before = before++;
    if (!text.starts_with('-')) line.after = after++;
    if (line == wanted) return true;
  }
  return false;
}

std::optional<int> line_of(const Json& position, const char* name) {
  const auto found = position.find(name);
  if (found == position.end() || found->is_null()) return std::nullopt;
  // Forms have no numbers.
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  int line = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return line;
}

std::unexpected<Refusal> no_such_line() {
  return refuse(400,
                "400 Bad request - Note {:line_code=>[\"can't be blank\", \"must be a valid line code\"]}");
}

Answer<Response> create_remark(Call& call, const Issue& issue, const Json& position) {
  for (const char* const name : {"base_sha", "start_sha", "head_sha", "position_type"}) {
    if (!position.contains(name)) return missing("position[" + std::string(name) + "]");
  }
  const PullRequest& pull = issue.pull_request();
  const std::string path = position.value("new_path", position.value("old_path", ""));
  const auto files = call.git.diff(position["base_sha"], position["head_sha"]);
  if (!files) return no_such_line();
  const auto file = std::ranges::find(*files, path, &FileChange::path);
  const Line line{.before = line_of(position, "old_line"), .after = line_of(position, "new_line")};
  const bool is_there = file != files->end() && file->patch && is_shown(*file->patch, line);
  if (!is_there) return no_such_line();
  const Json made =
      MLX_TRY(call.do_on_github("POST", "/pulls/" + std::to_string(issue.number) + "/reviews",
                                {{"commit_id", position["head_sha"]},
                                 {"event", "COMMENT"},
                                 {"body", ""},
                                 {"comments",
                                  {{{"path", path},
                                    {"body", MLX_TRY(call.required("body"))},
                                    {"line", line.after ? *line.after : line.before.value_or(0)},
                                    {"side", line.after ? "RIGHT" : "LEFT"}}}}}));
  const LineComment& remark = pull.reviews.back().comments.front();
  return Response{.status = 201, .body = discussion_json(remark.id, false, notes_of(call, issue, remark))};
}

Answer<Response> create_discussion(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  const std::string body = MLX_TRY(call.required("body"));
  const auto position = call.body.find("position");
  if (position != call.body.end() && position->is_object()) return create_remark(call, *issue, *position);
  const Json made = MLX_TRY(
      call.do_on_github("POST", "/issues/" + std::to_string(issue->number) + "/comments", {{"body", body}}));
  const Comment& comment = call.state.comments.at(made["id"]);
  return Response{
      .status = 201,
      .body = discussion_json(comment.id, false, Json::array({note_json(call.state, *issue, comment)}))};
}

Answer<Response> reply(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  const std::string body = MLX_TRY(call.required("body"));
  for (const Review& review : issue->pull_request().reviews) {
    for (const LineComment& remark : review.comments) {
      if (discussion_id(remark.id) != call.parameter("discussion_id")) continue;
      const Id first = remark.id;
      MLX_CHECK(call.do_on_github(
          "POST",
          "/pulls/" + std::to_string(issue->number) + "/comments/" + std::to_string(first) + "/replies",
          {{"body", body}}));
      const Review& added = issue->pull_request().reviews.back();
      return Response{.status = 201, .body = remark_json(call, *issue, added, added.comments.back())};
    }
  }
  return not_found("Discussion");
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/merge_requests/{iid}/discussions", list_discussions},
    Route{"POST", "/projects/{id}/merge_requests/{iid}/discussions", create_discussion},
    Route{"POST", "/projects/{id}/merge_requests/{iid}/discussions/{discussion_id}/notes", reply},
};

}  // namespace

std::span<const Route> discussion_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
