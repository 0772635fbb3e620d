#include "sandbox/web/diff.h"

#include <charconv>
#include <optional>

#include "sandbox/web/html.h"

namespace mlx::sandbox::web {
namespace {

struct LineNumbers {
  int before = 0;
  int after = 0;
};

/// The numbers at which a hunk begins: `@@ -12,7 +12,9 @@`.
LineNumbers hunk_start(std::string_view line) {
  const auto number_after = [&line](char sign) {
    int value = 0;
    const auto at = line.find(sign);
    if (at != std::string_view::npos) std::from_chars(line.data() + at + 1, line.data() + line.size(), value);
    return value;
  };
  return {.before = number_after('-'), .after = number_after('+')};
}

struct Line {
  std::string_view text;
  std::string_view kind;
  std::optional<int> before;
  std::optional<int> after;
};

std::vector<Line> lines_of(std::string_view patch) {
  std::vector<Line> lines;
  LineNumbers at;
  while (!patch.empty()) {
    const auto end = patch.find('\n');
    Line line{.text = patch.substr(0, end), .kind = {}, .before = {}, .after = {}};
    patch = end == std::string_view::npos ? std::string_view() : patch.substr(end + 1);
    if (line.text.starts_with("@@")) {
      at = hunk_start(line.text);
      line.kind = "hunk";
    } else if (line.text.starts_with('+')) {
      line.kind = "add";
      line.after = at.after++;
    } else if (line.text.starts_with('-')) {
      line.kind = "del";
      line.before = at.before++;
    } else if (line.text.starts_with('\\')) {
      line.kind = "muted";
    } else {
      line.before = at.before++;
      line.after = at.after++;
    }
    lines.push_back(line);
  }
  return lines;
}

std::string row_of(const Line& line) {
  const auto number = [](const std::optional<int>& value) {
    return value ? std::to_string(*value) : std::string();
  };
  return diff_row(line.kind, number(line.before), number(line.after), line.text);
}

std::string notes_at(const DiffNotes& notes, const std::string& path, const Line& line) {
  std::string html;
  for (const auto& [side, number] : {std::pair("LEFT", line.before), std::pair("RIGHT", line.after)}) {
    if (!number) continue;
    const auto found = notes.find({.path = path, .side = side, .line = *number});
    if (found != notes.end()) html += found->second;
  }
  return html.empty() ? html : R"(<tr class="note"><td colspan="3">)" + html + "</td></tr>";
}

std::string patch_html(const FileChange& file, std::string_view patch, const DiffNotes& notes) {
  std::string html = "<table class=\"diff\">";
  for (const Line& line : lines_of(patch)) html += row_of(line) + notes_at(notes, file.path, line);
  return html + "</table>";
}

}  // namespace

std::string diff_row(std::string_view kind, const std::string& before, const std::string& after,
                     std::string_view text) {
  return "<tr class=\"" + std::string(kind) + R"("><td class="ln">)" + before + "</td><td class=\"ln\">" +
         after + "</td><td>" + escape_html(text) + "</td></tr>";
}

std::string hunk_html(std::string_view hunk, std::size_t most_lines) {
  const std::vector<Line> lines = lines_of(hunk);
  std::string html = "<table class=\"diff\">";
  for (std::size_t at = lines.size() > most_lines ? lines.size() - most_lines : 0; at < lines.size(); ++at) {
    html += row_of(lines[at]);
  }
  return html + "</table>";
}

std::string diff_html(const std::vector<FileChange>& files, const DiffNotes& notes) {
  std::size_t additions = 0;
  std::size_t deletions = 0;
  std::string boxes;
  for (const FileChange& file : files) {
    additions += file.additions;
    deletions += file.deletions;
    const std::string name = file.previous_path.empty() ? file.path : file.previous_path + " → " + file.path;
    boxes += R"(<div class="box"><div class="head mono"><span class="grow" style="flex:1">)" +
             escape_html(name) + "</span><span class=\"badge\">" + std::string(file.status) +
             "</span><span class=\"plus\">+" + std::to_string(file.additions) +
             "</span><span class=\"minus\">−" + std::to_string(file.deletions) + "</span></div>" +
             (file.patch ? patch_html(file, *file.patch, notes)
                         : "<div class=\"body muted\">No text to show.</div>") +
             "</div>";
  }
  return "<h2>" + std::to_string(files.size()) + (files.size() == 1 ? " file" : " files") +
         " changed <span class=\"plus\">+" + std::to_string(additions) + "</span> <span class=\"minus\">−" +
         std::to_string(deletions) + "</span></h2>" + boxes;
}

}  // namespace mlx::sandbox::web
