#include "engine/advise/secret_assignments.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

namespace mlx {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size() && is_name_character(text[at])) ++at;
  return at;
}

bool could_be_name(std::string_view text) {
  constexpr std::size_t kLongestName = 80;
  return !text.empty() && text.size() <= kLongestName && std::ranges::all_of(text, is_name_character);
}

// Python

/// Goes through Python code with just enough of its syntax: literals, comments, names, brackets, lines.
class PythonAssignments {
 public:
  explicit PythonAssignments(std::string_view text) : text_(text) {}

  std::vector<Span> find() {
    while (at_ < text_.size()) step();
    return std::move(found_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"' || c == '\'') return read_literal();
    if (c == '#') return read_comment();
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') return read_name();
    if (c == '\n') {
      end_line();
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth_;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth_;
      if (armed_ && depth_ < armed_depth_) armed_ = false;
    }
    if (c != '\n' && !is_blank(c)) last_ = c;
    ++at_;
  }

  void end_line() {
    const bool goes_on = last_ == '=' || last_ == '\\' || (last_ == ':' && depth_ > 0) ||
                         (last_ == ',' && is_key_) || depth_ > armed_depth_;
    if (!goes_on) armed_ = false;
  }

  void read_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    // The letters before a literal are a part of it.
    const bool is_prefix =
        name.size() <= 2 && at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'');
    if (is_prefix) return;
    last_ = 'a';
    name_ = name;
    if (is_secret_name(name)) arm(false);
  }

  void read_comment() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    add_all(secret_assignments(text_.substr(at_, end - at_), MaskedLanguage::kOther), at_);
    at_ = end;
  }

  void read_literal() {
    const char quote = text_[at_];
    const bool is_triple = text_.substr(at_, 3) == std::string(3, quote);
    const std::string close(is_triple ? 3 : 1, quote);
    const std::size_t begin = at_ + close.size();
    std::size_t end = begin;
    while (end < text_.size() && text_.substr(end, close.size()) != close) {
      if (!is_triple && text_[end] == '\n') break;
      end += text_[end] == '\\' ? 2U : 1U;
    }
    end = std::min(end, text_.size());
    at_ = std::min(text_.substr(end, close.size()) == close ? end + close.size() : end, text_.size());
    judge({.begin = begin, .end = end});
    last_ = 'a';
  }

  void judge(Span literal) {
    const std::string_view content = text_.substr(literal.begin, literal.size());
    const bool is_key = could_be_name(content) && is_secret_name(content);
    if (armed_ && literal.size() > 0 && !(is_key && names_variable())) {
      found_.push_back(literal);
      is_key_ = false;
    } else if (!armed_ || is_key) {
      if (is_key) arm(true);
      add_all(inline_assignments(content), literal.begin);
      if (content.contains('\n')) add_all(secret_assignments(content, MaskedLanguage::kOther), literal.begin);
    }
  }

  /// `os.getenv("DB_PASSWORD"`: the literal is a name, too.
  [[nodiscard]] bool names_variable() const {
    constexpr std::array<std::string_view, 6> kReaders = {"getenv", "environ",    "get",
                                                          "env",    "setdefault", "pop"};
    return (last_ == '(' || last_ == '[') && std::ranges::find(kReaders, name_) != kReaders.end();
  }

  void arm(bool is_key) {
    armed_ = true;
    is_key_ = is_key;
    armed_depth_ = depth_;
  }

  void add_all(const std::vector<Span>& spans, std::size_t offset) {
    for (const Span& span : spans) {
      found_.push_back({.begin = span.begin + offset, .end = span.end + offset});
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Span> found_;
  int depth_ = 0;
  char last_ = '\n';  ///< the last character of code; 'a' for a name or a literal
  std::string_view name_;
  bool armed_ = false;   ///< literals are values of a secret
  bool is_key_ = false;  ///< armed by a literal, and its value has not come yet
  int armed_depth_ = 0;
};

// Everything else

struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< without its line end
  std::size_t indentation = 0;
};

/// A name with `=` or `:` behind it.
struct Assignment {
  std::string_view name;
  std::size_t value = 0;  ///< where it begins, perhaps at the end of the line
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t content = std::min(text.find_first_not_of(" \t", begin), end);
    lines.push_back({.begin = begin, .end = end, .indentation = content - begin});
    begin = end + 1;
  }
  return lines;
}

std::optional<std::size_t> value_after(std::string_view text, std::size_t at, std::size_t end) {
  if (at < end && (text[at] == '"' || text[at] == '\'')) ++at;
  at = skip_blanks(text, at);
  if (at >= end || (text[at] != '=' && text[at] != ':')) return std::nullopt;
  while (at < end && (text[at] == '=' || text[at] == ':' || text[at] == '>' || text[at] == '?')) ++at;
  return std::min(skip_blanks(text, at), end);
}

std::vector<Assignment> assignments_in(std::string_view text, const Line& line) {
  std::vector<Assignment> found;
  for (std::size_t at = line.begin; at < line.end;) {
    const std::size_t end = std::min(end_of_name(text, at), line.end);
    if (end == at) {
      ++at;
      continue;
    }
    const auto value = value_after(text, end, line.end);
    if (value) found.push_back({.name = text.substr(at, end - at), .value = *value});
    at = end;
  }
  return found;
}

