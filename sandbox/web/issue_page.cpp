#include <map>

#include "sandbox/web/checks_view.h"
#include "sandbox/web/html.h"
#include "sandbox/web/reviews_view.h"
#include "sandbox/web/views.h"

namespace mlx::sandbox::web {
namespace {

std::string reactions_html(const std::vector<Reaction>& reactions) {
  if (reactions.empty()) return {};
  std::string html = "<div class=\"reactions\">";
  for (const auto& [content, emoji] : kReactions) {
    int count = 0;
    std::string people;
    for (const Reaction& reaction : reactions) {
      if (reaction.content != content) continue;
      ++count;
      people += (people.empty() ? "" : ", ") + reaction.author;
    }
    if (count == 0) continue;
    html += "<span title=\"" + escape_html(people) + "\">" + std::string(emoji) + " " +
            std::to_string(count) + "</span>";
  }
  return html + "</div>";
}

/// What stands at the head of an issue; its check boxes can be ticked, which edits the text.
std::string body_html(const View& view, const Issue& issue) {
  const std::string body = issue.body.value_or("");
  if (body.empty()) return "<p class=\"muted\"><em>No description provided.</em></p>";
  const std::string html = render_markdown(body, web_path(view.state));
  std::string ticked = with_buttons(html);
  if (ticked == html) return ticked;
  return R"(<form method="post" action=")" + web_path(view.state) + "/issues/" +
         std::to_string(issue.number) + "/boxes\">" + ticked +
         "<div class=\"actions\"><span class=\"muted small\">Tick as</span>" +
         user_select(view.state, view.user) + "</div></form>";
}

struct Post {
  std::string anchor;
  std::string author;
  Time created;
  bool is_edited = false;
  std::string html;
  const std::vector<Reaction>& reactions;
};

/// A box with what somebody wrote.
std::string post_html(const View& view, const Post& post) {
  const auto& [anchor, author, created, is_edited, text, reactions] = post;
  const User* user = view.state.find_user(author);
  std::string html =
      "<div class=\"box\"" + (anchor.empty() ? "" : " id=\"" + anchor + "\"") + "><div class=\"head\">";
  html += user_link(view.state, author) + " <span class=\"muted small\">commented " + relative_time(created) +
          (is_edited ? " · edited" : "") + "</span>";
  if (user != nullptr && user->is_collaborator) {
    html += "<span class=\"badge\">" + std::string(to_string(user->role)) + "</span>";
  }
  return html + R"(</div><div class="body"><div class="md">)" + text + "</div>" + reactions_html(reactions) +
         "</div></div>";
}

std::string reviews_html(const View& view, const PullRequest& pull) {
  static const std::vector<Reaction> kNone;
  std::string html;
  for (const Review& review : pull.reviews) {
    const std::string remarks = line_comments_html(view, pull, review);
    if (review.body.empty()) {
      html += remarks;
      continue;
    }
    html += post_html(view, {.anchor = "pullrequestreview-" + std::to_string(review.id),
                             .author = review.author,
                             .created = review.submitted_at,
                             .html = render_markdown(review.body, web_path(view.state)),
                             .reactions = kNone}) +
            remarks;
  }
  return html;
}

std::string state_pill(const Issue& issue) {
  const bool is_open_draft = issue.is_open && issue.pull && issue.pull->is_draft;
  if (is_open_draft) return "<span class=\"pill draft\">Draft</span>";
  if (issue.pull && issue.pull->merged_at) return "<span class=\"pill merged\">Merged</span>";
  return issue.is_open ? "<span class=\"pill open\">Open</span>"
                       : "<span class=\"pill closed\">Closed</span>";
}

std::string heading(const View& view, const Issue& issue) {
  std::string html = "<h1>" + escape_html(issue.title) + " <span class=\"n\">#" +
                     std::to_string(issue.number) + "</span></h1>";
  html +=
      "<p class=\"muted\">" + state_pill(issue) + label_badges(issue) + user_link(view.state, issue.author);
  if (!issue.pull) return html + " opened this issue " + relative_time(issue.created_at) + "</p>";
  const PullRequest& pull = *issue.pull;
  html += pull.merged_at ? " merged " : " wants to merge ";
  return html + "<code>" + escape_html(pull.head) + "</code> into <code>" + escape_html(pull.base) +
         "</code></p>";
}

/// A form of one button, with the choice of a user.
std::string button(const View& view, const std::string& action, const std::string& hidden,
                   std::string_view kind, std::string_view label) {
  return R"(<form class="inline" method="post" action=")" + web_path(view.state) + action + "\">" + hidden +
         "<div class=\"actions\">" + user_select(view.state, view.user) + "<button class=\"" +
         std::string(kind) + "\">" + std::string(label) + "</button></div></form>";
}

