#include "sandbox/web/checks_view.h"

#include <algorithm>
#include <map>

#include "sandbox/http/message.h"
#include "sandbox/web/diff.h"
#include "sandbox/web/html.h"

namespace mlx::sandbox::web {
namespace {

struct Appearance {
  std::string_view icon;
  std::string_view kind;  ///< of the pill
  std::string_view text;
};

Appearance appearance_of(const CheckRun& run) {
  if (run.status == "queued") return {.icon = "waiting", .kind = "draft", .text = "Queued"};
  if (run.status != "completed") return {.icon = "waiting", .kind = "draft", .text = "In progress"};
  if (run.conclusion == "success") return {.icon = "check", .kind = "open", .text = "Success"};
  if (run.conclusion == "failure") return {.icon = "cross", .kind = "closed", .text = "Failure"};
  if (run.conclusion == "timed_out") return {.icon = "cross", .kind = "closed", .text = "Timed out"};
  if (run.conclusion == "action_required")
    return {.icon = "warning", .kind = "closed", .text = "Action required"};
  if (run.conclusion == "cancelled") return {.icon = "neutral", .kind = "draft", .text = "Cancelled"};
  if (run.conclusion == "skipped") return {.icon = "neutral", .kind = "draft", .text = "Skipped"};
  return {.icon = "neutral", .kind = "draft", .text = "Neutral"};
}

std::string run_path(const View& view, const CheckRun& run) {
  return web_path(view.state) + "/runs/" + std::to_string(run.id);
}

std::string lines_text(const CheckAnnotation& annotation) {
  const std::string first = std::to_string(annotation.start_line);
  if (annotation.start_line == annotation.end_line) return "line " + first;
  return "lines " + first + "–" + std::to_string(annotation.end_line);
}

/// The lines that an annotation is about, as they are in the commit; empty if there is no such file.
std::string code_html(const View& view, const CheckRun& run, const CheckAnnotation& annotation) {
  constexpr int kMostLines = 6;
  const auto entry = view.git.entry_at(run.head_sha, annotation.path);
  const auto bytes = entry ? view.git.read_blob(entry->sha) : std::unexpected(entry.error());
  if (!bytes || bytes->find('\0') != std::string::npos) return {};
  std::string rows;
  std::string_view rest = *bytes;
  for (int line = 1; !rest.empty() && line <= annotation.end_line; ++line) {
    const auto end = rest.find('\n');
    const bool is_shown = line >= annotation.start_line && line < annotation.start_line + kMostLines;
    if (is_shown) {
      rows += R"(<tr><td class="ln">)" + std::to_string(line) + "</td><td>" +
              escape_html(rest.substr(0, end)) + "</td></tr>";
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return rows.empty() ? rows : "<table class=\"diff\">" + rows + "</table>";
}

std::string annotations_html(const View& view, const CheckRun& run) {
  std::map<std::string, std::vector<const CheckAnnotation*>> by_file;
  for (const CheckAnnotation& annotation : run.annotations) by_file[annotation.path].push_back(&annotation);
  if (by_file.empty()) return {};
  for (auto& [path, annotations] : by_file)
    std::ranges::stable_sort(annotations, {}, &CheckAnnotation::start_line);
  const std::size_t count = run.annotations.size();
  std::string html = "<h2>" + std::to_string(count) + (count == 1 ? " annotation" : " annotations") + "</h2>";
  for (const auto& [path, annotations] : by_file) {
    const std::string file =
        web_path(view.state) + "/blob/" + run.head_sha + "/" + percent_encode(path, true);
    html += R"(<div class="box"><div class="head mono"><span class="grow">)" + icon("file") + " <a href=\"" +
            file + "\">" + escape_html(path) + "</a></span><span class=\"badge\">" +
            std::to_string(annotations.size()) + "</span></div>";
    for (const CheckAnnotation* annotation : annotations) {
      html += R"(<div class="finding"><a class="small muted" href=")" + file + "#L" +
              std::to_string(annotation->start_line) + "\">" + lines_text(*annotation) + "</a>" +
              code_html(view, run, *annotation) + annotation_html(run, *annotation) + "</div>";
    }
    html += "</div>";
  }
  return html;
}

std::string buttons_html(const View& view, const CheckRun& run) {
  std::string html = R"(<form class="inline" method="post" action=")" + run_path(view, run) +
                     R"(/actions"><div class="actions"><span class="muted small">Press as</span>)" +
                     user_select(view.state, view.user);
  if (run.status == "completed") {
    for (const CheckAction& action : run.actions) {
      html += R"(<button class="go" name="identifier" value=")" + escape_html(action.identifier) +
              "\" title=\"" + escape_html(action.description) + "\">" + escape_html(action.label) +
              "</button>";
    }
  }
  return html + R"(<button formaction=")" + run_path(view, run) +
         R"(/rerequest">Re-run</button></div></form>)";
}

