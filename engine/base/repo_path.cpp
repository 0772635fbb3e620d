#include "engine/base/repo_path.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace mlx {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Drops the code points that HFS+ ignores when it compares names (see git's
/// utf8.c, next_hfs_char), which are all three bytes long in UTF-8.
std::string without_ignored_code_points(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 2 < text.size()) {
      const auto a = static_cast<unsigned char>(text[i]);
      const auto b = static_cast<unsigned char>(text[i + 1]);
      const auto c = static_cast<unsigned char>(text[i + 2]);
      const bool zero_width =
          a == 0xE2 && ((b == 0x80 && ((c >= 0x8C && c <= 0x8F) || (c >= 0xAA && c <= 0xAE))) ||
                        (b == 0x81 && c >= 0xAA && c <= 0xAF));
      const bool byte_order_mark = a == 0xEF && b == 0xBB && c == 0xBF;
      if (zero_width || byte_order_mark) {
        i += 2;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

/// `.git` as Windows and macOS would also open it: any case, trailing dots and
/// spaces, an alternate data stream, the 8.3 short name, invisible code points.
bool names_git_directory(std::string_view segment) {
  std::string name = lower(without_ignored_code_points(segment));
  if (const auto colon = name.find(':'); colon != std::string::npos) name.resize(colon);
  while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.pop_back();
  return name == ".git" || name == "git~1";
}

std::string_view problem_with(std::string_view segment) {
  if (segment.empty()) return "has an empty segment";
  if (segment == "." || segment == "..") return "has a `.` or `..` segment";
  if (names_git_directory(segment)) return "names the .git directory";
  const bool has_bad_byte =
      std::ranges::any_of(segment, [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '\\'; });
  if (has_bad_byte) return "has a control character or a backslash";
  return {};
}

}  // namespace

Result<RepoPath> RepoPath::parse(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::kRefused, "the path is empty");
  if (text.size() > 4096) return fail(ErrorCode::kRefused, "the path is longer than 4096 bytes");
  if (text.front() == '/') {
    return fail(ErrorCode::kRefused,
                "the path `" + std::string(text) + "` is absolute: it must be relative to the repository");
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('/', begin), text.size());
    if (const auto problem = problem_with(text.substr(begin, end - begin)); !problem.empty()) {
      return fail(ErrorCode::kRefused, "the path `" + std::string(text) + "` " + std::string(problem));
    }
    begin = end + 1;
  }
  return RepoPath(std::string(text));
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view parent_directory(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string joined_path(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  if (name.empty()) return std::string(directory);
  return std::string(directory) + "/" + std::string(name);
}

std::string_view RepoPath::filename() const { return file_name(text_); }

std::string_view RepoPath::parent() const { return parent_directory(text_); }

bool RepoPath::is_within(std::string_view directory) const {
  if (directory.empty() || text_ == directory) return true;
  return text_.size() > directory.size() && text_.starts_with(directory) && text_[directory.size()] == '/';
}

std::string_view protected_reason(const RepoPath& path) {
  const std::string whole = lower(path.str());
  const std::string name = lower(path.filename());
  static constexpr std::array kExamples = {".env.example", ".env.sample", ".env.template", ".env.dist"};
  const bool is_environment =
      name == ".env" || (name.starts_with(".env.") && std::ranges::find(kExamples, name) == kExamples.end());
  if (is_environment) return "it holds secrets that only you should write";
  static constexpr std::array kWorkflows = {".github/workflows", ".github/actions", ".gitlab-ci.yml",
                                            ".gitlab/ci",        ".circleci",       "jenkinsfile"};
  for (const std::string_view place : kWorkflows) {
    if (whole == place || whole.starts_with(std::string(place) + "/")) {
      return "workflow files run with the repository's credentials";
    }
  }
  return {};
}

}  // namespace mlx
