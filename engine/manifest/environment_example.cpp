#include "engine/manifest/environment_example.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "engine/base/text_edit.h"
#include "engine/base/text_lines.h"

namespace mlx {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && (name.front() < '0' || name.front() > '9') &&
         std::ranges::all_of(name, is_name_character);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

class ExampleReader {
 public:
  ExampleReader(std::string_view text, std::string_view file) : text_(text), file_(file) {
    if (text_.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
  }

  std::vector<ExampleVariable> read() {
    while (position_ < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', position_), text_.size());
      const std::size_t next = read_line(end);
      line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(position_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(next), '\n'));
      position_ = next;
    }
    return std::move(found_);
  }

 private:
  /// Reads what begins on the line up to `end`; returns where the next line begins.
  std::size_t read_line(std::size_t end) {
    const std::size_t next = std::min(end + 1, text_.size());
    std::string_view line = trimmed(text_.substr(position_, end - position_));
    const bool is_commented = line.starts_with('#');
    while (line.starts_with('#')) line.remove_prefix(1);
    line = trimmed(line);
    if (line.starts_with("export ") || line.starts_with("export\t")) line = trimmed(line.substr(7));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return next;
    const std::string_view name = trimmed(line.substr(0, equals));
    if (!is_variable_name(name)) return next;

    const std::string_view rest = trimmed(line.substr(equals + 1));
    const bool is_quoted = rest.starts_with('"') || rest.starts_with('\'') || rest.starts_with('`');
    if (!is_quoted) {
      const std::string_view value = without_comment(rest);
      // Prose such as "# DEBUG=1 turns on tracing" sets nothing.
      if (is_commented && std::ranges::any_of(value, is_blank)) return next;
      add(name, value, is_commented);
      return next;
    }
    const auto open = static_cast<std::size_t>(rest.data() - text_.data());
    const std::size_t close = closing_quote(open, is_commented ? end : text_.size());
    if (close == std::string_view::npos) {
      add(name, rest.substr(1), is_commented);
      return next;
    }
    add(name, text_.substr(open + 1, close - open - 1), is_commented);
    return std::min(std::min(text_.find('\n', close), text_.size()) + 1, text_.size());
  }

  static std::string_view without_comment(std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '#' && (i == 0 || is_blank(value[i - 1]))) return trimmed(value.substr(0, i));
    }
    return value;
  }

  [[nodiscard]] std::size_t closing_quote(std::size_t open, std::size_t limit) const {
    for (std::size_t i = open + 1; i < limit; ++i) {
      if (text_[i] == '\\' && text_[open] == '"') {
        ++i;
      } else if (text_[i] == text_[open]) {
        return i;
      }
    }
    return std::string_view::npos;
  }

  void add(std::string_view name, std::string_view value, bool is_commented) {
    found_.push_back({.name = std::string(name),
                      .value = std::string(value),
                      .is_commented = is_commented,
                      .evidence = {.file = file_, .line = line_}});
  }

  std::string_view text_;
  std::string file_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::vector<ExampleVariable> found_;
};

/// A value as shells and dotenv readers agree on it.
std::string quoted_if_needed(std::string_view value) {
  const auto is_plain = [](char c) {
    return is_name_character(c) || std::string_view("-.,:/@%+=?&~*!").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (std::ranges::all_of(value, is_plain)) return std::string(value);
  if (value.find_first_of("'\n\r") == std::string_view::npos) return "'" + std::string(value) + "'";
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\r') {
      quoted += "\\r";
    } else {
      if (c == '"' || c == '\\' || c == '$' || c == '`') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

/// The text as comment lines, none of which reads as a variable; nothing for an empty text.
std::string comment_lines(std::string_view text, std::string_view line_end) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, newline));
    if (!line.empty()) {
      const std::string comment = "# " + std::string(line);
      const bool reads_as_variable = !read_environment_example(comment, "").empty();
      lines += (reads_as_variable ? "# (" + std::string(line) + ")" : comment) + std::string(line_end);
    }
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return lines;
}

