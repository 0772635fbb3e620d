#include "bot/forge/gitlab/values.h"

#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/base/timestamp.h"

namespace mlx::bot::gitlab {
namespace {

constexpr std::string_view kDraft = "Draft: ";
constexpr std::string_view kSlash = "&#47;";

/// Seconds that a zone is ahead of UTC, from what follows the seconds of a time.
std::optional<std::chrono::seconds> offset_of(std::string_view zone) {
  if (zone.starts_with('.'))
    zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  if (zone == "Z" || zone == " UTC") return std::chrono::seconds(0);
  const bool is_offset = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
  if (!is_offset) return std::nullopt;
  int hours = 0;
  int minutes = 0;
  std::from_chars(zone.data() + 1, zone.data() + 3, hours);
  std::from_chars(zone.data() + 4, zone.data() + 6, minutes);
  const auto ahead = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return zone[0] == '-' ? -ahead : ahead;
}

/// Nothing for what is no time.
std::optional<std::string> utc(std::string_view text) {
  constexpr std::size_t kSeconds = std::string_view("2026-11-30T06:00:00").size();
  if (text.size() <= kSeconds) return std::nullopt;
  std::string local(text.substr(0, kSeconds));
  if (local[10] == ' ') local[10] = 'T';
  const auto offset = offset_of(text.substr(kSeconds));
  const auto instant = parse_timestamp(local + "Z");
  if (!offset || !instant) return std::nullopt;
  return to_timestamp(*instant - *offset);
}

Result<std::string> time_if_present(const JsonReader& reader, std::string_view key) {
  if (!MLX_TRY(reader.string_if_present(key))) return std::string();
  return read_time(reader, key);
}

Result<std::vector<std::string>> read_labels(const JsonReader& reader) {
  std::vector<std::string> labels;
  for (const JsonReader& label : MLX_TRY(reader.elements("labels"))) {
    labels.push_back(label.value().is_string() ? MLX_TRY(label.as_string()) : MLX_TRY(label.string("name")));
  }
  return labels;
}

Result<std::string> read_title(const JsonReader& reader) {
  std::string title = MLX_TRY(reader.string("title"));
  const bool is_draft = MLX_TRY(reader.boolean_or("draft", false));
  if (is_draft && title.starts_with(kDraft)) title.erase(0, kDraft.size());
  return title;
}

Result<std::string> read_description(const JsonReader& reader) {
  return with_slashes(MLX_TRY(reader.string_if_present("description")).value_or(""));
}

/// From the first hunk on, without the last line's end, as the port has patches.
std::optional<std::string> patch_of(std::string_view diff) {
  const auto hunk = diff.starts_with("@@") ? 0 : diff.find("\n@@");
  if (hunk == std::string_view::npos) return std::nullopt;
  diff.remove_prefix(diff[hunk] == '\n' ? hunk + 1 : hunk);
  if (diff.ends_with('\n')) diff.remove_suffix(1);
  return std::string(diff);
}

/// The characters that open or close a fenced block on this line (CommonMark 0.31, 4.5); empty if none do.
std::string_view fence_in(std::string_view line) {
  const auto begin = std::min(line.find_first_not_of(' '), line.size());
  if (begin > 3) return {};
  line.remove_prefix(begin);
  const char mark = line.starts_with('~') ? '~' : '`';
  const std::string_view fence = line.substr(0, line.find_first_not_of(mark));
  return fence.size() >= 3 ? fence : std::string_view();
}

bool opens(std::string_view fence, std::string_view line) {
  const auto info = fence.data() + fence.size() - line.data();
  const bool has_code = line.find('`', static_cast<std::size_t>(info)) != std::string_view::npos;
  return !fence.empty() && (fence.front() == '~' || !has_code);
}

bool closes(std::string_view fence, std::string_view line, std::string_view opening) {
  const auto rest = static_cast<std::size_t>(fence.data() + fence.size() - line.data());
  return fence.starts_with(opening) && line.find_first_not_of(" \t\n", rest) == std::string_view::npos;
}

/// Changes each line outside of fenced blocks that begins with `from`. A block that GitLab takes for one and
/// this does not is changed too, which is to be seen but does no harm.
std::string replace_line_starts(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  std::string_view opening;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    text.remove_prefix(line.size());
    const std::string_view fence = fence_in(line);
    const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view words = line.substr(begin);
    if (!opening.empty()) {
      if (!fence.empty() && closes(fence, line, opening)) opening = {};
    } else if (opens(fence, line)) {
      opening = fence;
    } else if (words.starts_with(from)) {
      result.append(line.substr(0, begin)).append(to);
      line = words.substr(from.size());
    }
    result += line;
  }
  return result;
}

}  // namespace

