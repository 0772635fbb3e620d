#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mlx::bot {

/// How a forge wants written what it makes links and buttons of. As it stands: GitHub's form.
struct ForgeForm {
  std::string issue_sign = "#";               ///< before the number of an issue
  std::string pull_request_sign = "#";        ///< before that of a pull request
  std::string pull_request_pages = "/pull/";  ///< between the repository's address and the number
  std::string file_pages = "/blob/";          ///< between the repository's address and a commit's id
  std::string suggestion = "suggestion";      ///< the language of a block that offers other lines
  std::string lines_before_suggestion = {};   ///< what follows it: before the count of lines above
  std::string lines_after_suggestion = {};    ///< and after that
  std::string check = "check run";            ///< what a CheckRun becomes
  bool check_lists_findings = true;           ///< and whether its annotations are to be seen there

  /// `#12`, as it is written in the same repository. See ForgeRepository for negative numbers.
  [[nodiscard]] std::string reference(std::int64_t number) const {
    return number < 0 ? issue_sign + std::to_string(-number) : pull_request_sign + std::to_string(number);
  }
  /// The language of a block instead of so many lines, the last of which the remark stands at.
  [[nodiscard]] std::string suggestion_of(std::int64_t lines) const {
    if (lines_before_suggestion.empty()) return suggestion;
    return suggestion + lines_before_suggestion + std::to_string(lines - 1) + lines_after_suggestion;
  }
  /// The repository's address, from that of one of its pull requests.
  [[nodiscard]] std::string repository_of(std::string_view pull_request) const {
    return std::string(pull_request.substr(0, pull_request.rfind(pull_request_pages)));
  }
};

}  // namespace mlx::bot