std::string comment_form(const View& view, const Issue& issue) {
  const std::string number = std::to_string(issue.number);
  return R"(<div class="box"><form class="body" method="post" action=")" + web_path(view.state) + "/issues/" +
         number +
         "/comments\"><textarea name=\"body\" required placeholder=\"Write a comment\" "
         "aria-label=\"Comment\"></textarea>"
         "<div class=\"actions\">" +
         user_select(view.state, view.user) + "<button class=\"go\">Comment</button></div></form></div>";
}

std::string state_form(const View& view, const Issue& issue) {
  if (issue.pull && issue.pull->merged_at) return {};
  const std::string number = std::to_string(issue.number);
  const std::string wanted = issue.is_open ? "closed" : "open";
  const std::string what = issue.pull ? "pull request" : "issue";
  return button(view, "/issues/" + number + "/state",
                R"(<input type="hidden" name="state" value=")" + wanted + "\">", "",
                (issue.is_open ? "Close " : "Reopen ") + what);
}

std::string checks_box(const View& view, const PullRequest& pull) {
  const std::string rows = check_rows(view, pull.head_sha);
  if (rows.empty()) return {};
  return R"(<div class="box"><div class="head"><strong>Checks</strong></div>)" + rows + "</div>";
}

std::string merge_box(const View& view, const Issue& issue, const PullRequest& pull) {
  if (pull.merged_at) {
    return R"(<div class="box"><div class="body"><strong>Merged</strong> by )" +
           user_link(view.state, pull.merged_by) + " in " + commit_link(view.state, pull.merge_commit) +
           "</div></div>";
  }
  if (!issue.is_open) return {};
  const bool is_mergeable = view.git.merged_tree(pull.base_sha, pull.head_sha).has_value();
  std::string html = R"(<div class="box"><div class="body">)";
  if (!is_mergeable) {
    return html + icon("warning") + " This branch has conflicts that must be resolved.</div></div>";
  }
  html += R"(<div class="actions"><span style="margin-right:auto">)" + icon("check") +
          " This branch has no conflicts with the base branch.</span>";
  html += button(view, "/pull/" + std::to_string(issue.number) + "/merge", "", "go", "Merge pull request");
  return html + "</div></div></div>";
}

}  // namespace

std::string issue_page(const View& view, const Issue& issue) {
  std::string html = heading(view, issue);
  html += post_html(view, {.anchor = "",
                           .author = issue.author,
                           .created = issue.created_at,
                           .html = body_html(view, issue),
                           .reactions = issue.reactions});
  for (const Comment* comment : view.state.comments_of(issue.number)) {
    html += post_html(view, {.anchor = "issuecomment-" + std::to_string(comment->id),
                             .author = comment->author,
                             .created = comment->created_at,
                             .is_edited = comment->updated_at != comment->created_at,
                             .html = render_markdown(comment->body, web_path(view.state)),
                             .reactions = comment->reactions});
  }
  if (issue.pull) html += reviews_html(view, *issue.pull);
  if (issue.pull) html += checks_box(view, *issue.pull) + merge_box(view, issue, *issue.pull);
  html += comment_form(view, issue);
  html += "<div class=\"actions\">" + state_form(view, issue) + "</div>";
  if (issue.pull) html += pull_changes(view, *issue.pull);
  return html;
}

}  // namespace mlx::sandbox::web
