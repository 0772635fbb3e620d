#include "engine/manifest/pytest_configuration.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "engine/manifest/ini_file.h"
#include "engine/manifest/toml_document.h"
#include "engine/manifest/toml_edit.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

constexpr std::string_view kPythonPath = "pythonpath";

struct PytestTable {
  std::vector<std::string> path;
  TomlValue table;
};

/// `[tool.pytest.ini_options]`, or `[tool.pytest]` where it holds options itself (pytest 9).
Result<PytestTable> pytest_table(const TomlDocument& document) {
  const TomlValue pytest = MLX_TRY(document.root().table_at({"tool", "pytest"}));
  const TomlValue options = MLX_TRY(pytest.table("ini_options"));
  if (!options.is_present() && !pytest.members().empty()) {
    return PytestTable{.path = {"tool", "pytest"}, .table = pytest};
  }
  return PytestTable{.path = {"tool", "pytest", "ini_options"}, .table = options};
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  bool is_open = false;
  for (const char c : text) {
    if (is_space(c)) {
      is_open = false;
      continue;
    }
    if (!is_open) found.emplace_back();
    found.back() += c;
    is_open = true;
  }
  return found;
}

/// The words of an option that is a list or one string.
Result<std::vector<std::string>> option_words(const TomlValue& table, std::string_view key) {
  const TomlValue value = table.at(key);
  if (value.is_present() && value.kind() == TomlKind::kString) return words(value.scalar());
  return table.strings(key);
}

bool has_importlib(const std::vector<std::string>& options) {
  return std::ranges::any_of(options,
                             [](const std::string& option) { return option.ends_with("importlib"); });
}

PytestConfiguration ini_configuration(std::string_view file, const IniFile& settings,
                                      std::string_view section) {
  const auto words_of = [&](std::string_view key) {
    std::vector<std::string> found;
    for (const IniOption& option : settings.options) {
      if (option.section != section || option.name != key) continue;
      for (const IniOption::Line& line : option.lines)
        std::ranges::move(words(line.text), std::back_inserter(found));
    }
    return found;
  };
  PytestConfiguration found;
  found.file = file;
  found.pythonpath = words_of("pythonpath");
  found.options = words_of("addopts");
  found.uses_importlib = has_importlib(found.options);
  found.test_paths = words_of("testpaths");
  found.file_patterns = words_of("python_files");
  found.function_patterns = words_of("python_functions");
  found.class_patterns = words_of("python_classes");
  found.ignored_directories = words_of("norecursedirs");
  for (const IniOption& option : settings.options) {
    if (option.section == section)
      std::ranges::transform(option.lines, std::back_inserter(found.values), &IniOption::Line::text);
  }
  return found;
}

/// Every text at whatever depth.
void add_values(const TomlValue& table, std::vector<std::string>& values) {
  std::vector<TomlValue> todo = {table};
  while (!todo.empty()) {
    const TomlValue value = todo.back();
    todo.pop_back();
    if (value.kind() == TomlKind::kString) values.push_back(value.scalar());
    for (const TomlValue& element : value.elements()) todo.push_back(element);
    for (const auto& [name, member] : value.members()) todo.push_back(member);
  }
}

Result<PytestConfiguration> toml_configuration(std::string_view file, const TomlValue& table) {
  PytestConfiguration found;
  found.file = file;
  found.pythonpath = MLX_TRY(option_words(table, "pythonpath"));
  found.options = MLX_TRY(option_words(table, "addopts"));
  found.uses_importlib = has_importlib(found.options);
  // Nobody edits these: what is wrong there is for pytest to say.
  const auto collected = [&](std::string_view key) {
    return option_words(table, key).value_or(std::vector<std::string>());
  };
  found.test_paths = collected("testpaths");
  found.file_patterns = collected("python_files");
  found.function_patterns = collected("python_functions");
  found.class_patterns = collected("python_classes");
  found.ignored_directories = collected("norecursedirs");
  add_values(table, found.values);
  return found;
}

Result<std::optional<std::string>> read_top(const Snapshot& snapshot, std::string_view name) {
  const RepoPath path = MLX_TRY(RepoPath::parse(name));
  return read_if_present(snapshot, path);
}

/// One spelling for a directory.
std::string_view plain(std::string_view directory) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.remove_suffix(1);
  while (directory.starts_with("./")) directory.remove_prefix(2);
  return directory.empty() ? "." : directory;
}

