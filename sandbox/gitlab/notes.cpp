#include <algorithm>
#include <array>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/gitlab/threads.h"

namespace mlx::sandbox::gitlab {
namespace {

Thread kind_of(const Call& call) {
  return call.path.find("/merge_requests/") == std::string::npos ? Thread::kIssue : Thread::kMergeRequest;
}

/// A note is a comment, or a remark on a line.
struct Note {
  Issue* issue = nullptr;
  Comment* comment = nullptr;
  Review* review = nullptr;
  LineComment* remark = nullptr;
};

Answer<Note> find_note(Call& call) {
  Note note{.issue = MLX_TRY(find_thread(call, kind_of(call)))};
  const Id id = MLX_TRY(call.number("note_id"));
  const auto found = call.state.comments.find(id);
  if (found != call.state.comments.end() && found->second.issue == note.issue->number) {
    note.comment = &found->second;
    return note;
  }
  if (!note.issue->pull) return not_found();
  for (Review& review : note.issue->pull_request().reviews) {
    for (LineComment& remark : review.comments) {
      if (remark.id != id) continue;
      note.review = &review;
      note.remark = &remark;
      return note;
    }
  }
  return not_found();
}

Json to_json(Call& call, const Note& note) {
  return note.comment != nullptr ? note_json(call.state, *note.issue, *note.comment)
                                 : remark_json(call, *note.issue, *note.review, *note.remark);
}

/// Where the GitHub side has it.
std::string github_path(const Note& note) {
  return note.comment != nullptr ? "/issues/comments/" + std::to_string(note.comment->id)
                                 : "/pulls/comments/" + std::to_string(note.remark->id);
}

Answer<Response> list_notes(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, kind_of(call)));
  std::vector<Json> notes;
  for (const Comment* comment : call.state.comments_of(issue->number))
    notes.push_back(note_json(call.state, *issue, *comment));
  if (issue->pull) {
    for (const Review& review : issue->pull_request().reviews) {
      for (const LineComment& remark : review.comments)
        notes.push_back(remark_json(call, *issue, review, remark));
    }
  }
  const std::string key = call.text("order_by") == "updated_at" ? "updated_at" : "created_at";
  std::ranges::stable_sort(notes, {}, [&](const Json& note) { return note[key].get<std::string>(); });
  if (call.text("sort").value_or("desc") == "desc") std::ranges::reverse(notes);
  return call.paginated(notes);
}

Answer<Response> get_note(Call& call) {
  const Note note = MLX_TRY(find_note(call));
  return Response{.body = to_json(call, note)};
}

Answer<Response> create_note(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, kind_of(call)));
  const std::string body = MLX_TRY(call.required("body"));
  if (body.empty()) return refuse(400, "400 Bad request - Note {:note=>[\"can't be blank\"]}");
  const Json made = MLX_TRY(
      call.do_on_github("POST", "/issues/" + std::to_string(issue->number) + "/comments", {{"body", body}}));
  Comment& comment = call.state.comments.at(made["id"]);
  comment.is_internal = call.flag("internal").value_or(false);
  return Response{.status = 201, .body = note_json(call.state, *issue, comment)};
}

Answer<Response> update_note(Call& call) {
  const Note note = MLX_TRY(find_note(call));
  MLX_CHECK(call.do_on_github("PATCH", github_path(note), {{"body", MLX_TRY(call.required("body"))}}));
  return Response{.body = to_json(call, note)};
}

Answer<Response> delete_note(Call& call) {
  MLX_CHECK(call.do_on_github("DELETE", github_path(MLX_TRY(find_note(call)))));
  return Response{.status = 204};
}

Answer<Comment*> find_awardable(Call& call) {
  const Note note = MLX_TRY(find_note(call));
  if (note.comment == nullptr) return not_found();
  return note.comment;
}

Answer<Response> list_awards(Call& call) {
  const Comment* comment = MLX_TRY(find_awardable(call));
  std::vector<Json> awards;
  for (const Reaction& reaction : comment->reactions)
    awards.push_back(award_json(call.state, reaction, comment->id));
  return call.paginated(awards);
}

Answer<Response> award(Call& call) {
  const Comment* comment = MLX_TRY(find_awardable(call));
  const std::string asked = MLX_TRY(call.required("name"));
  const std::string name = asked == "thumbsup" ? "+1" : asked == "thumbsdown" ? "-1" : asked;
  const bool is_there = std::ranges::any_of(comment->reactions, [&](const Reaction& reaction) {
    return reaction.author == call.user.login && reaction.content == name;
  });
  if (is_there) return not_found("Award Emoji Name has already been taken");
  const bool is_known =
      std::ranges::any_of(kReactions, [&](const auto& known) { return known.first == name; });
  if (!is_known) return not_found("Award Emoji Name is not a valid emoji name");
  MLX_CHECK(call.do_on_github("POST", "/issues/comments/" + std::to_string(comment->id) + "/reactions",
                              {{"content", name}}));
  return Response{.status = 201, .body = award_json(call.state, comment->reactions.back(), comment->id)};
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/issues/{iid}/notes", list_notes},
    Route{"POST", "/projects/{id}/issues/{iid}/notes", create_note},
    Route{"GET", "/projects/{id}/issues/{iid}/notes/{note_id}", get_note},
    Route{"PUT", "/projects/{id}/issues/{iid}/notes/{note_id}", update_note},
    Route{"DELETE", "/projects/{id}/issues/{iid}/notes/{note_id}", delete_note},
    Route{"GET", "/projects/{id}/issues/{iid}/notes/{note_id}/award_emoji", list_awards},
    Route{"POST", "/projects/{id}/issues/{iid}/notes/{note_id}/award_emoji", award},
    Route{"GET", "/projects/{id}/merge_requests/{iid}/notes", list_notes},
    Route{"POST", "/projects/{id}/merge_requests/{iid}/notes", create_note},
    Route{"GET", "/projects/{id}/merge_requests/{iid}/notes/{note_id}", get_note},
    Route{"PUT", "/projects/{id}/merge_requests/{iid}/notes/{note_id}", update_note},
    Route{"DELETE", "/projects/{id}/merge_requests/{iid}/notes/{note_id}", delete_note},
    Route{"GET", "/projects/{id}/merge_requests/{iid}/notes/{note_id}/award_emoji", list_awards},
    Route{"POST", "/projects/{id}/merge_requests/{iid}/notes/{note_id}/award_emoji", award},
};

}  // namespace

std::span<const Route> note_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
