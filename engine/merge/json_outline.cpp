#include <algorithm>

#include "engine/merge/data_outliner.h"

namespace mlx {
namespace {

/// JSON, with comments and commas behind the last member where it is written so (JSONC, JSON5's commas).
class JsonOutliner : DataOutliner {
 public:
  JsonOutliner(std::string_view text, SymbolTable& symbols) : DataOutliner(text, symbols) {}

  Outline run() {
    read_atoms();
    close_brackets();
    if (!has_grammar()) outline_.is_sound = false;
    add_document();
    return finish_root();
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  void read_atoms() {
    constexpr std::string_view kSigns = "{}[],:";
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    std::size_t i = text().starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    while (i < text().size()) {
      const char c = text()[i];
      if (is_space(c)) {
        ++i;
      } else if (kSigns.find(c) != std::string_view::npos) {
        add_sign(i++);
      } else if (c == '"') {
        i = read_string(i);
      } else if (text().substr(i).starts_with("//") || text().substr(i).starts_with("/*")) {
        i = read_comment(i);
      } else {
        i = read_word(i);
      }
    }
  }

  std::size_t read_string(std::size_t begin) {
    std::size_t i = begin + 1;
    while (i < text().size() && text()[i] != '"' && text()[i] != '\n') i += text()[i] == '\\' ? 2U : 1U;
    const bool is_closed = i < text().size() && text()[i] == '"';
    if (!is_closed) outline_.is_sound = false;
    i = std::min(is_closed ? i + 1 : i, text().size());
    add_atom(begin, i, {.is_text = true}, text().substr(begin, i - begin));
    return i;
  }

  std::size_t read_comment(std::size_t begin) {
    const bool is_line = text()[begin + 1] == '/';
    std::size_t end = text().find(is_line ? "\n" : "*/", begin + 2);
    if (end == std::string_view::npos) {
      if (!is_line) outline_.is_sound = false;
      end = text().size();
    } else if (!is_line) {
      end += 2;
    }
    std::size_t said = end;
    while (said > begin && is_space(text()[said - 1])) --said;
    add_atom(begin, said, {.is_comment = true}, text().substr(begin, said - begin));
    return end;
  }

  std::size_t read_word(std::size_t begin) {
    constexpr std::string_view kBehind = " \t\r\n{}[],:\"/";
    const std::size_t end = std::min(text().find_first_of(kBehind, begin + 1), text().size());
    const std::string_view word = text().substr(begin, end - begin);
    const bool is_name = word == "true" || word == "false" || word == "null";
    if (!is_name && !is_number(word)) outline_.is_sound = false;
    add_atom(begin, end, {.is_name = true}, word);
    return end;
  }

  static bool is_number(std::string_view word) {
    const auto digits = [&word] {
      const std::size_t count = std::min(word.find_first_not_of("0123456789"), word.size());
      word.remove_prefix(count);
      return count > 0;
    };
    if (word.starts_with('-')) word.remove_prefix(1);
    if (word.size() > 1 && word.front() == '0' && word[1] >= '0' && word[1] <= '9') return false;
    if (!digits()) return false;
    if (word.starts_with('.')) {
      word.remove_prefix(1);
      if (!digits()) return false;
    }
    if (word.starts_with('e') || word.starts_with('E')) {
      word.remove_prefix(1);
      if (word.starts_with('+') || word.starts_with('-')) word.remove_prefix(1);
      if (!digits()) return false;
    }
    return word.empty();
  }

  /// Are values, keys, colons and commas where they have to be? Walks the atoms, with a stack of brackets.
  [[nodiscard]] bool has_grammar() const {
    enum class Want { kValue, kValueOrEnd, kKeyOrEnd, kColon, kCommaOrEnd };
    std::vector<char> open;
    Want want = Want::kValue;
    for (const Atom& atom : outline_.atoms) {
      if (atom.is_comment) continue;
      const char sign = atom.sign;
      switch (want) {
        case Want::kColon:
          if (sign != ':') return false;
          want = Want::kValue;
          continue;
        case Want::kKeyOrEnd:
          if (atom.is_text) {
            want = Want::kColon;
            continue;
          }
          if (sign != '}') return false;
          break;
        case Want::kCommaOrEnd:
          if (open.empty()) return false;
          if (sign == ',') {
            want = open.back() == '{' ? Want::kKeyOrEnd : Want::kValueOrEnd;
            continue;
          }
          if (!atom.closes()) return false;
          break;
        case Want::kValue:
        case Want::kValueOrEnd:
          if (sign == 0) {
            want = Want::kCommaOrEnd;
            continue;
          }
          if (atom.opens()) {
            open.push_back(sign);
            want = sign == '{' ? Want::kKeyOrEnd : Want::kValueOrEnd;
            continue;
          }
          if (want == Want::kValue || sign != ']') return false;
          break;
      }
      if (open.empty()) return false;
      open.pop_back();
      want = Want::kCommaOrEnd;
    }
    return open.empty() && (want == Want::kCommaOrEnd || outline_.atoms.empty());
  }

  void add_document() {
    std::uint32_t first = 0;
    std::uint32_t last = atom_count();
    while (first < last && atom(first).is_comment) ++first;
    while (last > first && atom(last - 1).is_comment) --last;
    if (first == last) return;
    Element document;
    document.kind = ElementKind::kDocument;
    document.name = "document";
    document.code = line_begin(atom(first).begin);
    document.first_atom = first;
    document.header_atoms = document.last_atom = last;
    document.data.text = atom(first).begin;
    document.data.value_end = document.data.rest = atom(last - 1).end;
    document.end = document.header_end = document.tail = line_end(document.data.rest);
    if (!outline_.is_sound) {
      finish(document);
      outline_.root.children.push_back(std::move(document));
      return;
    }
    if (atom(first).opens() && atom(first).partner + 1 == last) read_brackets(document, first, 0);
    finish(document);
    outline_.root.children.push_back(std::move(document));
  }
};

}  // namespace

Outline outline_json(std::string_view text, SymbolTable& symbols) {
  return JsonOutliner(text, symbols).run();
}

}  // namespace mlx
