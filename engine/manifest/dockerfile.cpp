#include "engine/manifest/dockerfile.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "engine/manifest/variable_expansion.h"

namespace mlx {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find_first_of(kBlank)); }

std::string_view without_first_word(std::string_view text) {
  return trimmed(text.substr(first_word(text).size()));
}

struct Instruction {
  std::string keyword;  ///< in upper case
  std::string rest;     ///< on one line
  std::size_t line = 0;
};

/// Divides the text into instructions: continued lines are joined, comments and here-documents left out.
class InstructionReader {
 public:
  explicit InstructionReader(std::string_view text) : rest_(text) {}

  std::vector<Instruction> run() {
    read_directives();
    std::vector<Instruction> list;
    while (!rest_.empty()) {
      const std::string_view begin = trimmed(next_line());
      if (begin.empty() || begin.starts_with('#')) continue;
      const std::size_t line = line_;
      const std::string whole = joined(begin);
      list.push_back({.keyword = upper(first_word(whole)),
                      .rest = std::string(without_first_word(whole)),
                      .line = line});
      skip_here_documents(list.back().rest);
    }
    return list;
  }

 private:
  std::string_view next_line() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++line_;
    return line;
  }

  /// `# escape=` before anything else.
  void read_directives() {
    std::string_view rest = rest_;
    while (rest.starts_with('#')) {
      const auto end = std::min(rest.find('\n'), rest.size());
      std::string directive(rest.substr(1, end - 1));
      std::erase_if(directive, [](char c) { return kBlank.find(c) != std::string_view::npos; });
      if (upper(directive).starts_with("ESCAPE=")) escape_ = directive.back();
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  std::string joined(std::string_view begin) {
    std::string whole(begin);
    while (whole.ends_with(escape_) && !rest_.empty()) {
      const std::string_view more = trimmed(next_line());
      if (more.empty() || more.starts_with('#')) continue;
      whole.pop_back();
      whole += more;
    }
    if (whole.ends_with(escape_)) whole.pop_back();
    return whole;
  }

  /// `RUN <<EOF` and `COPY <<-"EOF" /file` end where the word stands alone.
  void skip_here_documents(std::string_view text) {
    for (auto place = text.find("<<"); place != std::string_view::npos; place = text.find("<<")) {
      text.remove_prefix(place + 2);
      if (text.starts_with('-')) text.remove_prefix(1);
      std::string word(first_word(text));
      std::erase_if(word, [](char c) { return c == '"' || c == '\''; });
      const bool is_word = !word.empty() && word.find_first_of("<$(") == std::string::npos;
      while (is_word && !rest_.empty() && trimmed(next_line()) != word) {
      }
    }
  }

  std::string_view rest_;
  std::size_t line_ = 0;
  char escape_ = '\\';
};

struct Stage {
  std::string name;
  Dockerfile file;
  std::map<std::string, std::string, std::less<>> values;
  std::vector<std::string> entry_point;
  bool runs_entry_point_alone = false;  ///< in the shell form it takes no arguments
  std::vector<std::string> arguments;
};

/// The words of the exec form, which is a JSON array; nothing if it is the shell form.
std::optional<std::vector<std::string>> exec_words(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return std::nullopt;
  std::vector<std::string> words;
  for (const auto& word : json) {
    if (!word.is_string()) return std::nullopt;
    words.push_back(word.get<std::string>());
  }
  return words;
}

class DockerfileReader {
 public:
  std::optional<Dockerfile> run(std::string_view text) {
    for (const Instruction& instruction : InstructionReader(text).run()) read(instruction);
    if (stages_.empty()) return std::nullopt;
    Stage& last = stages_.back();
    last.file.command = last.entry_point;
    if (!last.runs_entry_point_alone)
      last.file.command.insert(last.file.command.end(), last.arguments.begin(), last.arguments.end());
    return std::move(last.file);
  }

 private:
  void read(const Instruction& instruction) {
    const std::string& keyword = instruction.keyword;
    if (keyword == "FROM") return begin_stage(instruction);
    if (keyword == "ARG") return read_argument(instruction.rest);
    if (stages_.empty()) return;
    Stage& stage = stages_.back();
    if (keyword == "ENV") read_environment(instruction.rest, stage);
    if (keyword == "EXPOSE") read_ports(instruction, stage);
    if (keyword == "HEALTHCHECK") read_health_check(instruction, stage);
    if (keyword != "CMD" && keyword != "ENTRYPOINT") return;
    auto words = exec_words(instruction.rest);
    const bool is_shell = !words;
    if (is_shell) words = shell_words(instruction.rest);
    stage.file.command_line = instruction.line;
    if (keyword == "CMD") {
      stage.arguments = *std::move(words);
    } else {
      stage.entry_point = *std::move(words);
      stage.runs_entry_point_alone = is_shell;
      stage.arguments.clear();
    }
  }

  void begin_stage(const Instruction& instruction) {
    std::vector<std::string> words = shell_words(instruction.rest);
    std::erase_if(words, [](const std::string& word) { return word.starts_with("--"); });
    if (words.empty()) return;
    const std::string image = expanded(words[0], global_).value_or(words[0]);
    const auto earlier = std::ranges::find(stages_, image, &Stage::name);
    Stage stage;
    if (earlier != stages_.end()) {
      stage = *earlier;
    } else {
      stage.file.base = image;
      stage.file.base_line = instruction.line;
    }
    const bool is_named = words.size() >= 3 && upper(words[1]) == "AS";
    stage.name = is_named ? words[2] : std::to_string(stages_.size());
    stages_.push_back(std::move(stage));
  }

  static std::optional<std::string> expanded(std::string_view text,
                                             const std::map<std::string, std::string, std::less<>>& values) {
    return expand_variables(text, [&](std::string_view name) -> std::optional<std::string> {
      const auto known = values.find(name);
      return known == values.end() ? std::nullopt : std::optional(known->second);
    });
  }

  void read_argument(std::string_view text) {
    for (const std::string& word : shell_words(text)) {
      const auto equals = word.find('=');
      const std::string name = word.substr(0, equals);
      auto& values = stages_.empty() ? global_ : stages_.back().values;
      if (equals != std::string::npos) {
        if (auto value = expanded(word.substr(equals + 1), values)) values[name] = *std::move(value);
      } else if (const auto outer = global_.find(name); outer != global_.end() && !stages_.empty()) {
        values.insert(*outer);
      }
    }
  }

  static void read_environment(std::string_view text, Stage& stage) {
    const std::vector<std::string> words = shell_words(text);
    if (words.empty()) return;
    if (words[0].find('=') == std::string::npos) {
      // The old form: one name, and the rest of the line.
      const std::string_view value = without_first_word(text);
      if (auto known = expanded(value, stage.values)) stage.values[words[0]] = *std::move(known);
      return;
    }
    for (const std::string& word : words) {
      const auto equals = word.find('=');
      if (equals == std::string::npos) continue;
      if (auto known = expanded(word.substr(equals + 1), stage.values))
        stage.values[word.substr(0, equals)] = *std::move(known);
    }
  }

  static void read_ports(const Instruction& instruction, Stage& stage) {
    for (const std::string& word : shell_words(instruction.rest)) {
      auto port = expanded(word, stage.values);
      if (!port) continue;
      if (port->ends_with("/tcp")) port->resize(port->size() - 4);
      auto& ports = stage.file.ports;
      if (port->empty() || std::ranges::find(ports, *port) != ports.end()) continue;
      ports.push_back(*std::move(port));
      stage.file.ports_line = instruction.line;
    }
  }

  static void read_health_check(const Instruction& instruction, Stage& stage) {
    std::string_view rest = instruction.rest;
    while (rest.starts_with("--")) rest = without_first_word(rest);
    stage.file.health_check.clear();
    if (upper(first_word(rest)) != "CMD") return;
    rest = without_first_word(rest);
    stage.file.health_check = exec_words(rest).value_or(shell_words(rest));
    stage.file.health_check_line = instruction.line;
  }

  std::map<std::string, std::string, std::less<>> global_;
  std::vector<Stage> stages_;
};

}  // namespace

std::optional<Dockerfile> read_dockerfile(std::string_view text) { return DockerfileReader().run(text); }

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool is_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_escape = c == '\\' && quote != '\'' && i + 1 < line.size();
    if (is_escape) {
      word += line[++i];
      is_word = true;
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      is_word = true;
    } else if (kBlank.find(c) != std::string_view::npos) {
      if (is_word) words.push_back(std::exchange(word, {}));
      is_word = false;
    } else {
      word += c;
      is_word = true;
    }
  }
  if (is_word) words.push_back(word);
  return words;
}

}  // namespace mlx
