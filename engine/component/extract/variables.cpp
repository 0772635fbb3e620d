#include "engine/component/extract/variables.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "engine/manifest/yaml_document.h"

namespace mlx {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return result;
}

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto end = std::min(name.find('_', begin), name.size());
    if (end > begin) words.push_back(upper(name.substr(begin, end - begin)));
    begin = end + 1;
  }
  return words;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, word) != list.end();
}

/// What the process has anyway, and nobody configures for a service.
bool is_ambient(std::string_view name) {
  constexpr std::array<std::string_view, 17> kNames = {
      "PATH", "HOME",   "USER", "USERNAME", "SHELL",       "PWD",        "TMP",     "TEMP",       "TMPDIR",
      "LANG", "LC_ALL", "TERM", "HOSTNAME", "VIRTUAL_ENV", "PYTHONPATH", "APPDATA", "USERPROFILE"};
  return is_one_of(name, kNames) || name.starts_with("XDG_") || name.starts_with("PYTEST_");
}

/// `${oc.env:NAME,default}` inside a value.
struct EnvironmentReference {
  std::string name;
  std::optional<std::string> fallback;
};

std::string unquoted(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool is_quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  if (is_quoted) text = text.substr(1, text.size() - 2);
  return std::string(text);
}

std::vector<EnvironmentReference> references_in(std::string_view text) {
  constexpr std::string_view kBegin = "${oc.env:";
  std::vector<EnvironmentReference> found;
  for (auto at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    const std::size_t begin = at + kBegin.size();
    std::size_t depth = 1;
    std::size_t end = begin;
    std::size_t comma = std::string_view::npos;
    for (; end < text.size() && depth > 0; ++end) {
      if (text[end] == '{') ++depth;
      if (text[end] == '}') --depth;
      if (text[end] == ',' && depth == 1 && comma == std::string_view::npos) comma = end;
    }
    if (depth > 0) return found;
    const std::size_t close = end - 1;
    EnvironmentReference reference{.name = unquoted(text.substr(begin, std::min(comma, close) - begin)),
                                   .fallback = std::nullopt};
    if (comma != std::string_view::npos)
      reference.fallback = unquoted(text.substr(comma + 1, close - comma - 1));
    if (!reference.name.empty() && reference.name.find('$') == std::string::npos)
      found.push_back(std::move(reference));
  }
  return found;
}

class VariableFinder {
 public:
  VariableFinder(const Platform& platform, const ComponentPart& part) : platform_(platform), part_(part) {}

  std::vector<FoundVariable> run() {
    read_descriptions();
    for (const FileId file : part_.sources) read_code(file);
    for (const std::string& path : part_.configs) read_config(path);
    std::vector<FoundVariable> list;
    for (auto& [name, found] : found_) {
      EnvironmentVariable& variable = found.variable;
      if (const auto described = descriptions_.find(name); described != descriptions_.end())
        variable.description = described->second;
      variable.is_secret =
          variable.is_secret ||
          (names_secret(name) && !is_plain_value(variable.default_value) && !plain_.contains(name));
      variable.is_required = variable.is_required && !variable.has_default;
      variable.evidence = to_string(found.evidence.front());
      list.push_back(std::move(found));
    }
    return list;
  }

 private:
  /// A number or a switch: no secret, whatever its name.
  static bool is_plain_value(std::string_view text) {
    if (text.empty()) return false;
    const std::string word = upper(text);
    const bool is_switch = word == "TRUE" || word == "FALSE" || word == "YES" || word == "NO";
    return is_switch || text.find_first_not_of("0123456789.-") == std::string_view::npos;
  }

  void add(EnvironmentVariable variable, Evidence place) {
    if (is_ambient(variable.name)) return;
    auto [entry, is_new] = found_.try_emplace(variable.name);
    FoundVariable& found = entry->second;
    found.evidence.push_back(std::move(place));
    if (is_new) {
      found.variable = std::move(variable);
      return;
    }
    found.variable.is_required = found.variable.is_required || variable.is_required;
    found.variable.is_secret = found.variable.is_secret || variable.is_secret;
    if (!found.variable.has_default && variable.has_default) {
      found.variable.has_default = true;
      found.variable.default_value = variable.default_value;
    }
    if (found.variable.description.empty()) found.variable.description = variable.description;
  }

  void read_code(FileId file) {
    const PythonModule& module = platform_.index.module(file);
    const std::string& path = platform_.index.python()[file].str();
    for (const EnvironmentRead& read : module.environment) {
      add({.name = read.name,
           .default_value = read.fallback.value_or(""),
           .is_required = read.is_required && !read.context.is_optional,
           .has_default = read.fallback.has_value()},
          {.file = path, .line = read.line});
    }
    for (const PythonClass& settings : module.classes) {
      const auto prefix = settings_prefix(settings, 0);
      if (!prefix) continue;
      for (const PythonField& field : settings.fields) add_field(field, *prefix, path);
    }
  }

  void add_field(const PythonField& field, const std::string& prefix, const std::string& path) {
    const bool is_class_variable = field.annotation.starts_with("ClassVar") || field.name.starts_with('_');
    if (is_class_variable || field.name == "model_config") return;
    std::vector<std::string> names = field.environment;
    if (names.empty()) names.push_back(upper(prefix + field.name));
    for (const std::string& name : names) {
      if (is_plain_type(field.annotation)) plain_.insert(upper(name));
      add({.name = upper(name),
           .default_value = field.literal.value_or(""),
           .is_required = field.is_required && names.size() == 1,
           .is_secret = is_secret_type(field),
           .description = field.description,
           .has_default = field.literal.has_value()},
          {.file = path, .line = field.line});
    }
  }

