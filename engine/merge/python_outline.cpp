#include <algorithm>

#include "engine/merge/outline.h"
#include "engine/merge/python_element.h"
#include "engine/source/python_tokens.h"

namespace mlx {
namespace {

/// Blocks in blocks; what lies deeper is one statement with the line that opens it.
constexpr int kDeepestBlock = 100;

/// The text of a string with double quotes, if that says the same.
std::string normal_string(std::string_view text) {
  std::string result(text);
  const auto quote = text.find_first_of("'\"");
  if (quote == std::string_view::npos || text[quote] == '"') return result;
  const bool is_triple = text.substr(quote).starts_with("'''") && text.size() >= quote + 6;
  const std::size_t width = is_triple ? 3 : 1;
  const auto inner = text.substr(quote + width, text.size() - quote - 2 * std::min(width, text.size()));
  if (inner.find_first_of("\"\\'") != std::string_view::npos) return result;
  for (std::size_t i = 0; i < width; ++i) result[quote + i] = result[text.size() - 1 - i] = '"';
  return result;
}

class PythonOutliner {
 public:
  PythonOutliner(std::string_view text, SymbolTable& symbols) : symbols_(symbols) {
    outline_.text = text;
    PythonTokens tokens = tokenize_python(text);
    outline_.is_sound = tokens.errors.empty();
    keep_outer_tokens(tokens.tokens);
  }

  Outline run() {
    Element& root = outline_.root;
    root.kind = ElementKind::kBlock;
    end_of_last_ = 0;
    read_statements(root, 0);
    // A text that is not sound may have dedents left.
    while (at().kind != TokenKind::kEnd) {
      ++next_;
      if (!is_statement()) continue;
      read_statements(root, 0);
    }
    root.tail = end_of_last_;
    root.end = static_cast<std::uint32_t>(outline_.text.size());
    root.last_atom = atom_count();
    finish_python_element(outline_, root);
    return std::move(outline_);
  }

 private:
  [[nodiscard]] const PythonToken& at() const { return tokens_[std::min(next_, tokens_.size() - 1)]; }
  [[nodiscard]] std::uint32_t atom_count() const { return static_cast<std::uint32_t>(outline_.atoms.size()); }
  [[nodiscard]] std::string_view word() const {
    return outline_.text.substr(at().begin, at().end - at().begin);
  }
  [[nodiscard]] bool is_statement() const {
    const TokenKind kind = at().kind;
    return kind != TokenKind::kIndent && kind != TokenKind::kDedent && kind != TokenKind::kEnd &&
           kind != TokenKind::kNewline;
  }

  /// Fields of f-strings are part of their string.
  void keep_outer_tokens(const std::vector<PythonToken>& tokens) {
    std::uint32_t end = 0;
    tokens_.reserve(tokens.size());
    for (const PythonToken& token : tokens) {
      const bool is_layout = token.kind == TokenKind::kNewline || token.kind == TokenKind::kIndent ||
                             token.kind == TokenKind::kDedent || token.kind == TokenKind::kEnd;
      const bool is_inside = token.begin < end || token.begin == token.end;
      if (!is_layout && is_inside) continue;
      tokens_.push_back(token);
      end = std::max(end, token.end);
    }
  }

  [[nodiscard]] std::uint32_t line_begin(std::size_t offset) const {
    const auto newline = offset == 0 ? std::string_view::npos : outline_.text.rfind('\n', offset - 1);
    return static_cast<std::uint32_t>(newline == std::string_view::npos ? 0 : newline + 1);
  }
  [[nodiscard]] std::uint32_t line_end(std::size_t offset) const {
    const auto newline = outline_.text.find('\n', offset);
    return static_cast<std::uint32_t>(newline == std::string_view::npos ? outline_.text.size() : newline + 1);
  }

  void read_statements(Element& parent, int depth) {
    while (at().kind != TokenKind::kDedent && at().kind != TokenKind::kEnd) {
      if (!is_statement()) {
        // A block that no header opens.
        if (at().kind == TokenKind::kIndent) outline_.is_sound = false;
        ++next_;
        continue;
      }
      read_statement(parent, depth);
    }
  }

