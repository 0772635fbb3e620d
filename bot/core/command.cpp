#include "bot/core/command.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include "engine/base/suggest.h"
#include "engine/compat/rule.h"

namespace mlx::bot {
namespace {

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Document = std::unique_ptr<cmark_node, FreeNode>;

/// With what GitHub and GitLab make blocks of: tables and footnotes. Other extensions only
/// change what text looks like.
Document parse_document(std::string_view markdown) {
  static std::once_flag is_registered;
  std::call_once(is_registered, &cmark_gfm_core_extensions_ensure_registered);
  const std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(
      cmark_parser_new(CMARK_OPT_FOOTNOTES), &cmark_parser_free);
  cmark_parser_attach_syntax_extension(parser.get(), cmark_find_syntax_extension("table"));
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  return Document(cmark_parser_finish(parser.get()));
}

std::string_view literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Elements that people put text into which is not meant as their own words to MLX.
constexpr std::array<std::string_view, 8> kEnclosing = {"details", "blockquote", "pre",  "code",
                                                        "table",   "div",        "samp", "kbd"};

/// How many more of the enclosing elements does this HTML open than close?
int opened_elements(std::string_view html) {
  const std::string text = lower(html);
  int depth = 0;
  for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    if (text.compare(at, 4, "<!--") == 0) {
      at = text.find("-->", at);
      if (at == std::string::npos) break;
      continue;
    }
    const bool closes = text.compare(at + 1, 1, "/") == 0;
    const auto begin = at + (closes ? 2 : 1);
    const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", begin);
    const auto name =
        std::string_view(text).substr(begin, (end == std::string::npos ? text.size() : end) - begin);
    if (std::ranges::find(kEnclosing, name) != kEnclosing.end()) depth += closes ? -1 : 1;
  }
  return depth;
}

/// The lines of a paragraph as they are read. A line that begins with code or HTML, or lies
/// in HTML that is open, is marked by a control character, so that it cannot begin with a
/// command. Counts the HTML that the paragraph leaves open.
std::vector<std::string> lines_of(cmark_node* paragraph, int& html_depth) {
  constexpr char kNotText = '\x01';
  std::vector<std::string> lines(1, std::string(html_depth > 0 ? 1 : 0, kNotText));
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iterator(cmark_iter_new(paragraph),
                                                                         &cmark_iter_free);
  for (cmark_event_type event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator.get())) {
    if (event != CMARK_EVENT_ENTER) continue;
    cmark_node* node = cmark_iter_get_node(iterator.get());
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
      lines.emplace_back(html_depth > 0 ? 1 : 0, kNotText);
    } else if (type == CMARK_NODE_TEXT) {
      lines.back() += literal_of(node);
    } else if (type == CMARK_NODE_CODE) {
      if (lines.back().empty()) lines.back() += kNotText;
      lines.back() += literal_of(node);
    } else if (type == CMARK_NODE_HTML_INLINE) {
      if (lines.back().empty()) lines.back() += kNotText;
      html_depth = std::max(0, html_depth + opened_elements(literal_of(node)));
    } else if (type != CMARK_NODE_PARAGRAPH && lines.back().empty()) {
      lines.back() += kNotText;
    }
  }
  return lines;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line) {
    const bool separates = c == ' ' || c == '\t' || c == ',' || c == '\r';
    if (!separates) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

decltype(Command::action) parse_add(std::span<const std::string> arguments) {
  AddCommand add;
  for (const std::string& argument : arguments) {
    if (argument == "--overwrite") {
      add.overwrite = true;
    } else if (argument.starts_with("-")) {
      return InvalidCommand{"`add` has no option `" + argument + "`; the one it has is `--overwrite`."};
    } else if (std::ranges::find(add.components, argument) == add.components.end()) {
      add.components.push_back(argument);
    }
  }
  if (add.components.empty()) return InvalidCommand{"`add` needs the name of a component."};
  return add;
}

decltype(Command::action) parse_extract(std::span<const std::string> arguments) {
  ExtractCommand extract;
  for (const std::string& argument : arguments) {
    if (argument != "--prune") {
      return InvalidCommand{"`extract` takes no `" + argument +
                            "`; the one option that it has is `--prune`."};
    }
    extract.prune = true;
  }
  return extract;
}

decltype(Command::action) parse_update(std::span<const std::string> arguments) {
  UpdatesCommand update;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--to" && i + 1 < arguments.size()) {
      update.to = arguments[++i];
    } else if (argument.starts_with("-")) {
      return InvalidCommand{"`update` has no option `" + argument + "`; the one it has is `--to VERSION`."};
    } else if (std::ranges::find(update.names, argument) == update.names.end()) {
      update.names.push_back(argument);
    }
  }
  if (!update.to.empty() && update.names.size() != 1)
    return InvalidCommand{"`--to` is for one component: `update NAME --to " + update.to + "`."};
  return update;
}