  static bool is_plain_type(std::string_view annotation) {
    constexpr std::array<std::string_view, 4> kTypes = {"bool", "int", "float", "timedelta"};
    return is_one_of(annotation.substr(0, annotation.find(" |")), kTypes);
  }

  static bool is_secret_type(const PythonField& field) {
    return field.annotation.find("SecretStr") != std::string::npos ||
           field.annotation.find("SecretBytes") != std::string::npos;
  }

  /// The prefix of the variables of a settings class; nothing if it is none.
  [[nodiscard]] std::optional<std::string> settings_prefix(const PythonClass& settings, int depth) const {
    constexpr int kDeepest = 8;
    if (depth > kDeepest) return std::nullopt;
    for (const std::string& base : settings.bases) {
      if (base == "pydantic_settings.BaseSettings" || base == "pydantic.BaseSettings" ||
          base == "pydantic.v1.BaseSettings")
        return settings.environment_prefix;
      const auto dot = base.rfind('.');
      const auto file = dot == std::string::npos
                            ? std::nullopt
                            : platform_.index.file_of_module(std::string_view(base).substr(0, dot));
      if (!file) continue;
      for (const PythonClass& other : platform_.index.module(*file).classes) {
        if (other.name != base.substr(dot + 1)) continue;
        auto inherited = settings_prefix(other, depth + 1);
        if (inherited) return settings.environment_prefix.empty() ? inherited : settings.environment_prefix;
      }
    }
    return std::nullopt;
  }

  void read_config(const std::string& path) {
    const auto text = platform_.text(path);
    if (!text) return;
    for (const YamlScalar& scalar : read_yaml(*text)) {
      for (const EnvironmentReference& reference : references_in(scalar.text)) {
        const bool is_null = reference.fallback == "null";
        add({.name = reference.name,
             .default_value = is_null ? "" : reference.fallback.value_or(""),
             .is_required = !reference.fallback,
             .is_secret = !scalar.path.empty() && is_secret_key(scalar.path.back()),
             .description = scalar.comment,
             .has_default = reference.fallback && !is_null},
            {.file = path, .line = scalar.line});
      }
    }
  }

  /// Is the key that of a field which the component's models declare to be secret?
  [[nodiscard]] bool is_secret_key(std::string_view key) const {
    return std::ranges::any_of(part_.sources, [&](FileId file) {
      return std::ranges::any_of(platform_.index.module(file).classes, [&](const PythonClass& model) {
        return std::ranges::any_of(model.fields, [&](const PythonField& field) {
          return field.name == key && is_secret_type(field);
        });
      });
    });
  }

  /// Comments directly above a variable in `.env.example`.
  void read_descriptions() {
    const auto text = platform_.text(".env.example");
    if (!text) return;
    const auto variables = read_environment_example(*text, ".env.example");
    std::map<std::size_t, std::string> names;
    for (const ExampleVariable& variable : variables) names.emplace(variable.evidence.line, variable.name);
    std::string comment;
    std::size_t number = 0;
    for (std::string_view rest = *text; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++number;
      while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
      if (const auto variable = names.find(number); variable != names.end()) {
        if (!comment.empty()) descriptions_.emplace(variable->second, comment);
        comment.clear();
      } else if (line.starts_with('#')) {
        line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
        if (!comment.empty()) comment += ' ';
        comment += line;
      } else {
        comment.clear();
      }
    }
  }

  const Platform& platform_;
  const ComponentPart& part_;
  std::map<std::string, FoundVariable> found_;
  std::map<std::string, std::string> descriptions_;
  std::set<std::string> plain_;  ///< variables that their type says to be a number or a switch
};

}  // namespace

std::vector<FoundVariable> find_variables(const Platform& platform, const ComponentPart& part) {
  return VariableFinder(platform, part).run();
}

bool names_secret(std::string_view variable) {
  const std::vector<std::string> words = words_of(variable);
  if (words.empty()) return false;
  const std::string& last = words.back();
  const std::string before = words.size() > 1 ? words[words.size() - 2] : std::string();
  constexpr std::array<std::string_view, 8> kSecrets = {"PASSWORD",    "PASSWD", "PASSPHRASE", "SECRET",
                                                        "CREDENTIALS", "APIKEY", "PWD",        "SECRETKEY"};
  if (is_one_of(last, kSecrets)) return true;
  constexpr std::array<std::string_view, 18> kPlainTokens = {
      "EOS", "BOS",   "PAD",  "UNK",          "SEP",     "CLS", "MASK", "NEXT",  "PAGE",
      "END", "START", "STOP", "CONTINUATION", "SPECIAL", "PER", "MAX",  "FIRST", "LAST"};
  if (last == "TOKEN") return !is_one_of(before, kPlainTokens);
  constexpr std::array<std::string_view, 11> kKeys = {"API",     "SECRET",     "PRIVATE", "ACCESS",
                                                      "SIGNING", "ENCRYPTION", "AUTH",    "ACCOUNT",
                                                      "MASTER",  "LICENSE",    "SERVICE"};
  return last == "KEY" && is_one_of(before, kKeys);
}

}  // namespace mlx
