#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "engine/component/extract/declarations.h"
#include "engine/source/python_token_view.h"

namespace mlx {
namespace {

constexpr int kDeepestValue = 64;
constexpr int kMostValues = 20'000;  ///< lists that name each other could have any number

class SetupPyReader {
 public:
  SetupPyReader(std::string_view text, const std::string& file)
      : file_(file), lexed_(tokenize_python(text)), view_(text, lexed_.tokens) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') line_ends_.push_back(i);
    }
  }

  SetupFile run() {
    const std::size_t end = lexed_.tokens.size() - 1;
    read_assignments(end);
    for (std::size_t i = 0; i + 1 < end; ++i) {
      if (!view_.is_word(i, "setup") || !view_.at(i + 1).is('(')) continue;
      const std::size_t close = view_.closing(i + 1, end);
      if (close == end) break;
      for (const PythonArgument& argument : view_.arguments(i + 1, close)) read_argument(argument);
    }
    return std::move(found_);
  }

 private:
  using Use = std::function<void(const std::string& text, std::size_t token)>;
  using UsePair = std::function<void(const std::string& key, TokenRange value)>;

  void read_assignments(std::size_t end) {
    for (std::size_t i = 0; i < end;) {
      std::size_t line_end = i;
      while (line_end < end && view_.at(line_end).kind != TokenKind::kNewline) ++line_end;
      std::size_t begin = i;
      while (begin < line_end &&
             (view_.at(begin).kind == TokenKind::kIndent || view_.at(begin).kind == TokenKind::kDedent))
        ++begin;
      const TokenRange line{.begin = begin, .end = line_end};
      i = line_end + 1;
      if (line.size() < 3 || !view_.at(begin).is_name()) continue;
      std::size_t equals = view_.find(line, '=');
      if (view_.at(begin + 1).is(kAugmented)) equals = begin + 1;
      const bool is_plain = equals == begin + 1 || view_.at(begin + 1).is(':');
      if (equals == line_end || !is_plain) continue;
      assigned_[std::string(view_.text(begin))].push_back({.begin = equals + 1, .end = line_end});
    }
  }

  void read_argument(const PythonArgument& argument) {
    const auto add_to = [this](std::string_view group) {
      return [this, group](const std::string& text, std::size_t token) { add(text, group, token); };
    };
    if (argument.name == "install_requires") each_string(argument.value, add_to(""), 0);
    if (argument.name == "tests_require") each_string(argument.value, add_to("test"), 0);
    if (argument.name == "extras_require") {
      each_pair(
          argument.value,
          [&](const std::string& key, TokenRange value) { each_string(value, add_to(key), 0); }, 0);
    }
    const auto set = [](std::string& field) {
      return [&field](const std::string& text, std::size_t) { field = text; };
    };
    if (argument.name == "python_requires") {
      const auto keep = [this](const std::string& text, std::size_t token) {
        found_.requires_python = text;
        found_.requires_python_place = evidence_at(token);
      };
      each_string(argument.value, keep, 0);
    }
    if (argument.name == "name") each_string(argument.value, set(found_.name), 0);
    if (argument.name == "package_dir") {
      each_pair(
          argument.value,
          [&](const std::string& key, TokenRange value) {
            const auto use = [&](const std::string& text, std::size_t) {
              if (key.empty()) found_.package_directories.push_back(text);
            };
            each_string(value, use, 0);
          },
          0);
    }
    if (argument.name == "entry_points") {
      each_pair(
          argument.value,
          [&](const std::string& key, TokenRange value) {
            if (key != "console_scripts" && key != "gui_scripts") return;
            each_string(
                value, [this](const std::string& text, std::size_t token) { add_script(text, token); }, 0);
          },
          0);
    }
  }

  void add(const std::string& text, std::string_view group, std::size_t token) {
    auto requirement = parse_requirement(text);
    if (!requirement) return;
    found_.distributions.push_back({.requirement = *std::move(requirement),
                                    .group = std::string(group),
                                    .directory = {},
                                    .evidence = evidence_at(token)});
  }

  /// `name=module:function`, with any spaces.
  void add_script(std::string text, std::size_t token) {
    std::erase(text, ' ');
    const auto equals = text.find('=');
    if (equals == std::string::npos) return;
    text.replace(equals, 1, " = ");
    found_.scripts.emplace_back(std::move(text), evidence_at(token));
  }