  void read_statement(Element& parent, int depth) {
    Element element;
    element.begin = end_of_last_;
    element.code = std::max(end_of_last_, line_begin(at().begin));
    element.first_atom = atom_count();
    const Keyword keyword = first_keyword();
    if (begins_block(keyword)) {
      element.kind = ElementKind::kBlock;
      element.header_atoms = element.first_atom;
      do {
        Element clause;
        clause.kind = ElementKind::kClause;
        clause.begin = element.children.empty() ? element.code : end_of_last_;
        clause.code = line_begin(at().begin);
        clause.first_atom = atom_count();
        read_compound(clause, depth);
        name_python_clause(outline_, clause);
        element.children.push_back(std::move(clause));
      } while (is_statement() && goes_on());
      element.header_end = element.code;
      element.name = element.children.front().name;
    } else {
      read_compound(element, depth);
      describe_python_statement(outline_, element, parent);
    }
    element.end = element.tail = end_of_last_;
    if (element.kind != ElementKind::kBlock && !element.children.empty())
      element.tail = element.children.back().end;
    element.last_atom = atom_count();
    finish_python_element(outline_, element);
    parent.children.push_back(std::move(element));
  }

  /// A header, of decorators too, and what is indented below it.
  void read_compound(Element& element, int depth) {
    bool is_decorated = false;
    while (at().kind == TokenKind::kOperator && word() == "@") {
      read_line(is_decorated);
      is_decorated = true;
      while (at().kind == TokenKind::kNewline) ++next_;
    }
    if (is_statement()) read_line(is_decorated);
    element.header_atoms = atom_count();
    element.header_end = end_of_last_;
    if (wants_block(element) != (at().kind == TokenKind::kIndent)) outline_.is_sound = false;
    if (at().kind == TokenKind::kIndent) {
      if (depth == kDeepestBlock) {
        skip_block(element);
      } else {
        read_block(element, depth);
      }
    }
    element.last_atom = atom_count();
    element.end = end_of_last_;
    element.tail = element.children.empty() ? element.end : element.children.back().end;
    finish_python_element(outline_, element);
  }

  /// Does a header want a block?
  [[nodiscard]] bool wants_block(const Element& element) const {
    std::size_t end = element.header_atoms;
    while (end > element.first_atom && outline_.atoms[end - 1].is_comment) --end;
    return end > element.first_atom && outline_.atoms[end - 1].sign == ':';
  }

  void read_block(Element& element, int depth) {
    ++next_;
    const std::size_t column = at().begin - line_begin(at().begin);
    read_statements(element, depth + 1);
    if (at().kind == TokenKind::kDedent) ++next_;
    take_tail(column);
  }

  void skip_block(Element& element) {
    int open = 0;
    do {
      if (at().kind == TokenKind::kIndent) ++open;
      if (at().kind == TokenKind::kDedent) --open;
      if (is_statement()) {
        read_line(true);
      } else {
        ++next_;
      }
    } while (open > 0 && at().kind != TokenKind::kEnd);
    element.header_atoms = atom_count();
    element.header_end = end_of_last_;
  }

  /// Comments behind a block that are indented as it is belong to it.
  void take_tail(std::size_t column) {
    std::size_t next = next_;
    while (next + 1 < tokens_.size() && tokens_[next].kind == TokenKind::kDedent) ++next;
    const bool is_last = tokens_[next].kind == TokenKind::kEnd;
    const std::size_t limit = is_last ? outline_.text.size() : line_begin(tokens_[next].begin);
    std::uint32_t taken = end_of_last_;
    for (std::uint32_t line = end_of_last_; line < limit;) {
      const std::uint32_t end = line_end(line);
      const auto begin = outline_.text.find_first_not_of(" \t", line);
      const bool is_comment = begin < end && begin < outline_.text.size() && outline_.text[begin] == '#';
      if (is_comment && begin - line < column) break;
      if (is_comment) taken = end;
      line = end;
    }
    end_of_last_ = taken;
  }