/// Nothing, or another variable: `${DB_PASSWORD}`, `{{ token }}`.
bool is_harmless(std::string_view value) {
  constexpr std::array<std::string_view, 6> kNothing = {"true", "false", "null", "~", "\"\"", "''"};
  while (!value.empty() && (is_blank(value.back()) || value.back() == ',')) value.remove_suffix(1);
  if (value.empty() || std::ranges::find(kNothing, value) != kNothing.end()) return true;
  if (value.size() > 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'')) {
    value = value.substr(1, value.size() - 2);
  }
  if (value.starts_with("${") && value.ends_with('}'))
    return could_be_name(value.substr(2, value.size() - 3));
  return value.starts_with('$') && could_be_name(value.substr(1));
}

bool opens_block(std::string_view value) {
  return value.empty() || value.front() == '|' || value.front() == '>' || value == "{" || value == "[" ||
         value == "(" || value.starts_with(R"(""")") || value.starts_with("'''") || value.ends_with('\\');
}

/// Goes through a text line by line, whatever its format: YAML, TOML, INI, JSON, shell, prose.
class LineAssignments {
 public:
  explicit LineAssignments(std::string_view text) : text_(text) {}

  std::vector<Span> find() {
    for (const Line& line : lines_of(text_)) read(line);
    return std::move(found_);
  }

 private:
  void read(const Line& line) {
    const std::string_view content = text_.substr(line.begin, line.end - line.begin);
    const bool is_empty = content.find_first_not_of(" \t\r") == std::string_view::npos;
    if (is_empty) return;
    const bool is_item = text_.substr(line.begin + line.indentation, 2) == "- ";
    if (block_ && (line.indentation > *block_ || (is_item && line.indentation == *block_))) {
      return mask_from(line.begin + line.indentation, line);
    }
    block_.reset();
    if (content.starts_with('[')) is_secret_section_ = is_secret_name(content);
    read_commands(line);
    read_assignments(line);
  }

  void read_assignments(const Line& line) {
    bool names_secret = false;
    for (const Assignment& assignment : assignments_in(text_, line)) {
      const std::string_view value = text_.substr(assignment.value, line.end - assignment.value);
      const bool is_value_of_secret =
          expects_value_ && (assignment.name == "value" || assignment.name == "default");
      if (is_secret_name(assignment.name) || is_secret_section_ || is_value_of_secret) {
        constexpr std::size_t kLongestIndicator = 3;
        if (opens_block(value)) block_ = line.indentation;
        const bool is_indicator = opens_block(value) && value.size() <= kLongestIndicator;
        if (!is_indicator && !is_harmless(value)) mask_from(assignment.value, line);
        break;
      }
      // Kubernetes: `name: DB_PASSWORD`, and `value: …` in the next line.
      const std::string_view name = value.substr(0, end_of_name(value, 0));
      names_secret = names_secret || is_secret_name(name);
    }
    expects_value_ = names_secret;
  }

  /// `--password VALUE`, `ENV PASSWORD VALUE`.
  void read_commands(const Line& line) {
    for (std::size_t at = line.begin; at < line.end;) {
      const std::size_t end = std::min(end_of_name(text_, at), line.end);
      const std::string_view name = text_.substr(at, end - at);
      const std::string_view before = text_.substr(line.begin, at - line.begin);
      const bool is_flag = name.starts_with("--");
      const bool is_variable =
          before.ends_with("ENV ") || before.ends_with("ARG ") || before.ends_with("env ");
      if ((is_flag || is_variable) && is_secret_name(name) && end < line.end && text_[end] == ' ') {
        mask_from(end + 1, line);
        return;
      }
      at = std::max(end, at + 1);
    }
  }

  void mask_from(std::size_t begin, const Line& line) {
    if (begin < line.end) found_.push_back({.begin = begin, .end = line.end});
  }

  std::string_view text_;
  std::vector<Span> found_;
  std::optional<std::size_t> block_;  ///< what is indented deeper belongs to a secret
  bool is_secret_section_ = false;
  bool expects_value_ = false;
};

}  // namespace

std::vector<Span> secret_assignments(std::string_view text, MaskedLanguage language) {
  switch (language) {
    case MaskedLanguage::kPython: return PythonAssignments(text).find();
    case MaskedLanguage::kOther: return LineAssignments(text).find();
    case MaskedLanguage::kProse: break;
  }
  return inline_assignments(text);
}

std::vector<Span> inline_assignments(std::string_view text) {
  constexpr std::string_view kEnds = " \t\r\n\"'`;&,)]}<>";
  std::vector<Span> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const std::size_t end = end_of_name(text, at);
    if (end == begin) {
      ++at;
      continue;
    }
    std::size_t value = end;
    while (value < text.size() && (text[value] == '=' || text[value] == ':')) ++value;
    at = end;
    if (value == end || !is_secret_name(text.substr(begin, end - begin))) continue;
    value = skip_blanks(text, value);
    at = std::min(text.find_first_of(kEnds, value), text.size());
    if (at > value && text[value] != '{') found.push_back({.begin = value, .end = at});
  }
  return found;
}

}  // namespace mlx
