#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <array>

namespace mlx::test {
namespace {

/// The directories that a layer may include, besides itself. A trailing `/` stands for
/// everything below.
struct Layer {
  std::string_view directory;
  std::vector<std::string_view> may_use;
  bool is_pure = false;
};

/// The engine without io, which `bot/core` and all that builds on it may use.
const std::vector<std::string_view> kPureEngine = {"engine/base",     "engine/source",    "engine/index",
                                                   "engine/manifest", "engine/component", "engine/merge",
                                                   "engine/compat",   "engine/plan",      "engine/advise"};

std::vector<std::string_view> pure_engine_and(std::initializer_list<std::string_view> more) {
  std::vector<std::string_view> all = kPureEngine;
  all.insert(all.end(), more);
  return all;
}

/// The longest directory that holds a file is its layer.
const std::vector<Layer>& layers() {
  static const std::vector<Layer> all = {
      {.directory = "engine/base", .may_use = {}, .is_pure = true},
      {.directory = "engine/source", .may_use = {"engine/base"}, .is_pure = true},
      {.directory = "engine/index", .may_use = {"engine/base", "engine/source"}, .is_pure = true},
      {.directory = "engine/manifest",
       .may_use = {"engine/base", "engine/source", "engine/index"},
       .is_pure = true},
      {.directory = "engine/component",
       .may_use = {"engine/base", "engine/source", "engine/index", "engine/manifest"},
       .is_pure = true},
      {.directory = "engine/merge", .may_use = {"engine/base", "engine/source"}, .is_pure = true},
      {.directory = "engine/compat",
       .may_use = {"engine/base", "engine/source", "engine/index", "engine/manifest", "engine/component"},
       .is_pure = true},
      {.directory = "engine/plan",
       .may_use = {"engine/base", "engine/source", "engine/index", "engine/manifest", "engine/component",
                   "engine/compat", "engine/merge"},
       .is_pure = true},
      {.directory = "engine/advise",
       .may_use = {"engine/base", "engine/source", "engine/index", "engine/manifest", "engine/component",
                   "engine/compat", "engine/merge", "engine/plan"},
       .is_pure = true},
      {.directory = "engine/io", .may_use = kPureEngine},
      {.directory = "bot/core", .may_use = kPureEngine, .is_pure = true},
      {.directory = "bot/forge", .may_use = pure_engine_and({"bot/core"})},
      {.directory = "bot/queue", .may_use = {"engine/base", "engine/io"}},
      {.directory = "bot/run", .may_use = pure_engine_and({"engine/io", "bot/core", "bot/forge"})},
      {.directory = "bot/setup", .may_use = {"engine/base", "bot/forge"}, .is_pure = true},
      {.directory = "bot",
       .may_use =
           pure_engine_and({"engine/io", "bot/core", "bot/forge", "bot/queue", "bot/run", "bot/setup"})},
      {.directory = "action", .may_use = pure_engine_and({"engine/io", "bot/core", "bot/forge", "bot/run"})},
      {.directory = "sandbox", .may_use = {"engine/base"}},
      {.directory = "cli/mcp", .may_use = {"engine/base"}, .is_pure = true},
      {.directory = "cli", .may_use = {"engine/", "bot/", "bot", "action", "sandbox", "cli/mcp"}},
  };
  return all;
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && path.size() > directory.size() && path[directory.size()] == '/';
}

const Layer* layer_of(std::string_view path) {
  const Layer* found = nullptr;
  for (const Layer& layer : layers()) {
    // A new directory of the engine or the bot is a new layer, not part of `bot`.
    const bool is_directly_in =
        layer.directory != "bot" || path.find('/', layer.directory.size() + 1) == path.npos;
    const bool is_longer = found == nullptr || layer.directory.size() > found->directory.size();
    if (is_below(path, layer.directory) && is_directly_in && is_longer) found = &layer;
  }
  return found;
}

bool may_include(const Layer& user, const Layer& used) {
  if (user.directory == used.directory) return true;
  return std::ranges::any_of(user.may_use, [&](std::string_view allowed) {
    return allowed.ends_with('/') ? used.directory.starts_with(allowed) : used.directory == allowed;
  });
}

constexpr std::array<std::string_view, 18> kImpureHeaders = {
    "filesystem", "fstream",    "iostream",     "thread",     "git2.h",      "sqlite3.h",
    "httplib.h",  "libpq-fe.h", "ctime",        "time.h",     "dirent.h",    "fcntl.h",
    "unistd.h",   "netdb.h",    "sys/socket.h", "sys/stat.h", "sys/types.h", "sys/time.h"};

constexpr std::array<std::string_view, 6> kImpureNames = {"system_clock::now",
                                                          "steady_clock::now",
                                                          "high_resolution_clock::now",
                                                          "utc_clock::now",
                                                          "getenv",
                                                          "fopen"};

/// The code with comments and the insides of literals blanked out, so that a Python
/// `os.getenv` in a text is not taken for a call. Line ends stay.
std::string code_only(std::string_view text) {
  std::string code;
  const auto skip_to = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < std::min(end, text.size()); ++i) code += text[i] == '\n' ? '\n' : ' ';
    return std::min(end, text.size());
  };
  const auto end_of = [&](std::string_view mark, std::size_t from) {
    const auto at = text.find(mark, from);
    return at == text.npos ? text.size() : at + mark.size();
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const bool is_digit_separator = rest.front() == '\'' && i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9';
    if (rest.starts_with("//")) {
      i = skip_to(i, std::min(text.find('\n', i), text.size()));
    } else if (rest.starts_with("/*")) {
      i = skip_to(i, end_of("*/", i + 2));
    } else if (rest.starts_with("R\"")) {
      const auto open = std::min(text.find('(', i), text.size());
      const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      i = skip_to(i, end_of(close, open));
    } else if (rest.front() == '"' || (rest.front() == '\'' && !is_digit_separator)) {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != rest.front() && text[end] != '\n')
        end += text[end] == '\\' ? 2U : 1U;
      i = skip_to(i, end + 1);
    } else {
      code += text[i++];
    }
  }
  return code;
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool mentions(std::string_view line, std::string_view name) {
  for (auto at = line.find(name); at != line.npos; at = line.find(name, at + 1)) {
    const bool begins = at == 0 || !is_word_character(line[at - 1]);
    const bool ends = at + name.size() == line.size() || !is_word_character(line[at + name.size()]);
    if (begins && ends) return true;
  }
  return false;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What `#include` names, with its quotes or brackets; empty for any other line.
std::string_view included(std::string_view line) {
  const auto skip_spaces = [&line] {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  };
  skip_spaces();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_spaces();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip_spaces();
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return {};
  const auto end = line.find(line.front() == '"' ? '"' : '>', 1);
  return end == line.npos ? std::string_view() : line.substr(0, end + 1);
}

std::string broken_rule(const Layer& layer, std::string_view include) {
  const std::string_view name = include.substr(1, include.size() - 2);
  const std::string directory(layer.directory);
  if (include.front() == '<') {
    const bool is_impure = std::ranges::find(kImpureHeaders, name) != kImpureHeaders.end();
    return layer.is_pure && is_impure ? directory + " is pure: it may not use " + std::string(include) : "";
  }
  const Layer* const used = layer_of(name);
  if (used == nullptr) return "`" + std::string(name) + "` is in no known layer: write the path from the top";
  if (may_include(layer, *used)) return "";
  return directory + " may not use " + std::string(used->directory);
}

}  // namespace