Result<std::string> read_time(const JsonReader& reader, std::string_view key) {
  const std::string text = MLX_TRY(reader.string(key));
  auto time = utc(text);
  if (!time) return std::unexpected(MLX_TRY(reader.at(key)).complaint("`" + text + "` is no time"));
  return *std::move(time);
}

Result<std::string> read_author(const JsonReader& reader) {
  const bool is_there = reader.has("author") && reader.value().at("author").is_object();
  if (!is_there) return std::string();
  return MLX_TRY(reader.at("author")).string_or("username", "");
}

Result<bool> is_from_fork(const JsonReader& reader) {
  // The source project of a fork that was deleted is null.
  const nlohmann::json& value = reader.value();
  return value.value("source_project_id", nlohmann::json()) !=
         value.value("target_project_id", nlohmann::json());
}

Result<PullRequest> read_pull_request(const JsonReader& reader) {
  PullRequest result;
  result.number = MLX_TRY(reader.integer("iid"));
  result.url = MLX_TRY(reader.string_or("web_url", ""));
  result.title = MLX_TRY(read_title(reader));
  result.body = MLX_TRY(read_description(reader));
  result.created_at = MLX_TRY(read_time(reader, "created_at"));
  return result;
}

Result<PullRequestBranches> read_branches(const JsonReader& reader) {
  const std::string state = MLX_TRY(reader.string("state"));
  if (state == "locked") {
    return fail(ErrorCode::kUnavailable, "GitLab is merging this merge request just now (it is locked)");
  }
  PullRequestBranches result;
  result.url = MLX_TRY(reader.string_or("web_url", ""));
  result.title = MLX_TRY(read_title(reader));
  result.author = MLX_TRY(read_author(reader));
  result.head_branch = MLX_TRY(reader.string("source_branch"));
  result.base_branch = MLX_TRY(reader.string("target_branch"));
  result.labels = MLX_TRY(read_labels(reader));
  result.created_at = MLX_TRY(read_time(reader, "created_at"));
  result.is_open = state == "opened";
  result.is_draft = MLX_TRY(reader.boolean_or("draft", false));
  result.is_from_fork = MLX_TRY(is_from_fork(reader));
  result.head_sha = MLX_TRY(reader.string_if_present("sha")).value_or("");
  const bool has_refs = reader.has("diff_refs") && reader.value().at("diff_refs").is_object();
  if (has_refs) {
    const JsonReader refs = MLX_TRY(reader.at("diff_refs"));
    result.base_sha = MLX_TRY(refs.string_if_present("start_sha")).value_or("");
  }
  // GitLab prepares a new merge request in the background.
  if (result.is_open && (result.head_sha.empty() || result.base_sha.empty())) {
    return fail(ErrorCode::kUnavailable, "GitLab has not prepared this merge request yet");
  }
  return result;
}

