#include <algorithm>
#include <ranges>

#include "sandbox/http/message.h"
#include "sandbox/web/html.h"
#include "sandbox/web/views.h"

namespace mlx::sandbox::web {
namespace {

std::string section(std::string_view title, const std::string& rows, std::string_view nothing) {
  const std::string empty = "<div class=\"row muted\">" + std::string(nothing) + "</div>";
  return "<h2>" + std::string(title) + "</h2><div class=\"box\">" + (rows.empty() ? empty : rows) + "</div>";
}

std::string branch_rows(const View& view) {
  std::string html;
  for (const Ref& ref : view.git.refs("refs/heads/")) {
    const std::string name = ref.name.substr(11);
    html += R"(<div class="row"><span class="grow"><a href=")" + web_path(view.state) + "/tree/" +
            percent_encode(name, true) + "\">" + escape_html(name) + "</a></span>" +
            commit_link(view.state, ref.sha) + "</div>";
  }
  return html;
}

std::string new_issue_form(const View& view) {
  return R"(<h2>New issue</h2><div class="box"><form class="body" method="post" action=")" +
         web_path(view.state) +
         "/issues\"><input type=\"text\" name=\"title\" placeholder=\"Title\" required aria-label=\"Title\">"
         "<textarea name=\"body\" placeholder=\"Markdown\" aria-label=\"Body\"></textarea><div "
         "class=\"actions\">" +
         user_select(view.state, view.user) + "<button class=\"go\">Open issue</button></div></form></div>";
}

}  // namespace

std::string label_badges(const Issue& issue) {
  std::string html;
  for (const std::string& label : issue.labels)
    html += " <span class=\"badge\">" + escape_html(label) + "</span> ";
  return html;
}

std::string issue_rows(const View& view, bool pulls, bool only_open) {
  std::string html;
  for (const auto& [number, issue] : std::views::reverse(view.state.issues)) {
    if (issue.pull.has_value() != pulls || (only_open && !issue.is_open)) continue;
    const bool is_merged = issue.pull && issue.pull->merged_at;
    const std::string path = web_path(view.state) + (pulls ? "/pull/" : "/issues/") + std::to_string(number);
    const auto comments = view.state.comments_of(number).size();
    html += R"(<div class="row"><span class="dot )";
    html += is_merged ? "m\">⬤" : issue.is_open ? "o\">⬤" : "c\">⬤";
    html += R"(</span><span class="grow"><a href=")" + path + "\">" + escape_html(issue.title) + "</a>";
    if (issue.pull && issue.pull->is_draft) html += " <span class=\"badge\">draft</span>";
    html += label_badges(issue);
    html += "<div class=\"sub\">#" + std::to_string(number) + " opened " + relative_time(issue.created_at) +
            " by " + escape_html(issue.author) + "</div></span>";
    if (comments > 0)
      html += "<span class=\"sub\">" + icon("comment") + " " + std::to_string(comments) + "</span>";
    html += "</div>";
  }
  return html;
}

std::string issue_list(const View& view, bool pulls) {
  const std::string title = pulls ? "Pull requests" : "Issues";
  std::string html = section(title, issue_rows(view, pulls, false), "Nothing here yet.");
  return pulls ? html : html + new_issue_form(view);
}

std::string overview(const View& view) {
  const std::string& branch = view.state.repository.default_branch;
  const auto commit = view.git.resolve(branch);
  const auto entries = commit ? view.git.read_tree(*commit, false) : fail(ErrorCode::kNotFound, "");
  std::string html = "<div class=\"cols\"><div>";
  if (commit && entries) {
    const auto head = view.git.read_commit(*commit);
    html += R"(<div class="box"><div class="head"><span class="badge">)" + escape_html(branch) +
            "</span><span class=\"grow\">" +
            escape_html(head ? head->message.substr(0, head->message.find('\n')) : "") + "</span>" +
            commit_link(view.state, *commit) + "</div>" + file_rows(view, branch, "", *entries) + "</div>";
    const auto readme = view.git.entry_at(*commit, "README.md");
    const auto text = readme ? view.git.read_blob(readme->sha) : fail(ErrorCode::kNotFound, "");
    if (text) {
      html += R"(<div class="box"><div class="head">README.md</div><div class="body md">)" +
              render_markdown(*text, web_path(view.state)) + "</div></div>";
    }
  }
  html += "</div><div>";
  html += section("Pull requests", issue_rows(view, true, true), "No open pull requests.");
  html += section("Issues", issue_rows(view, false, true), "No open issues.");
  html += section("Branches", branch_rows(view), "No branches.");
  html += new_issue_form(view);
  return html + "</div></div>";
}

}  // namespace mlx::sandbox::web
