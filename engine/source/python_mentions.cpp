#include "engine/source/python_mentions.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace mlx {
namespace {

// In bytes. No file system takes longer names than a few times this.
constexpr std::size_t kLongestWord = 250;

constexpr std::array<std::string_view, 7> kFileListers = {"glob",    "rglob",   "iglob", "iterdir",
                                                          "listdir", "scandir", "walk"};

// What runs the program that is named behind it.
constexpr std::array<std::string_view, 18> kRunners = {
    "bash", "coverage", "env",    "exec",    "hatch", "nice", "nohup", "pdm",  "pipenv",
    "pixi", "poetry",   "python", "python3", "rye",   "run",  "sh",    "time", "uv"};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_word_byte(char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '/' || c == '*'; }

bool has_letter(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return is_alphanumeric(c) && (c < '0' || c > '9'); });
}

std::string_view body_of(std::string_view literal) {
  const auto quote = literal.find_first_of("'\"");
  if (quote == std::string_view::npos) return {};
  std::string_view body = literal.substr(quote);
  const char mark = body.front();
  const bool is_long = body.size() >= 6 && body[1] == mark && body[2] == mark;
  const std::size_t quotes = is_long ? 3 : 1;
  body.remove_prefix(quotes);
  body.remove_suffix(std::min(quotes, body.size()));
  return body;
}

/// The end of the field of an f-string that a `{` begins at `i`, behind its `}`.
std::size_t end_of_field(std::string_view text, std::size_t i) {
  std::size_t depth = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i + 1;
  }
  return text.size();
}

/// The same for `format`, if it is a field: `{}`, `{name.part:>3}`, and not the braces of JSON; else `i`.
std::size_t end_of_replacement(std::string_view text, std::size_t i) {
  const auto end = text.find_first_of("{}'\" \t\n\\", i + 1);
  return end != std::string_view::npos && text[end] == '}' ? end + 1 : i;
}

/// The end of what `%` replaces at `i`: `%s`, `%(name)s`, `%02d`; `i` if it replaces nothing.
std::size_t end_of_conversion(std::string_view text, std::size_t i) {
  std::size_t at = i + 1;
  if (at < text.size() && text[at] == '(') at = std::min(text.find(')', at), text.size() - 1) + 1;
  while (at < text.size() && std::string_view("0123456789.+-#").find(text[at]) != std::string_view::npos)
    ++at;
  const bool is_conversion =
      at < text.size() && std::string_view("sdrifx").find(text[at]) != std::string_view::npos;
  return is_conversion ? at + 1 : i;
}

/// The end of what is filled in at `i`; `i` if nothing is.
std::size_t end_of_filled(std::string_view text, std::size_t i, bool has_fields) {
  if (text[i] == '?') return i + 1;
  if (text[i] == '%') return end_of_conversion(text, i);
  if (text[i] != '{') return i;
  return has_fields ? end_of_field(text, i) : end_of_replacement(text, i);
}

void append_star(std::string& pattern) {
  if (!pattern.ends_with('*')) pattern += '*';
}

/// The next word from `i` on, and where it ends.
std::pair<std::string_view, std::size_t> next_word(std::string_view text, std::size_t i) {
  while (i < text.size() && !is_word_byte(text[i])) ++i;
  std::size_t end = i;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  return {text.substr(i, end - i), end};
}

/// Without dots and slashes around it, which prose and relative paths have.
std::string_view trimmed(std::string_view word) {
  while (word.starts_with("./") || word.starts_with("../")) word.remove_prefix(word.find('/') + 1);
  while (word.starts_with('/')) word.remove_prefix(1);
  while (word.ends_with('/')) word.remove_suffix(1);
  return word;
}

bool is_runner(std::string_view word) {
  return std::ranges::find(kRunners, word) != kRunners.end() || word.starts_with('-');
}

/// `import a, b` and `from a import b` in a text that is code: the modules that they may name.
class ImportWords {
 public:
  /// Takes the words of a text one by one; returns what `word` names, if an import names something there.
  /// `between` is what stands before it.
  std::string take(std::string_view word, std::string_view between) {
    // Names in parentheses may be on lines of their own.
    if (between.contains(')')) is_open_ = false;
    const bool begins_line = between.find_first_of("\n;") != std::string_view::npos;
    if (between.contains('(') && state_ == State::kImport) is_open_ = true;
    if (begins_line && !is_open_) state_ = State::kNone;
    if (word == "from" && state_ == State::kNone) {
      state_ = State::kFrom;
      return {};
    }
    if (word == "import") {
      is_open_ = false;
      if (state_ != State::kFromModule) module_.clear();
      state_ = State::kImport;
      return {};
    }
    if (word == "-m") {
      state_ = State::kRun;
      return {};
    }
    const State before = state_;
    switch (before) {
      case State::kFrom:
        module_ = word;
        state_ = State::kFromModule;
        return std::string(word);
      case State::kRun: state_ = State::kNone; return std::string(word);
      case State::kImport: return module_.empty() ? std::string(word) : module_ + "." + std::string(word);
      case State::kFromModule: state_ = State::kNone; return {};
      case State::kNone: return {};
    }
    return {};
  }