/// The pull requests whose head is the commit.
std::string pulls_html(const View& view, const std::string& sha) {
  std::string html;
  for (const auto& [number, issue] : view.state.issues) {
    if (!issue.pull || issue.pull->head_sha != sha) continue;
    const std::string text = std::to_string(number);
    html += " · <a href=\"" + web_path(view.state) + "/pull/";
    html += text + "\">" + escape_html(issue.title);
    html += " #" + text + "</a>";
  }
  return html;
}

std::string section(const View& view, const std::optional<std::string>& text) {
  if (!text || text->empty()) return {};
  return R"(<div class="box"><div class="body md">)" + render_markdown(*text, web_path(view.state)) +
         "</div></div>";
}

}  // namespace

std::vector<const CheckRun*> latest_check_runs(const State& state, const std::string& sha) {
  std::map<std::string, const CheckRun*> by_name;
  for (const auto& [id, run] : state.check_runs) {
    if (run.head_sha == sha) by_name[run.name] = &run;
  }
  std::vector<const CheckRun*> runs;
  runs.reserve(by_name.size());
  for (const auto& [name, run] : by_name) runs.push_back(run);
  return runs;
}

std::string check_rows(const View& view, const std::string& sha) {
  std::string html;
  for (const CheckRun* run : latest_check_runs(view.state, sha)) {
    const Appearance appearance = appearance_of(*run);
    html += R"(<div class="row"><span>)" + icon(appearance.icon) + R"(</span><span class="grow"><strong>)" +
            escape_html(run->name) + "</strong> <span class=\"muted\">" +
            escape_html(run->title.value_or(std::string(appearance.text))) + "</span></span>";
    if (!run->annotations.empty()) {
      html += "<span class=\"sub\">" + std::to_string(run->annotations.size()) +
              (run->annotations.size() == 1 ? " annotation" : " annotations") + "</span>";
    }
    html += "<a href=\"" + run_path(view, *run) + "\">Details</a></div>";
  }
  return html;
}

std::string annotation_html(const CheckRun& run, const CheckAnnotation& annotation) {
  const std::string_view kind = annotation.level == "failure"   ? "cross"
                                : annotation.level == "warning" ? "warning"
                                                                : "notice";
  return "<div class=\"annotation " + annotation.level + "\">" + icon(kind) + "<div><strong>" +
         escape_html(annotation.title.empty() ? run.name : annotation.title) + "</strong><pre>" +
         escape_html(annotation.message) + "</pre></div></div>";
}

std::string check_run_page(const View& view, const CheckRun& run) {
  const Appearance appearance = appearance_of(run);
  std::string html =
      "<h1>" + escape_html(run.name) + R"(</h1><p class="muted"><span class="pill )" +
      std::string(appearance.kind) + "\">" + std::string(appearance.text) + "</span>" +
      user_link(view.state, view.state.app.bot_login) + " on " + commit_link(view.state, run.head_sha) + " " +
      relative_time(run.completed_at.value_or(run.started_at)) + pulls_html(view, run.head_sha) + "</p>";
  html += R"(<div class="toolbar"><strong>)" + escape_html(run.title.value_or("")) + "</strong>" +
          buttons_html(view, run) + "</div>";
  return html + section(view, run.summary) + section(view, run.text) + annotations_html(view, run);
}

}  // namespace mlx::sandbox::web
