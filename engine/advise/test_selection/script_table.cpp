#include "engine/advise/test_selection/script_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"
#include "engine/source/python_mentions.h"

namespace mlx {
namespace {

constexpr std::size_t kLargestScript = 1U << 20U;
constexpr std::array<std::string_view, 3> kDocumentEndings = {".md", ".markdown", ".rst"};
// Libraries that find the examples in documents, for tests that run them.
constexpr std::array<std::string_view, 5> kExampleRunners = {"doctest", "mktestdocs", "pytest_codeblocks",
                                                             "pytest_examples", "sybil"};
constexpr std::array<std::string_view, 4> kScriptEndings = {".sh", ".bash", ".zsh", ".ipynb"};

bool is_script(const IndexedFile& file) {
  const std::string_view extension = extension_of(file.path.str());
  const bool is_program = file.kind == EntryKind::kExecutable && extension != ".py";
  // LICENSE and the like are at the top.
  const bool may_be_program = extension.empty() && !file.path.parent().empty();
  return is_program || may_be_program || std::ranges::find(kScriptEndings, extension) != kScriptEndings.end();
}

bool is_document(std::string_view path) {
  return std::ranges::find(kDocumentEndings, extension_of(path)) != kDocumentEndings.end();
}

bool runs_examples(const PythonModule& module) {
  const auto is_runner = [](const PythonImport& import) {
    const std::string_view top = std::string_view(import.module).substr(0, import.module.find('.'));
    return import.level == 0 && std::ranges::find(kExampleRunners, top) != kExampleRunners.end();
  };
  return std::ranges::any_of(module.imports, is_runner);
}

Result<std::vector<std::string>> words_of_script(const Snapshot& files, const RepoPath& path) {
  const auto text = files.read(path);
  const bool is_refused = !text && text.error().code == ErrorCode::kRefused;
  if (!text && !is_refused) return std::unexpected(text.error());
  if (is_refused || text->size() > kLargestScript) return std::vector<std::string>();
  PythonMentionReader reader;
  reader.read_text(R"(""")"
                   "\n" +
                   *text + R"(""")");
  return reader.take().words;
}

}  // namespace

ScriptTable::ScriptTable(const RepoIndex& index) : index_(index) {
  for (const IndexedFile& file : index.files()) {
    if (is_script(file)) by_name_[std::string(file.path.filename())].push_back(file.path.str());
    if (is_document(file.path.str())) documents_.push_back(file.path.str());
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

std::vector<std::string> ScriptTable::examples_of(const PythonModule& module) const {
  if (!runs_examples(module)) return {};
  std::vector<std::string> found;
  for (const std::string& word : module.mentions.words) {
    std::ranges::copy_if(documents_, std::back_inserter(found), [&](const std::string& path) {
      const bool is_named = path == word || path.ends_with("/" + word);
      return is_named || path.starts_with(word + "/") || path.contains("/" + word + "/");
    });
  }
  return found.empty() ? documents_ : found;
}

Result<bool> ScriptTexts::read(const std::set<std::string>& paths) {
  MLX_CHECK(look_for(paths));
  while (words_.size() < there_.size()) {
    if (there_.size() > most_) return false;
    std::vector<RepoPath> unread;
    for (const std::string& path : there_) {
      if (!words_.contains(path)) unread.push_back(MLX_TRY(RepoPath::parse(path)));
    }
    files_.prepare(unread);
    for (const RepoPath& path : unread) {
      const std::vector<std::string>& words = words_[path.str()] = MLX_TRY(words_of_script(files_, path));
      std::set<std::string> called;
      for (const std::string& word : words) {
        for (std::string& next : table_.called(word)) called.insert(std::move(next));
      }
      MLX_CHECK(look_for(called));
    }
  }
  return true;
}

Result<void> ScriptTexts::look_for(const std::set<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!looked_for_.insert(path).second) continue;
    const auto place = RepoPath::parse(path);
    if (!place) continue;
    const auto kind = files_.kind(*place);
    // Through a link.
    if (!kind && kind.error().code == ErrorCode::kRefused) continue;
    if (!kind) return std::unexpected(kind.error());
    if (is_file(*kind)) there_.insert(path);
  }
  return {};
}

bool ScriptTexts::has_any(const std::set<std::string>& paths) const {
  return std::ranges::any_of(paths, [&](const std::string& path) { return there_.contains(path); });
}

void ScriptTexts::each_word(const std::set<std::string>& paths,
                            const std::function<void(const std::string& word)>& visit) const {
  std::set<std::string> known = paths;
  std::vector<std::string> waiting(paths.begin(), paths.end());
  while (!waiting.empty()) {
    const auto said = words_.find(waiting.back());
    waiting.pop_back();
    if (said == words_.end()) continue;
    for (const std::string& word : said->second) {
      visit(word);
      for (const std::string& next : table_.called(word)) {
        if (known.insert(next).second) waiting.push_back(next);
      }
    }
  }
}

}  // namespace mlx