Result<ListedPullRequest> read_listed_pull_request(const JsonReader& reader) {
  ListedPullRequest result;
  result.number = MLX_TRY(reader.integer("iid"));
  result.url = MLX_TRY(reader.string_or("web_url", ""));
  result.title = MLX_TRY(read_title(reader));
  result.body = MLX_TRY(read_description(reader));
  result.author = MLX_TRY(read_author(reader));
  result.head_branch = MLX_TRY(reader.string("source_branch"));
  result.head_sha = MLX_TRY(reader.string_if_present("sha")).value_or("");
  result.is_draft = MLX_TRY(reader.boolean_or("draft", false));
  result.labels = MLX_TRY(read_labels(reader));
  result.created_at = MLX_TRY(read_time(reader, "created_at"));
  const std::string state = MLX_TRY(reader.string("state"));
  if (state == "merged") {
    result.state = PullRequestState::kMerged;
    result.closed_at = MLX_TRY(time_if_present(reader, "merged_at"));
  } else if (state == "closed") {
    result.state = PullRequestState::kClosed;
    result.closed_at = MLX_TRY(time_if_present(reader, "closed_at"));
  }
  return result;
}

Result<CommitSummary> read_commit(const JsonReader& reader) {
  CommitSummary summary;
  summary.commit.sha = MLX_TRY(reader.string("id"));
  summary.message = MLX_TRY(reader.string("message"));
  summary.parents = MLX_TRY(reader.strings("parent_ids"));
  return summary;
}

Result<Issue> read_issue(const JsonReader& reader) {
  Issue issue;
  issue.number = -MLX_TRY(reader.integer("iid"));
  issue.url = MLX_TRY(reader.string_or("web_url", ""));
  issue.text.title = MLX_TRY(reader.string("title"));
  issue.text.body = MLX_TRY(read_description(reader));
  issue.is_open = MLX_TRY(reader.string("state")) == "opened";
  issue.labels = MLX_TRY(read_labels(reader));
  return issue;
}

Result<Comment> read_comment(const JsonReader& reader) {
  Comment comment;
  comment.id = MLX_TRY(reader.integer("id"));
  comment.body = with_slashes(MLX_TRY(reader.string_if_present("body")).value_or(""));
  comment.author = MLX_TRY(read_author(reader));
  return comment;
}

Result<void> append_changed_file(ChangedFiles& files, const JsonReader& reader) {
  using Status = ChangedFile::Status;
  const bool is_new = MLX_TRY(reader.boolean_or("new_file", false));
  const bool is_renamed = MLX_TRY(reader.boolean_or("renamed_file", false));
  const bool is_removed = MLX_TRY(reader.boolean_or("deleted_file", false));
  auto path = RepoPath::parse(MLX_TRY(reader.string(is_removed ? "old_path" : "new_path")));
  if (!path) {
    ++files.skipped;
    return {};
  }
  ChangedFile file{.path = *std::move(path)};
  file.status = is_new ? Status::kAdded : is_removed ? Status::kRemoved : Status::kModified;
  if (is_renamed) {
    file.status = Status::kRenamed;
    if (auto previous = RepoPath::parse(MLX_TRY(reader.string("old_path"))))
      file.previous_path = *std::move(previous);
  }
  file.patch = patch_of(MLX_TRY(reader.string_or("diff", "")));
  files.files.push_back(std::move(file));
  return {};
}

Role role_of_level(long long access_level) {
  if (access_level >= 50) return Role::kAdmin;
  if (access_level >= 40) return Role::kMaintain;
  if (access_level >= 30) return Role::kWrite;
  if (access_level >= 20) return Role::kTriage;
  return access_level >= 10 ? Role::kRead : Role::kNone;
}

RepositoryName repository_named(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {.owner = {}, .name = std::string(path)};
  return {.owner = std::string(path.substr(0, slash)), .name = std::string(path.substr(slash + 1))};
}

std::string draft_title(const std::string& title) { return std::string(kDraft) + title; }

std::string without_quick_actions(std::string_view text) {
  // Which GitLab takes out before it looks for its commands.
  std::string lines(text);
  std::erase(lines, '\r');
  return replace_line_starts(lines, "/", kSlash);
}

std::string with_slashes(std::string_view text) { return replace_line_starts(text, kSlash, "/"); }

}  // namespace mlx::bot::gitlab
