#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mlx {

/// An import of a module whose name is put together at run time.
struct PythonComputedImport {
  /// What of the name stands there, `*` for what does not: `src.plugins.*`; `*` if nothing does.
  std::string pattern;
  /// It is made of the importing module's own name, as relative names and `__package__` are.
  bool is_in_own_package = false;
  std::uint32_t line = 0;

  bool operator==(const PythonComputedImport&) const = default;
};

/// What a module may reach by names that it spells, beside what it imports.
struct PythonMentions {
  /// Parts of its texts that could name a module, a file or a directory: `src.api.app`, `data/*.csv`,
  /// `conf`. Sorted, each once. `*` stands for what is only known at run time. Docstrings are no texts.
  std::vector<std::string> words;
  std::vector<PythonComputedImport> computed_imports;
  bool lists_files = false;    ///< `iterdir`, `glob` and their like
  bool lists_modules = false;  ///< `pkgutil.iter_modules`, `walk_packages`
  bool lists_entry_points = false;
  bool attaches_stub =
      false;  ///< `lazy_loader.attach_stub`: loads what a stub beside it names, when it is used
  bool names_itself = false;  ///< `__file__`, `__path__`: what lies beside it may be meant

  bool operator==(const PythonMentions&) const = default;
};

/// Gathers the mentions of one file.
class PythonMentionReader {
 public:
  /// `literal` is a string of any kind as it is written.
  void read_text(std::string_view literal);
  /// The first or the last name of a dotted path.
  void read_name(std::string_view name);
  void add(PythonComputedImport import) { mentions_.computed_imports.push_back(std::move(import)); }
  [[nodiscard]] PythonMentions take();

 private:
  void add_word(std::string word);
  void add_words_of(std::string_view text);

  PythonMentions mentions_;
  std::unordered_set<std::string> words_;
};

/// A string as written, without its quotes; `*` stands for what is filled in: the fields of an f-string, and
/// what `format` and `%` replace.
[[nodiscard]] std::string text_pattern(std::string_view literal);

}  // namespace mlx