std::string entry(const EnvironmentVariable& variable, std::string_view line_end) {
  const std::string value = variable.is_secret ? "" : quoted_if_needed(variable.default_value);
  const bool is_offered = value.empty() && !variable.is_required;
  return comment_lines(variable.description, line_end) + (is_offered ? "# " : "") + variable.name + "=" +
         value + std::string(line_end);
}

/// How EditOrigins names a block: by its heading, without the last line end.
std::string heading_place(std::string_view heading_lines) {
  while (heading_lines.ends_with('\n') || heading_lines.ends_with('\r')) heading_lines.remove_suffix(1);
  return heading_lines.empty() ? "#" : std::string(heading_lines);
}

/// A quote that was left open would swallow what is written behind it.
Result<void> check_added(const EnvironmentEdit& edit, std::size_t known, std::string_view file) {
  const std::vector<ExampleVariable> after = read_environment_example(edit.text, file);
  if (after.size() == known + edit.added.size()) return {};
  return fail(ErrorCode::kInvalidInput,
              "a quote in this file is not closed, so nothing can be added behind it",
              {.file = std::string(file)});
}

}  // namespace

std::vector<ExampleVariable> read_environment_example(std::string_view text, std::string_view file) {
  return ExampleReader(text, file).read();
}

Result<EnvironmentEdit> add_variables(std::string_view text, std::string_view file,
                                      const std::vector<EnvironmentVariable>& variables,
                                      std::string_view heading) {
  const std::vector<ExampleVariable> known = read_environment_example(text, file);
  const std::string_view eol = line_end(text);
  EnvironmentEdit edit;
  std::string block;
  for (const EnvironmentVariable& variable : variables) {
    if (!is_variable_name(variable.name)) {
      return fail(ErrorCode::kInvalidInput, "`" + variable.name + "` is no name of an environment variable",
                  {.file = std::string(file)});
    }
    const auto present = std::ranges::find(known, variable.name, &ExampleVariable::name);
    if (present != known.end()) {
      edit.present.push_back(*present);
    } else if (std::ranges::find(edit.added, variable.name) == edit.added.end()) {
      edit.origins[variable.name] = entry(variable, eol);
      block += edit.origins[variable.name];
      edit.added.push_back(variable.name);
    }
  }
  edit.text = text;
  if (block.empty()) return edit;

  const bool is_blank_file = text.find_first_not_of("\xEF\xBB\xBF \t\r\n") == std::string_view::npos;
  if (!is_blank_file) {
    if (!text.ends_with('\n')) edit.text += eol;
    if (!text.ends_with("\n\n") && !text.ends_with("\n\r\n")) edit.text += eol;
  }
  const std::string heading_lines = comment_lines(heading, eol);
  edit.origins[heading_place(heading_lines)] = edit.text.substr(text.size());
  edit.text += heading_lines + block;
  MLX_CHECK(check_added(edit, known.size(), file));
  // A file without a last newline keeps having none.
  if (!is_blank_file && !text.ends_with('\n')) edit.text.erase(edit.text.size() - eol.size());
  return edit;
}

EnvironmentReplacement replace_variables(std::string_view text, std::string_view file,
                                         const std::vector<EnvironmentVariable>& variables,
                                         EditOrigins& origins) {
  EnvironmentReplacement replacement = {.text = std::string(text), .changed = {}, .kept = {}};
  for (const EnvironmentVariable& variable : variables) {
    const std::vector<ExampleVariable> known = read_environment_example(replacement.text, file);
    const auto present = std::ranges::find(known, variable.name, &ExampleVariable::name);
    if (present == known.end()) continue;
    const auto origin = origins.find(variable.name);
    const auto lines = origin == origins.end() ? std::nullopt : find_lines(replacement.text, origin->second);
    if (!lines) {
      replacement.kept.push_back(*present);
      continue;
    }
    const std::string added = entry(variable, line_end(text));
    if (added == origin->second) continue;
    origin->second = added;
    const bool has_line_end = size_of_line_end_before(replacement.text, lines->end) != 0;
    replacement.text.replace(lines->begin, lines->size(),
                             has_line_end ? std::string_view(added) : without_last_line_end(added));
    replacement.changed.push_back(variable.name);
  }
  return replacement;
}

}  // namespace mlx