 private:
  enum class State : std::uint8_t { kNone, kFrom, kFromModule, kImport, kRun };
  State state_ = State::kNone;
  bool is_open_ = false;  ///< a parenthesis behind `import`
  std::string module_;
};

}  // namespace

std::string text_pattern(std::string_view literal) {
  const std::string_view body = body_of(literal);
  const std::string_view prefix = literal.substr(0, literal.find_first_of("'\""));
  const bool has_fields = prefix.find_first_of("fFtT") != std::string_view::npos;
  std::string pattern;
  pattern.reserve(body.size());
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] == '\\') {
      // A line end begins a line of its own; any other escape only ends a word.
      pattern += body.substr(i + 1).starts_with('n') ? '\n' : ' ';
      i += 2;
      continue;
    }
    if (has_fields && body.substr(i).starts_with("{{")) {
      pattern += ' ';
      i += 2;
      continue;
    }
    const std::size_t end = end_of_filled(body, i, has_fields);
    if (end == i) {
      pattern += body[i++];
      continue;
    }
    append_star(pattern);
    i = end;
  }
  return pattern;
}

void PythonMentionReader::add_word(std::string word) {
  if (word.size() <= kLongestWord && has_letter(word)) words_.insert(std::move(word));
}

/// A text of one word is a name of its own; of others those are kept that look like names of modules and
/// files.
void PythonMentionReader::add_words_of(std::string_view text) {
  ImportWords imports;
  bool may_be_command = true;
  for (std::size_t i = 0; i < text.size();) {
    const auto [word, end] = next_word(text, i);
    const std::string_view between = text.substr(i, static_cast<std::size_t>(end - i) - word.size());
    if (word.empty()) return;
    i = end;
    std::string imported = imports.take(word, between);
    // A command may be the name of a script, also behind what runs it: `uv run shop --help`.
    if (may_be_command && !word.starts_with('-')) add_word(std::string(word));
    may_be_command = may_be_command && is_runner(word);
    if (!imported.empty()) {
      add_word(std::move(imported));
      continue;
    }
    std::string_view name = trimmed(word);
    while (name.ends_with('.')) name.remove_suffix(1);
    if (name.find_first_of("./") != std::string_view::npos) add_word(std::string(name));
  }
}

void PythonMentionReader::read_text(std::string_view literal) {
  const std::string pattern = text_pattern(literal);
  const auto [first, end] = next_word(pattern, 0);
  if (first.empty()) return;
  const bool is_one_word = next_word(pattern, end).first.empty() && pattern.find('\n') == std::string::npos;
  if (is_one_word) return add_word(std::string(trimmed(first)));
  const bool is_phrase = pattern.find_first_of(" \n\t") != std::string::npos;
  if (is_phrase) return add_words_of(pattern);
  // `pkg.module:attribute`, `group=choice`, `a.csv,b.csv`
  for (std::size_t i = 0; i < pattern.size();) {
    const auto [word, word_end] = next_word(pattern, i);
    add_word(std::string(trimmed(word)));
    i = word_end;
  }
}

void PythonMentionReader::read_name(std::string_view name) {
  if (name.starts_with("__")) {
    if (name == "__file__" || name == "__path__") mentions_.names_itself = true;
    return;
  }
  switch (name.front()) {
    case 'a':
    case 'g':
    case 'r':
    case 'i':
    case 'l':
    case 's':
    case 'w':
    case 'e': break;
    default: return;
  }
  if (name == "iter_modules" || name == "walk_packages") {
    mentions_.lists_modules = true;
  } else if (name == "entry_points" || name == "iter_entry_points") {
    mentions_.lists_entry_points = true;
  } else if (name == "attach_stub") {
    mentions_.attaches_stub = true;
  } else if (std::ranges::find(kFileListers, name) != kFileListers.end()) {
    mentions_.lists_files = true;
  }
}

PythonMentions PythonMentionReader::take() {
  mentions_.words.assign(std::make_move_iterator(words_.begin()), std::make_move_iterator(words_.end()));
  std::ranges::sort(mentions_.words);
  return std::exchange(mentions_, {});
}

}  // namespace mlx