std::string to_string(const Violation& violation) {
  return violation.file + ":" + std::to_string(violation.line) + ": " + violation.rule;
}

std::vector<Violation> check_includes(std::string_view file, std::string_view text) {
  const Layer* const layer = layer_of(file);
  if (layer == nullptr)
    return {{.file = std::string(file), .line = 1, .rule = "this directory is no known layer"}};
  std::vector<Violation> found;
  const auto add = [&](std::size_t index, std::string rule) {
    found.push_back({.file = std::string(file), .line = index + 1, .rule = std::move(rule)});
  };
  const std::string code = code_only(text);
  const auto lines = lines_of(text);
  const auto code_lines = lines_of(code);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // The path is a literal, so it is gone from the code; the directive itself is not.
    const bool is_directive = code_lines[i].find('#') != std::string_view::npos;
    const std::string_view include = is_directive ? included(lines[i]) : std::string_view();
    if (!include.empty()) {
      if (auto rule = broken_rule(*layer, include); !rule.empty()) add(i, std::move(rule));
    }
    for (const std::string_view name : kImpureNames) {
      const bool is_used = layer->is_pure && mentions(code_lines[i], name);
      if (is_used) add(i, std::string(layer->directory) + " is pure: it may not call " + std::string(name));
    }
  }
  return found;
}

}  // namespace mlx::test
