#include "sandbox/github/line_comments.h"

#include <algorithm>
#include <charconv>
#include <ranges>

namespace mlx::sandbox::github {
namespace {

int number_after(std::string_view text, std::string_view sign) {
  int number = 0;
  const auto at = text.find(sign);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = text.substr(at + sign.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Where a line is in the diff of its file.
struct ShownLine {
  std::string hunk;  ///< from its head to the line
  int position = 0;  ///< below the head of the first hunk
};

/// Nothing if the line is in no hunk.
std::optional<ShownLine> find_line(const std::string& patch, int line, const std::string& side) {
  const char other_side = side == "LEFT" ? '+' : '-';
  std::string hunk;
  int at = 0;
  int position = -1;
  for (const auto part : std::views::split(patch, '\n')) {
    const std::string text(part.begin(), part.end());
    ++position;
    if (text.starts_with("@@ ")) {
      hunk = text;
      at = number_after(text, side == "LEFT" ? "-" : "+") - 1;
      continue;
    }
    hunk += "\n" + text;
    if (text.empty() || text.front() == other_side || text.front() == '\\') continue;
    if (++at == line) return ShownLine{.hunk = std::move(hunk), .position = position};
  }
  return std::nullopt;
}

std::optional<ShownLine> find_line(const std::vector<FileChange>& files, const LineComment& comment,
                                   int line) {
  const auto file = std::ranges::find(files, comment.path, &FileChange::path);
  if (file == files.end()) return std::nullopt;
  const auto& patch = file->patch;
  return patch ? find_line(*patch, line, comment.side) : std::nullopt;
}

/// Where a line of the old file is in the new one; nothing if it was taken out.
std::optional<int> line_after(const std::string& patch, int line) {
  int before = 0;
  int after = 0;
  int moved = 0;
  for (const auto part : std::views::split(patch, '\n')) {
    const std::string_view text(part.begin(), part.end());
    if (text.starts_with("@@ ")) {
      before = number_after(text, "-");
      after = number_after(text, "+");
      // An empty side is named by the line before it.
      if (text.find(",0 +") != std::string_view::npos) ++before;
      if (text.find(",0 @@") != std::string_view::npos) ++after;
      if (line < before) return line + moved;
      continue;
    }
    if (text.empty() || text.front() == '\\') continue;
    if (text.front() == '+') {
      ++after;
    } else if (text.front() == '-') {
      if (before++ == line) return std::nullopt;
    } else {
      if (before++ == line) return after;
      ++after;
    }
    moved = after - before;
  }
  return line + moved;
}

/// Where the line of a remark is in a commit that differs from its own by `changes`.
std::optional<int> moved_line(const std::vector<FileChange>& changes, const LineComment& comment, int line) {
  if (comment.side == "LEFT") return line;
  const auto is_it = [&](const FileChange& file) {
    return file.path == comment.path || file.previous_path == comment.path;
  };
  const auto file = std::ranges::find_if(changes, is_it);
  if (file == changes.end()) return line;
  const auto& patch = file->patch;
  return patch && file->status == "modified" ? line_after(*patch, line) : std::nullopt;
}

void move(LineComment& comment, const std::vector<FileChange>& changes, const std::vector<FileChange>& files,
          const std::string& head) {
  const auto moved = [&](const std::optional<int>& line) -> std::optional<int> {
    const auto to = line ? moved_line(changes, comment, *line) : std::nullopt;
    return to && find_line(files, comment, *to) ? to : std::nullopt;
  };
  const auto line = moved(comment.line);
  const auto start_line = moved(comment.start_line);
  const bool is_outdated = !line || start_line.has_value() != comment.start_line.has_value();
  comment.line = is_outdated ? std::nullopt : line;
  comment.start_line = is_outdated ? std::nullopt : start_line;
  const auto shown = is_outdated ? std::nullopt : find_line(files, comment, *line);
  comment.position = shown ? std::optional(shown->position) : std::nullopt;
  if (!is_outdated) comment.commit = head;
}

std::optional<int> count_in(const Json& json, const char* name) {
  const Json value = json.value(name, Json());
  return value.is_number_integer() ? std::optional(value.get<int>()) : std::nullopt;
}

std::string text_in(const Json& json, const char* name, const char* fallback = "") {
  const Json value = json.value(name, Json());
  return value.is_string() ? value.get<std::string>() : fallback;
}

}  // namespace

std::unexpected<Refusal> unprocessable(std::string_view reason) {
  return std::unexpected(
      Refusal{.status = 422, .message = "Unprocessable Entity", .errors = Json::array({reason})});
}

Answer<std::vector<FileChange>> reviewed_files(const Context& context, const PullRequest& pull,
                                               const std::string& commit) {
  const auto base = context.git.merge_base(pull.base_sha, commit);
  auto files = context.git.diff(base.value_or(pull.base_sha), commit);
  if (!files) return unprocessable("The commit_id is not part of the pull request");
  return std::move(*files);
}

Answer<LineComment> read_line_comment(Context& context, const Json& json, const std::string& commit,
                                      const std::vector<FileChange>& files) {
  if (!json.is_object()) return refuse(422, "Invalid request.\n\nFor 'items', it is not an object.");
  LineComment comment{.id = context.state.next_id(),
                      .path = text_in(json, "path"),
                      .body = text_in(json, "body"),
                      .commit = commit,
                      .side = text_in(json, "side", "RIGHT"),
                      .created_at = now(),
                      .updated_at = now()};
  if (comment.body.empty()) return unprocessable("Body can't be blank");
  if (characters(comment.body) > kLongestBody)
    return unprocessable("Body is too long (maximum is 65536 characters)");
  const auto line = count_in(json, "line");
  const auto start_line = count_in(json, "start_line");
  if (!line) return unprocessable("Line is missing");
  if (start_line && *start_line >= *line) return unprocessable("Start line must precede the end line.");
  comment.line = line;
  comment.original_line = *line;
  comment.start_line = start_line;
  comment.original_start_line = start_line;
  const auto file = std::ranges::find(files, comment.path, &FileChange::path);
  if (file == files.end()) return unprocessable("Path could not be resolved");
  const auto& patch = file->patch;
  if (!patch) return unprocessable("Path could not be resolved");
  const std::string start_side = text_in(json, "start_side", comment.side.c_str());
  auto shown = find_line(*patch, *line, comment.side);
  const bool has_start = !start_line || find_line(*patch, *start_line, start_side).has_value();
  if (!shown || !has_start) return unprocessable("Line could not be resolved");
  comment.hunk = std::move(shown->hunk);
  comment.original_position = shown->position;
  comment.position = shown->position;
  return comment;
}

void move_line_comments(Context& context, PullRequest& pull) {
  const bool has_any = std::ranges::any_of(pull.reviews, [](const Review& r) { return !r.comments.empty(); });
  if (!has_any) return;
  const auto files = reviewed_files(context, pull, pull.head_sha);
  if (!files) return;
  for (Review& review : pull.reviews) {
    for (LineComment& comment : review.comments) {
      const auto changes = context.git.diff(comment.commit, pull.head_sha);
      if (comment.line && changes) move(comment, *changes, *files, pull.head_sha);
    }
  }
}

}  // namespace mlx::sandbox::github
