#include "bot/forge/github/values.h"

#include <nlohmann/json.hpp>

namespace mlx::bot {
namespace {

/// Empty for the account of somebody who was deleted, which is null.
Result<std::string> login_at(const JsonReader& reader, const char* key) {
  const bool is_there = reader.has(key) && reader.value().at(key).is_object();
  if (!is_there) return std::string();
  return MLX_TRY(reader.at(key)).string_or("login", "");
}

Result<std::vector<std::string>> read_labels(const JsonReader& reader) {
  std::vector<std::string> labels;
  for (const JsonReader& label : MLX_TRY(reader.elements("labels"))) {
    labels.push_back(label.value().is_string() ? MLX_TRY(label.as_string()) : MLX_TRY(label.string("name")));
  }
  return labels;
}

/// GitHub knows more words than there are differences for MLX: a copy is a new file.
ChangedFile::Status status_named(std::string_view name) {
  if (name == "added" || name == "copied") return ChangedFile::Status::kAdded;
  if (name == "removed") return ChangedFile::Status::kRemoved;
  if (name == "renamed") return ChangedFile::Status::kRenamed;
  return ChangedFile::Status::kModified;
}

}  // namespace

Result<std::string> read_author(const JsonReader& reader) { return login_at(reader, "user"); }

Result<PullRequest> read_pull_request(const JsonReader& reader) {
  PullRequest result;
  result.number = MLX_TRY(reader.integer("number"));
  result.url = MLX_TRY(reader.string_or("html_url", ""));
  result.title = MLX_TRY(reader.string("title"));
  result.body = MLX_TRY(reader.string_if_present("body")).value_or("");
  result.created_at = MLX_TRY(reader.string("created_at"));
  return result;
}

Result<PullRequestBranches> read_branches(const JsonReader& reader) {
  const JsonReader head = MLX_TRY(reader.at("head"));
  const JsonReader base = MLX_TRY(reader.at("base"));
  const auto base_repository = MLX_TRY(MLX_TRY(base.at("repo")).integer("id"));
  // The repository of a fork that was deleted is null.
  const bool has_repository = head.has("repo") && head.value().at("repo").is_object();
  PullRequestBranches result;
  result.url = MLX_TRY(reader.string_or("html_url", ""));
  result.title = MLX_TRY(reader.string_or("title", ""));
  result.author = MLX_TRY(read_author(reader));
  result.head_branch = MLX_TRY(head.string("ref"));
  result.head_sha = MLX_TRY(head.string("sha"));
  result.base_branch = MLX_TRY(base.string("ref"));
  result.base_sha = MLX_TRY(base.string("sha"));
  result.labels = MLX_TRY(read_labels(reader));
  result.created_at = MLX_TRY(reader.string("created_at"));
  result.is_draft = MLX_TRY(reader.boolean_or("draft", false));
  result.is_open = MLX_TRY(reader.string("state")) == "open";
  result.is_from_fork = !has_repository || MLX_TRY(MLX_TRY(head.at("repo")).integer("id")) != base_repository;
  return result;
}

Result<CommitSummary> read_commit(const JsonReader& reader) {
  const JsonReader commit = MLX_TRY(reader.at("commit"));
  CommitSummary summary;
  summary.commit.sha = MLX_TRY(reader.string("sha"));
  summary.commit.tree = MLX_TRY(MLX_TRY(commit.at("tree")).string("sha"));
  summary.message = MLX_TRY(commit.string("message"));
  for (const JsonReader& parent : MLX_TRY(reader.elements("parents"))) {
    summary.parents.push_back(MLX_TRY(parent.string("sha")));
  }
  summary.author = MLX_TRY(login_at(reader, "author"));
  return summary;
}

Result<ListedPullRequest> read_listed_pull_request(const JsonReader& reader) {
  const JsonReader head = MLX_TRY(reader.at("head"));
  ListedPullRequest result;
  result.number = MLX_TRY(reader.integer("number"));
  result.url = MLX_TRY(reader.string_or("html_url", ""));
  result.title = MLX_TRY(reader.string("title"));
  result.body = MLX_TRY(reader.string_if_present("body")).value_or("");
  result.author = MLX_TRY(read_author(reader));
  result.head_branch = MLX_TRY(head.string("ref"));
  result.head_sha = MLX_TRY(head.string("sha"));
  result.is_draft = MLX_TRY(reader.boolean_or("draft", false));
  result.labels = MLX_TRY(read_labels(reader));
  result.created_at = MLX_TRY(reader.string("created_at"));
  result.closed_at = MLX_TRY(reader.string_if_present("closed_at")).value_or("");
  const bool is_merged = MLX_TRY(reader.string_if_present("merged_at")).has_value();
  const bool is_open = MLX_TRY(reader.string("state")) == "open";
  result.state = is_merged ? PullRequestState::kMerged
                 : is_open ? PullRequestState::kOpen
                           : PullRequestState::kClosed;
  return result;
}

Result<Issue> read_issue(const JsonReader& reader) {
  Issue issue;
  issue.number = MLX_TRY(reader.integer("number"));
  issue.url = MLX_TRY(reader.string_or("html_url", ""));
  issue.text.title = MLX_TRY(reader.string("title"));
  issue.text.body = MLX_TRY(reader.string_if_present("body")).value_or("");
  issue.is_open = MLX_TRY(reader.string("state")) == "open";
  issue.labels = MLX_TRY(read_labels(reader));
  return issue;
}

Result<Comment> read_comment(const JsonReader& reader) {
  Comment comment;
  comment.id = MLX_TRY(reader.integer("id"));
  comment.body = MLX_TRY(reader.string_if_present("body")).value_or("");
  comment.author = MLX_TRY(read_author(reader));
  return comment;
}

Result<void> append_changed_file(ChangedFiles& files, const JsonReader& reader) {
  const std::string status = MLX_TRY(reader.string("status"));
  if (status == "unchanged") return {};
  auto path = RepoPath::parse(MLX_TRY(reader.string("filename")));
  if (!path) {
    ++files.skipped;
    return {};
  }
  ChangedFile file{.path = *std::move(path), .status = status_named(status)};
  const auto previous = MLX_TRY(reader.string_if_present("previous_filename"));
  if (file.status == ChangedFile::Status::kRenamed && previous) {
    if (auto previous_path = RepoPath::parse(*previous)) file.previous_path = *std::move(previous_path);
  }
  file.blob = MLX_TRY(reader.string_if_present("sha")).value_or("");
  file.patch = MLX_TRY(reader.string_if_present("patch"));
  files.files.push_back(std::move(file));
  return {};
}

Result<ReviewComment> read_review_comment(const JsonReader& reader) {
  ReviewComment comment;
  comment.id = MLX_TRY(reader.integer("id"));
  comment.path = MLX_TRY(reader.string("path"));
  comment.body = MLX_TRY(reader.string_if_present("body")).value_or("");
  // Null, or not there, once the lines are no longer part of the changes.
  const bool has_line = reader.has("line") && reader.value().at("line").is_number_integer();
  if (has_line) comment.line = static_cast<int>(MLX_TRY(reader.integer("line")));
  return comment;
}

nlohmann::json review_comment_json(const LineComment& comment) {
  const auto* side = comment.side == LineComment::Side::kAfter ? "RIGHT" : "LEFT";
  nlohmann::json json = {
      {"path", comment.path.str()}, {"line", comment.line}, {"side", side}, {"body", comment.body}};
  // GitHub refuses a range of one line.
  const bool is_range = comment.start_line && *comment.start_line < comment.line;
  if (is_range) json.update({{"start_line", *comment.start_line}, {"start_side", side}});
  return json;
}

}  // namespace mlx::bot
