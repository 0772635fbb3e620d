#include <algorithm>

#include "sandbox/http/message.h"
#include "sandbox/web/diff.h"
#include "sandbox/web/html.h"
#include "sandbox/web/reviews_view.h"
#include "sandbox/web/views.h"

namespace mlx::sandbox::web {
namespace {

struct Place {
  std::string ref;
  std::string commit;
  std::string path;
};

/// Splits "BRANCH/PATH" at the first slash that leaves the name of a branch or commit.
std::optional<Place> find_place(const View& view, const std::string& rest) {
  for (auto slash = rest.find('/');; slash = rest.find('/', slash + 1)) {
    const std::string ref = rest.substr(0, slash);
    if (const auto commit = view.git.resolve(ref)) {
      return Place{
          .ref = ref, .commit = *commit, .path = slash == std::string::npos ? "" : rest.substr(slash + 1)};
    }
    if (slash == std::string::npos) return std::nullopt;
  }
}

std::string breadcrumb(const View& view, const Place& place) {
  const std::string tree = web_path(view.state) + "/tree/" + percent_encode(place.ref, true);
  std::string html = "<span class=\"badge\">" + escape_html(place.ref) + "</span> <a href=\"" + tree + "\">" +
                     escape_html(view.state.repository.name) + "</a>";
  for (std::size_t begin = 0; begin < place.path.size();) {
    const auto end = std::min(place.path.find('/', begin), place.path.size());
    html += " / <a href=\"" + tree + "/" + percent_encode(place.path.substr(0, end), true) + "\">" +
            escape_html(place.path.substr(begin, end - begin)) + "</a>";
    begin = end + 1;
  }
  return html;
}

std::string numbered(std::string_view text) {
  std::string html = "<table class=\"diff\">";
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    html += "<tr id=\"L" + std::to_string(line) + R"("><td class="ln">)" + std::to_string(line) +
            "</td><td>" + escape_html(text.substr(0, end)) + "</td></tr>";
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return html + "</table>";
}

}  // namespace

std::string pull_changes(const View& view, const PullRequest& pull) {
  auto commits = view.git.log(pull.head_sha, pull.base_sha).value_or(std::vector<Commit>());
  std::ranges::reverse(commits);
  std::string html = "<h2>" + std::to_string(commits.size()) +
                     (commits.size() == 1 ? " commit" : " commits") + "</h2><div class=\"box\">";
  for (const Commit& commit : commits) {
    html += R"(<div class="row"><span class="grow">)" +
            escape_html(commit.message.substr(0, commit.message.find('\n'))) + "<div class=\"sub\">" +
            escape_html(commit.author.name) + "</div></span>";
    if (view.state.signed_commits.contains(commit.sha)) html += "<span class=\"badge\">Verified</span>";
    html += commit_link(view.state, commit.sha) + "</div>";
  }
  html += "</div>";
  const auto base = view.git.merge_base(pull.base_sha, pull.head_sha);
  const auto files = view.git.diff(base.value_or(pull.base_sha), pull.head_sha);
  return html + diff_html(files.value_or(std::vector<FileChange>()), notes_of(view, pull));
}

std::string commit_page(const View& view, const std::string& sha) {
  const auto full = view.git.resolve(sha);
  const auto commit = full ? view.git.read_commit(*full) : std::unexpected(full.error());
  if (!commit) return {};
  const auto end = commit->message.find('\n');
  std::string html = "<h1>" + escape_html(commit->message.substr(0, end)) + "</h1>";
  if (end != std::string::npos) html += "<pre>" + escape_html(commit->message.substr(end + 1)) + "</pre>";
  html += "<p class=\"muted\">" + escape_html(commit->author.name) + " committed " +
          relative_time(Time(std::chrono::seconds(commit->author.seconds))) + " · <span class=\"mono\">" +
          commit->sha + "</span>";
  for (const std::string& parent : commit->parents) html += " · parent " + commit_link(view.state, parent);
  html += "</p>";
  const auto files = view.git.diff(commit->parents.empty() ? "" : commit->parents.front(), commit->sha);
  return html + diff_html(files.value_or(std::vector<FileChange>()));
}

std::string file_rows(const View& view, const std::string& ref, const std::string& directory,
                      const std::vector<TreeEntry>& entries) {
  std::string html;
  for (const bool directories : {true, false}) {
    for (const TreeEntry& entry : entries) {
      if ((entry.type == "tree") != directories) continue;
      const std::string path = directory.empty() ? entry.path : directory + "/" + entry.path;
      html += "<div class=\"row\"><span>" + icon(directories ? "folder" : "file") +
              R"(</span><span class="grow"><a href=")" + web_path(view.state) +
              (directories ? "/tree/" : "/blob/") + percent_encode(ref, true) + "/" +
              percent_encode(path, true) + "\">" + escape_html(entry.path) + "</a></span>";
      if (entry.size) html += "<span class=\"sub\">" + std::to_string(*entry.size) + " bytes</span>";
      html += "</div>";
    }
  }
  return html;
}

std::string code_page(const View& view, const std::string& rest) {
  const auto place = find_place(view, rest);
  if (!place) return {};
  const auto entry = view.git.entry_at(place->commit, place->path);
  if (!entry) return {};
  std::string html = R"(<div class="box"><div class="head">)" + breadcrumb(view, *place) + "</div>";
  if (entry->type == "tree") {
    const auto entries = view.git.read_tree(entry->sha, false);
    return html + file_rows(view, place->ref, place->path, entries.value_or(std::vector<TreeEntry>())) +
           "</div>";
  }
  const std::string text = view.git.read_blob(entry->sha).value_or("");
  if (text.find('\0') != std::string::npos)
    return html + "<div class=\"body muted\">A binary file.</div></div>";
  if (place->path.ends_with(".md"))
    return html + "<div class=\"body md\">" + render_markdown(text, web_path(view.state)) + "</div></div>";
  return html + numbered(text) + "</div>";
}

std::optional<std::string> raw_file(const View& view, const std::string& rest) {
  const auto place = find_place(view, rest);
  if (!place) return std::nullopt;
  const auto entry = view.git.entry_at(place->commit, place->path);
  const auto bytes = entry ? view.git.read_blob(entry->sha) : std::unexpected(entry.error());
  return bytes ? std::optional(*bytes) : std::nullopt;
}

}  // namespace mlx::sandbox::web
