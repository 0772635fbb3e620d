#include "engine/plan/create/project_name.h"

#include <algorithm>
#include <array>

#include "engine/component/extract/import_names.h"
#include "engine/manifest/requirement.h"
#include "engine/source/python_tokens.h"

namespace mlx {
namespace {

constexpr std::size_t kLongest = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '-' || c == '_' || c == '.'; }

std::unexpected<Error> refuse(std::string_view name, const std::string& reason) {
  return fail(ErrorCode::kInvalidInput, "a project cannot be called `" + std::string(name) + "`: " + reason);
}

}  // namespace

Result<ProjectName> parse_project_name(std::string_view text) {
  const auto is_allowed = [](char c) { return is_letter(c) || is_digit(c) || is_separator(c); };
  if (text.empty() || text.size() > kLongest || !std::ranges::all_of(text, is_allowed)) {
    return refuse(text, "use 1 to 64 letters, digits and hyphens, such as `fraud-score`");
  }
  if (!is_letter(text.front())) return refuse(text, "imports cannot begin with it; put a letter first");
  if (is_separator(text.back()))
    return refuse(text, "it may not end in `" + std::string(1, text.back()) + "`");
  ProjectName name{.distribution = normalized_name(text), .package = {}};
  name.package = name.distribution;
  std::ranges::replace(name.package, '-', '_');
  const bool is_keyword = keyword_of(text) != Keyword::kNone || keyword_of(name.package) != Keyword::kNone;
  if (is_keyword) return refuse(text, "it is a word of Python's own");
  if (is_standard_library(name.package))
    return refuse(text, "it would hide the module `" + name.package + "` of Python's standard library");
  constexpr std::array<std::string_view, 4> kDirectories = {"conf", "projenrc", "src", "tests"};
  if (std::ranges::find(kDirectories, name.package) != kDirectories.end())
    return refuse(text, "a directory of the project has this name");
  return name;
}

}  // namespace mlx