  /// One logical line, with a comment at its end.
  void read_line(bool continues) {
    std::vector<std::uint32_t> open;
    std::uint32_t end = continues ? outline_.atoms.back().end : at().begin;
    for (; is_statement(); ++next_) {
      add_comments(end, at().begin);
      add_atom(end, open);
      end = at().end;
    }
    const std::uint32_t line = at().kind == TokenKind::kNewline ? at().begin : end;
    end_of_last_ = line_end(std::max(end, std::min(line, static_cast<std::uint32_t>(outline_.text.size()))));
    add_comments(end, end_of_last_);
    if (at().kind == TokenKind::kNewline) ++next_;
    if (!open.empty()) outline_.is_sound = false;
  }

  void add_comments(std::uint32_t begin, std::uint32_t end) {
    // Not the whole text: without a comment in it, each search would go to its end.
    const std::string_view text = outline_.text.substr(0, end);
    for (std::size_t place = text.find('#', begin); place < end; place = text.find('#', begin)) {
      auto stop = std::min<std::size_t>(line_end(place), text.size());
      while (stop > place && (text[stop - 1] == '\n' || text[stop - 1] == '\r')) --stop;
      Atom atom;
      atom.lead = outline_.atoms.empty() ? begin : std::max(begin, outline_.atoms.back().end);
      atom.begin = static_cast<std::uint32_t>(place);
      atom.end = static_cast<std::uint32_t>(stop);
      atom.is_comment = true;
      auto said = text.substr(place, stop - place);
      while (said.ends_with(' ')) said.remove_suffix(1);
      atom.symbol = symbols_.of(said);
      atom.partner = atom_count();
      outline_.atoms.push_back(atom);
      begin = atom.end;
    }
  }

  void add_atom(std::uint32_t before, std::vector<std::uint32_t>& open) {
    const PythonToken& token = at();
    Atom atom;
    const bool follows_comment =
        !outline_.atoms.empty() && outline_.atoms.back().is_comment && outline_.atoms.back().end > before;
    atom.lead = follows_comment ? outline_.atoms.back().end : before;
    atom.begin = token.begin;
    atom.end = token.end;
    atom.is_text = token.kind == TokenKind::kString;
    atom.is_name = token.kind == TokenKind::kName;
    atom.partner = atom_count();
    const bool is_sign = token.kind == TokenKind::kOperator && token.end == token.begin + 1;
    if (is_sign) atom.sign = outline_.text[token.begin];
    const std::string_view text = outline_.text_of(atom);
    atom.symbol = atom.is_text ? symbols_.of(normal_string(text)) : symbols_.of(text);
    if (atom.opens()) open.push_back(atom_count());
    if (atom.closes() && !open.empty()) {
      atom.partner = open.back();
      outline_.atoms[open.back()].partner = atom_count();
      open.pop_back();
    }
    outline_.atoms.push_back(atom);
  }

  [[nodiscard]] Keyword first_keyword() const {
    if (at().is(Keyword::kAsync) && next_ + 1 < tokens_.size()) return tokens_[next_ + 1].keyword;
    return at().keyword;
  }

  [[nodiscard]] bool begins_block(Keyword keyword) const {
    if (keyword == Keyword::kIf || keyword == Keyword::kFor || keyword == Keyword::kWhile ||
        keyword == Keyword::kTry || keyword == Keyword::kWith)
      return true;
    // `match x:` is told from a call by the block below.
    if (!at().is_name() || (word() != "match" && word() != "case")) return false;
    std::size_t i = next_;
    while (i < tokens_.size() && tokens_[i].kind != TokenKind::kNewline && tokens_[i].kind != TokenKind::kEnd)
      ++i;
    return i + 1 < tokens_.size() && tokens_[i + 1].kind == TokenKind::kIndent;
  }

  [[nodiscard]] bool goes_on() const {
    const Keyword keyword = at().keyword;
    return keyword == Keyword::kElif || keyword == Keyword::kElse || keyword == Keyword::kExcept ||
           keyword == Keyword::kFinally;
  }

  SymbolTable& symbols_;
  Outline outline_;
  std::vector<PythonToken> tokens_;
  std::size_t next_ = 0;
  std::uint32_t end_of_last_ = 0;
};

}  // namespace

Outline outline_python(std::string_view text, SymbolTable& symbols) {
  return PythonOutliner(text, symbols).run();
}

}  // namespace mlx