/// `rebase` and `recreate` take nothing: they are about the pull request that they are written on. `ignore`
/// may name what it is about, `unignore` must.
decltype(Command::action) parse_manner(UpdatesCommand::Verb verb, const std::string& name,
                                       std::span<const std::string> arguments) {
  const bool takes_rule = verb == UpdatesCommand::Verb::kIgnore || verb == UpdatesCommand::Verb::kUnignore;
  if (arguments.size() > (takes_rule ? 1U : 0U)) {
    return InvalidCommand{
        takes_rule ? "`" + name + "` takes one `NAME`, or `NAME@RANGE` as in `api-serving@2.x`."
                   : "`" + name + "` takes nothing: write it on the pull request that it is about."};
  }
  if (verb == UpdatesCommand::Verb::kUnignore && arguments.empty())
    return InvalidCommand{"`unignore` needs what is ignored: `NAME`, or `NAME@RANGE`."};
  return UpdatesCommand{.verb = verb, .names = {arguments.begin(), arguments.end()}};
}

/// `check`, `diff`: names of components, each once, and no options.
template <typename NamesCommand>
decltype(Command::action) parse_names(const std::string& verb, std::span<const std::string> arguments) {
  NamesCommand command;
  for (const std::string& argument : arguments) {
    if (argument.starts_with("-")) return InvalidCommand{"`" + verb + "` has no option `" + argument + "`."};
    if (std::ranges::find(command.components, argument) == command.components.end())
      command.components.push_back(argument);
  }
  return command;
}

decltype(Command::action) parse_recommend(std::span<const std::string> arguments) {
  if (!arguments.empty()) return InvalidCommand{"`recommend` takes nothing: it looks at all that is here."};
  return RecommendCommand{};
}

/// Findings, by the names that stand below them. Everything else that is ignored is about updates.
bool are_findings(std::span<const std::string> names) {
  return !names.empty() &&
         std::ranges::all_of(names, [](const std::string& name) { return rule_named(name) != nullptr; });
}

decltype(Command::action) parse_explain(std::span<const std::string> arguments) {
  if (arguments.size() != 1)
    return InvalidCommand{"`explain` takes one finding, by the name that stands below it."};
  return ExplainCommand{.finding = arguments.front()};
}

decltype(Command::action) parse_action(std::span<const std::string> words) {
  static const std::vector<std::string> verbs = {"add",      "update",    "rebase", "recreate", "ignore",
                                                 "unignore", "list",      "status", "extract",  "check",
                                                 "explain",  "recommend", "diff",   "help"};
  if (words.empty()) return HelpCommand{};
  const std::string verb = lower(words.front());
  if (verb == "add") return parse_add(words.subspan(1));
  if (verb == "update") return parse_update(words.subspan(1));
  if (verb == "check") return parse_names<CheckCommand>(verb, words.subspan(1));
  if (verb == "diff") return parse_names<DiffCommand>(verb, words.subspan(1));
  if (verb == "recommend") return parse_recommend(words.subspan(1));
  if (verb == "explain") return parse_explain(words.subspan(1));
  if (verb == "ignore" && are_findings(words.subspan(1)))
    return IgnoreCommand{.names = {words.begin() + 1, words.end()}};
  using Verb = UpdatesCommand::Verb;
  for (const auto& [name, manner] :
       {std::pair("rebase", Verb::kRebase), std::pair("recreate", Verb::kRecreate),
        std::pair("ignore", Verb::kIgnore), std::pair("unignore", Verb::kUnignore)}) {
    if (verb == name) return parse_manner(manner, name, words.subspan(1));
  }
  if (verb == "list") return ListCommand{};
  if (verb == "status") return StatusCommand{};
  if (verb == "extract") return parse_extract(words.subspan(1));
  if (verb == "help") return HelpCommand{};
  return InvalidCommand{"`" + words.front() + "` is not a command" + did_you_mean(verb, verbs) + "."};
}

}  // namespace

std::vector<Command> parse_commands(std::string_view markdown, std::string_view prefix) {
  std::vector<Command> commands;
  const Document document = parse_document(markdown);
  int html_depth = 0;
  for (cmark_node* block = cmark_node_first_child(document.get()); block != nullptr;
       block = cmark_node_next(block)) {
    if (cmark_node_get_type(block) == CMARK_NODE_HTML_BLOCK) {
      html_depth = std::max(0, html_depth + opened_elements(literal_of(block)));
    }
    if (cmark_node_get_type(block) != CMARK_NODE_PARAGRAPH) continue;
    for (const std::string& line : lines_of(block, html_depth)) {
      const auto words = words_of(line);
      if (words.empty() || words.front() != prefix) continue;
      std::string simplified;
      for (const std::string& word : words) simplified += (simplified.empty() ? "" : " ") + word;
      commands.push_back(
          {.line = std::move(simplified), .action = parse_action(std::span(words).subspan(1))});
    }
  }
  return commands;
}

std::vector<Command> parse_added_commands(std::string_view markdown, std::string_view previous,
                                          std::string_view prefix) {
  std::map<std::string, int> old;
  for (Command& command : parse_commands(previous, prefix)) ++old[std::move(command.line)];
  std::vector<Command> added;
  for (Command& command : parse_commands(markdown, prefix)) {
    int& left = old[command.line];
    if (left > 0) {
      --left;
    } else {
      added.push_back(std::move(command));
    }
  }
  return added;
}

}  // namespace mlx::bot