  [[nodiscard]] Evidence evidence_at(std::size_t token) const {
    const auto before = std::ranges::lower_bound(line_ends_, view_.at(token).begin);
    return {.file = file_, .line = static_cast<std::size_t>(before - line_ends_.begin()) + 1};
  }

  /// The part inside the brackets that enclose all of a range, or an empty one.
  [[nodiscard]] TokenRange inside(TokenRange range) const {
    const bool is_enclosed = range.size() >= 2 && opens(view_.at(range.begin)) &&
                             view_.closing(range.begin, range.end) == range.end - 1;
    return is_enclosed ? TokenRange{.begin = range.begin + 1, .end = range.end - 1} : TokenRange{};
  }

  /// `list(…)`, `sorted(…)`: what has the elements of its argument.
  [[nodiscard]] TokenRange argument_of_wrapper(TokenRange range) const {
    constexpr std::array<std::string_view, 4> kWrappers = {"list", "set", "sorted", "tuple"};
    const bool is_wrapper = range.size() >= 3 && view_.at(range.begin).is_name() &&
                            std::ranges::find(kWrappers, view_.text(range.begin)) != kWrappers.end();
    return is_wrapper ? inside({.begin = range.begin + 1, .end = range.end}) : TokenRange{};
  }

  /// Every string of an expression: lists, sums of lists, names of lists.
  void each_string(TokenRange value, const Use& use, int depth) {
    if (depth > kDeepestValue || value.is_empty() || ++steps_ > kMostValues) return;
    if (const auto text = view_.string(value)) return use(*text, value.begin);
    const std::vector<TokenRange> terms = view_.split(value, '+');
    if (terms.size() > 1) {
      for (const TokenRange term : terms) each_string(term, use, depth + 1);
      return;
    }
    if (view_.at(value.begin).is('*'))
      return each_string({.begin = value.begin + 1, .end = value.end}, use, depth + 1);
    if (const TokenRange wrapped = argument_of_wrapper(value); !wrapped.is_empty())
      return each_string(wrapped, use, depth + 1);
    if (const TokenRange content = inside(value); !content.is_empty()) {
      for (const TokenRange element : view_.split(content, ',')) each_string(element, use, depth + 1);
      return;
    }
    if (value.size() != 1 || !view_.at(value.begin).is_name()) return;
    const auto assigned = assigned_.find(view_.text(value.begin));
    if (assigned == assigned_.end()) return;
    for (const TokenRange part : assigned->second) each_string(part, use, depth + 1);
  }

  /// Every `"key": value` of a dictionary, also of one that has a name or is unpacked into it.
  void each_pair(TokenRange value, const UsePair& use, int depth) {
    if (depth > kDeepestValue || value.is_empty() || ++steps_ > kMostValues) return;
    if (const TokenRange content = inside(value); !content.is_empty()) {
      for (const TokenRange element : view_.split(content, ',')) {
        if (view_.at(element.begin).is(kPower)) {
          each_pair({.begin = element.begin + 1, .end = element.end}, use, depth + 1);
          continue;
        }
        const std::size_t colon = view_.find(element, ':');
        const auto key = view_.string({.begin = element.begin, .end = colon});
        if (colon != element.end && key) use(*key, {.begin = colon + 1, .end = element.end});
      }
      return;
    }
    if (value.size() != 1 || !view_.at(value.begin).is_name()) return;
    const auto assigned = assigned_.find(view_.text(value.begin));
    if (assigned == assigned_.end()) return;
    for (const TokenRange part : assigned->second) each_pair(part, use, depth + 1);
  }

  const std::string& file_;
  PythonTokens lexed_;
  PythonTokenView view_;
  std::vector<std::size_t> line_ends_;
  std::map<std::string, std::vector<TokenRange>, std::less<>> assigned_;
  SetupFile found_;
  int steps_ = 0;
};

}  // namespace

SetupFile read_setup_py(std::string_view text, const std::string& file) {
  constexpr std::size_t kLargest = 4U << 20U;
  return text.size() > kLargest ? SetupFile{} : SetupPyReader(text, file).run();
}

}  // namespace mlx
