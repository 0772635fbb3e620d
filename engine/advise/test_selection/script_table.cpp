#include "engine/advise/test_selection/script_table.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"
#include "engine/source/python_mentions.h"

namespace mlx {
namespace {

constexpr std::size_t kLargestScript = 1U << 20U;
constexpr std::array<std::string_view, 4> kScriptEndings = {".sh", ".bash", ".zsh", ".ipynb"};

bool is_script(const IndexedFile& file) {
  const std::string_view extension = extension_of(file.path.str());
  const bool is_program = file.kind == EntryKind::kExecutable && extension != ".py";
  // LICENSE and the like are at the top.
  const bool may_be_program = extension.empty() && !file.path.parent().empty();
  return is_program || may_be_program || std::ranges::find(kScriptEndings, extension) != kScriptEndings.end();
}

}  // namespace

ScriptTable::ScriptTable(const RepoIndex& index) : index_(index) {
  for (const IndexedFile& file : index.files()) {
    if (is_script(file)) by_name_[std::string(file.path.filename())].push_back(file.path.str());
  }
  by_name_["make"].emplace_back("Makefile");
}

std::vector<std::string> ScriptTable::called(const std::string& word) const {
  const auto found = by_name_.find(file_name(word));
  if (found != by_name_.end()) return found->second;
  const bool may_be_hidden = word.ends_with(".py") && word.find('/') != std::string::npos;
  if (may_be_hidden && !index_.find(word) && RepoPath::parse(word)) return {word};
  return {};
}

Result<std::vector<std::string>> words_of_script(const Snapshot& files, std::string_view path) {
  const RepoPath place = MLX_TRY(RepoPath::parse(path));
  const auto text = files.read(place);
  if (!text && (text.error().code == ErrorCode::kNotFound || text.error().code == ErrorCode::kRefused))
    return std::vector<std::string>();
  if (!text) return std::unexpected(text.error());
  if (text->size() > kLargestScript) return std::vector<std::string>();
  PythonMentionReader reader;
  reader.read_text(R"(""")"
                   "\n" +
                   *text + R"(""")");
  return reader.take().words;
}

}  // namespace mlx
