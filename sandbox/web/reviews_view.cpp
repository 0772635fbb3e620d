#include "sandbox/web/reviews_view.h"

#include <ranges>

#include "sandbox/web/checks_view.h"
#include "sandbox/web/html.h"

namespace mlx::sandbox::web {
namespace {

constexpr std::size_t kShownHunkLines = 4;

/// The lines that a remark is about, by the end of its hunk; without the marks of a diff.
std::vector<std::string> commented_lines(const LineComment& comment) {
  const char other_side = comment.side == "LEFT" ? '+' : '-';
  std::vector<std::string> lines;
  for (const auto part : std::views::split(comment.hunk, '\n')) {
    const std::string line(part.begin(), part.end());
    const bool is_of_side = !line.empty() && line.front() != other_side && line.front() != '\\';
    if (is_of_side && !line.starts_with("@@")) lines.push_back(line.substr(1));
  }
  const std::ptrdiff_t first = comment.original_start_line.value_or(comment.original_line);
  const std::ptrdiff_t count = comment.original_line - first + 1;
  if (std::ssize(lines) > count) lines.erase(lines.begin(), lines.end() - count);
  return lines;
}

/// `code` is HTML already.
std::string suggestion_html(const LineComment& comment, std::string_view code) {
  std::string html =
      R"(<div class="suggestion"><div class="what">Suggested change</div><table class="diff">)";
  for (const std::string& line : commented_lines(comment)) html += diff_row("del", "", "", "-" + line);
  while (!code.empty()) {
    const auto end = code.find('\n');
    html += R"(<tr class="add"><td class="ln"></td><td class="ln"></td><td>+)" +
            std::string(code.substr(0, end)) + "</td></tr>";
    code = end == std::string_view::npos ? std::string_view() : code.substr(end + 1);
  }
  return html + "</table></div>";
}

std::string body_html(const View& view, const LineComment& comment) {
  constexpr std::string_view kBegin = "<pre><code class=\"language-suggestion\">";
  constexpr std::string_view kEnd = "</code></pre>";
  std::string html = render_markdown(comment.body, web_path(view.state));
  for (auto at = html.find(kBegin); at != std::string::npos; at = html.find(kBegin, at)) {
    const auto end = html.find(kEnd, at);
    if (end == std::string::npos) break;
    const auto code = at + kBegin.size();
    const std::string shown = suggestion_html(comment, std::string_view(html).substr(code, end - code));
    html.replace(at, end + kEnd.size() - at, shown);
    at += shown.size();
  }
  return html;
}

std::string comment_html(const View& view, const Review& review, const LineComment& comment) {
  return R"(<div class="remark"><div>)" + user_link(view.state, review.author) +
         " <span class=\"muted small\">" + relative_time(comment.created_at) +
         (comment.updated_at != comment.created_at ? " · edited" : "") + "</span></div><div class=\"md\">" +
         body_html(view, comment) + "</div></div>";
}

/// Answers to a remark, from whatever review.
std::string answers_html(const View& view, const PullRequest& pull, Id answered) {
  std::string html;
  for (const Review& review : pull.reviews) {
    for (const LineComment& comment : review.comments) {
      if (comment.in_reply_to == answered) html += comment_html(view, review, comment);
    }
  }
  return html;
}

std::string place_html(const LineComment& comment) {
  const std::string last = std::to_string(comment.line.value_or(comment.original_line));
  const auto start = comment.line ? comment.start_line : comment.original_start_line;
  std::string html = "<span class=\"grow mono\">" + escape_html(comment.path) + "</span>";
  if (!comment.line) html += "<span class=\"badge outdated\">Outdated</span>";
  return html + "<span class=\"muted small\">" +
         (start ? "lines " + std::to_string(*start) + "–" + last : "line " + last) + "</span>";
}

}  // namespace

std::string line_comments_html(const View& view, const PullRequest& pull, const Review& review) {
  std::string html;
  for (const LineComment& comment : review.comments) {
    if (comment.in_reply_to) continue;
    html += R"(<div class="box thread" id="discussion_r)" + std::to_string(comment.id) +
            R"("><div class="head">)" + place_html(comment) + "</div>" +
            hunk_html(comment.hunk, kShownHunkLines) + comment_html(view, review, comment) +
            answers_html(view, pull, comment.id) + "</div>";
  }
  return html;
}

DiffNotes notes_of(const View& view, const PullRequest& pull) {
  DiffNotes notes;
  for (const CheckRun* run : latest_check_runs(view.state, pull.head_sha)) {
    for (const CheckAnnotation& annotation : run->annotations) {
      notes[{.path = annotation.path, .side = "RIGHT", .line = annotation.end_line}] +=
          annotation_html(*run, annotation);
    }
  }
  for (const Review& review : pull.reviews) {
    for (const LineComment& comment : review.comments) {
      if (!comment.line) continue;
      notes[{.path = comment.path, .side = comment.side, .line = *comment.line}] +=
          comment_html(view, review, comment);
    }
  }
  return notes;
}

}  // namespace mlx::sandbox::web