/// The entry at the end of a string that lists directories, inside its quotes.
TextEdit append_word(const TomlDocument& document, const TomlValue& value, std::string_view entry) {
  const Span span = value.span();
  const std::string_view literal = std::string_view(document.text()).substr(span.begin, span.size());
  const bool is_long = literal.starts_with(R"(""")") || literal.starts_with("'''");
  const std::size_t end = span.end - (is_long ? 3 : 1);
  const bool needs_space = !value.scalar().empty() && !is_space(value.scalar().back());
  return insertion(end, (needs_space ? " " : "") + std::string(entry));
}

/// The document without a word that append_word() added to a string, which was spelled `before`.
Result<std::string> without_word(const TomlDocument& document, const TomlValue& value,
                                 const std::string& entry, const std::string& before) {
  const Span span = value.span();
  const std::string literal = document.text().substr(span.begin, span.size());
  const Result<TomlDocument> earlier = TomlDocument::parse("x = " + before, "");
  if (earlier) {
    const TextEdit addition = append_word(*earlier, earlier->root().at("x"), entry);
    const bool is_untouched = MLX_TRY(apply_edits(earlier->text(), {addition})) == "x = " + literal;
    if (is_untouched) return apply_edits(document.text(), {{.span = span, .replacement = before}});
  }
  const std::vector<std::string> present = words(value.scalar());
  if (std::ranges::find(present, entry) == present.end()) return document.text();
  std::string kept;
  for (const std::string& word : present) {
    if (word != entry) kept += (kept.empty() ? "" : " ") + word;
  }
  return apply_edits(document.text(), {{.span = span, .replacement = toml_string(kept, literal.front())}});
}

}  // namespace

Result<PytestConfiguration> find_pytest_configuration(const Snapshot& snapshot) {
  for (const std::string_view file : {"pytest.toml", ".pytest.toml"}) {
    const std::optional<std::string> text = MLX_TRY(read_top(snapshot, file));
    if (!text) continue;
    const TomlDocument document = MLX_TRY(TomlDocument::parse(*text, std::string(file)));
    const TomlValue table = MLX_TRY(document.root().table("pytest"));
    return toml_configuration(file, table);
  }
  for (const std::string_view file : {"pytest.ini", ".pytest.ini"}) {
    const std::optional<std::string> text = MLX_TRY(read_top(snapshot, file));
    if (text) return ini_configuration(file, read_ini_file(*text), "pytest");
  }
  if (const std::optional<std::string> text = MLX_TRY(read_top(snapshot, "pyproject.toml"))) {
    const TomlDocument document = MLX_TRY(TomlDocument::parse(*text, "pyproject.toml"));
    const PytestTable pytest = MLX_TRY(pytest_table(document));
    if (pytest.table.is_present()) {
      PytestConfiguration found = MLX_TRY(toml_configuration("pyproject.toml", pytest.table));
      // That of the plugin pytest-env.
      for (const char* name : {"pytest_env", "pytest-env"})
        add_values(document.root().at("tool").at(name), found.values);
      return found;
    }
  }
  using FileAndSection = std::pair<std::string_view, std::string_view>;
  for (const auto& [file, section] :
       {FileAndSection{"tox.ini", "pytest"}, FileAndSection{"setup.cfg", "tool:pytest"}}) {
    const std::optional<std::string> text = MLX_TRY(read_top(snapshot, file));
    if (!text) continue;
    const IniFile settings = read_ini_file(*text);
    if (settings.has_section(section)) return ini_configuration(file, settings, section);
  }
  return PytestConfiguration{};
}

bool has_directory(const std::vector<std::string>& pythonpath, std::string_view directory) {
  return std::ranges::any_of(pythonpath,
                             [&](const std::string& entry) { return plain(entry) == plain(directory); });
}

Result<PytestEdit> ensure_pytest_pythonpath(std::string_view text, std::string_view file,
                                            std::string_view entry) {
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  const PytestTable pytest = MLX_TRY(pytest_table(document));
  const std::vector<std::string> present = MLX_TRY(option_words(pytest.table, kPythonPath));
  if (has_directory(present, entry)) return PytestEdit{.text = document.text(), .origins = {}};

  const TomlValue value = pytest.table.at(kPythonPath);
  std::vector<TextEdit> edits;
  if (!value.is_present()) {
    edits = MLX_TRY(insert_pair(document, pytest.path, kPythonPath, "[" + toml_string(entry) + "]"));
  } else if (value.kind() == TomlKind::kString) {
    edits = {append_word(document, value, entry)};
  } else {
    const std::vector<TomlValue> elements = value.elements();
    const char quote = elements.empty() ? '"' : document.text()[elements.back().span().begin];
    edits = insert_element(document, value, elements.size(), toml_string(entry, quote));
  }
  PytestEdit edit = {.text = {}, .origins = {{std::string(kPythonPath), std::string(entry)}}};
  note_origins(document, {.table = pytest.path, .key = std::string(kPythonPath)}, edits, edit.origins);
  edit.text = MLX_TRY(edited(document, std::move(edits))).text();
  return edit;
}

Result<std::string> remove_pytest_pythonpath(std::string_view text, std::string_view file,
                                             EditOrigins& origins) {
  const auto added = origins.find(std::string(kPythonPath));
  if (added == origins.end()) return std::string(text);
  const std::string entry = added->second;
  origins.erase(added);
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  const PytestTable pytest = MLX_TRY(pytest_table(document));
  const TomlPlace place = {.table = pytest.path, .key = std::string(kPythonPath)};
  const TomlValue value = value_at(document, place);
  if (value.is_present() && value.kind() == TomlKind::kString) {
    const auto origin = origins.find(to_string(place));
    const std::string before = origin == origins.end() ? "" : origin->second;
    if (origin != origins.end()) origins.erase(origin);
    return without_word(document, value, entry, before);
  }
  const std::vector<TomlValue> elements = value.elements();
  for (std::size_t index = elements.size(); index > 0; --index) {
    if (elements[index - 1].scalar() != entry) continue;
    return MLX_TRY(without_element(document, place, index - 1, origins)).text();
  }
  return document.text();
}

}  // namespace mlx
