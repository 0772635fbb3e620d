#include "bot/core/command.h"

#include <chrono>

#include <catch2/catch.hpp>

using namespace mlx::bot;

namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::vector<Command>& commands) {
  Lines lines;
  for (const Command& command : commands) lines.push_back(command.line);
  return lines;
}

Lines lines_in(std::string_view markdown) { return lines_of(parse_commands(markdown, "/mlx")); }

Lines lines_added(std::string_view before, std::string_view after) {
  return lines_of(parse_added_commands(after, before, "/mlx"));
}

Command only_command_in(std::string_view markdown) {
  const auto commands = parse_commands(markdown, "/mlx");
  REQUIRE(commands.size() == 1);
  return commands.front();
}

AddCommand add_in(std::string_view markdown) {
  const Command command = only_command_in(markdown);
  REQUIRE(std::holds_alternative<AddCommand>(command.action));
  return std::get<AddCommand>(command.action);
}

std::string problem_in(std::string_view markdown) {
  const Command command = only_command_in(markdown);
  REQUIRE(std::holds_alternative<InvalidCommand>(command.action));
  return std::get<InvalidCommand>(command.action).problem;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

struct Case {
  std::string name;
  std::string markdown;
  Lines expected;
};

}  // namespace

TEST_CASE("commands are the lines of ordinary paragraphs that begin with the prefix") {
  const std::vector<Case> cases = {
      {"nothing", "", {}},
      {"blank lines", "\n \n\t\n", {}},
      {"plain", "/mlx list", {"/mlx list"}},
      {"with a line end", "/mlx list\n", {"/mlx list"}},
      {"CRLF", "/mlx list\r\n/mlx status\r\n", {"/mlx list", "/mlx status"}},
      {"old Mac line ends", "/mlx list\r/mlx status", {"/mlx list", "/mlx status"}},
      {"three spaces before", "   /mlx list", {"/mlx list"}},
      {"white space is simplified", "/mlx \t add   api-serving \t", {"/mlx add api-serving"}},
      {"trailing backslash breaks the line", "/mlx list\\\n/mlx status", {"/mlx list", "/mlx status"}},
      {"two spaces break the line", "/mlx list  \n/mlx status", {"/mlx list", "/mlx status"}},
      {"after a sentence's line", "Please, bot:\n/mlx list", {"/mlx list"}},
      {"within a sentence", "Please /mlx list", {}},
      {"several", "/mlx list\n\ntext\n\n/mlx status\n/mlx help", {"/mlx list", "/mlx status", "/mlx help"}},
      {"the prefix is a word", "/mlxadd api-serving\n/mlx-list\n//mlx list\nmlx list", {}},
      {"the prefix has one spelling", "/MLX list\n/Mlx list", {}},
      {"by itself", "/mlx", {"/mlx"}},
      {"with punctuation", "/mlx: list", {}},
      {"a prefix in bold", "**/mlx list**", {}},
      {"emphasis around a name", "/mlx add *api-serving*", {"/mlx add api-serving"}},
      {"bold around a name", "/mlx add **api-serving** __data__", {"/mlx add api-serving data"}},
      {"a name as code", "/mlx add `api-serving`", {"/mlx add api-serving"}},
      {"an entity", "/mlx add api&#45;serving", {"/mlx add api-serving"}},
      {"a link around a name", "/mlx add [api-serving](https://example.org)", {"/mlx add api-serving"}},
      {"an escaped prefix reads the same", "\\/mlx list", {"/mlx list"}},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(lines_in(c.markdown) == c.expected);
  }
}

TEST_CASE("no commands in code") {
  const std::vector<Case> cases = {
      {"indented", "    /mlx list", {}},
      {"indented by a tab", "\t/mlx list", {}},
      {"four spaces within a paragraph are no code", "text\n    /mlx list", {"/mlx list"}},
      {"fenced", "```\n/mlx list\n```", {}},
      {"fenced with a language", "```sh\n/mlx list\n```\n\n/mlx status", {"/mlx status"}},
      {"fenced by tildes", "~~~\n/mlx list\n~~~", {}},
      {"a fence within a fence", "````\n```\n/mlx list\n```\n/mlx status\n````", {}},
      {"unclosed", "```\n/mlx list\n", {}},
      {"a fence is not closed by the other kind", "```\n~~~\n/mlx list", {}},
      {"a span at the line's start", "`/mlx list`", {}},
      {"a span around the prefix", "`/mlx` list", {}},
      {"a span over lines", "see `this\n/mlx list\nand that`", {}},
      {"a span that begins the paragraph", "``\n/mlx list\n``", {}},
      {"a span that does not end is none", "see `this\n/mlx list", {"/mlx list"}},
      {"after a span at the line's start", "`x` /mlx list", {}},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(lines_in(c.markdown) == c.expected);
  }
}

TEST_CASE("no commands in quotations, lists, headings, tables and footnotes") {
  const std::vector<Case> cases = {
      {"quoted", "> /mlx list", {}},
      {"quoted without a space", ">/mlx list", {}},
      {"lazy continuation", "> somebody wrote\n/mlx list", {}},
      {"after a quotation and a blank line", "> somebody wrote\n\n/mlx list", {"/mlx list"}},
      {"nested quotations", "> > > /mlx list\n> /mlx status", {}},
      {"bullet", "- /mlx list", {}},
      {"other bullets", "* /mlx list\n+ /mlx status", {}},
      {"number", "1. /mlx list", {}},
      {"task", "- [ ] /mlx list", {}},
      {"lazy continuation of an item", "- one\n/mlx list", {}},
      {"second paragraph of an item", "- one\n\n  /mlx list", {}},
      {"after a list", "- one\n\n/mlx list", {"/mlx list"}},
      {"heading", "# /mlx list", {}},
      {"heading by underlining", "/mlx list\n====", {}},
      {"cell", "| a | b |\n|---|---|\n| /mlx list | x |", {}},
      {"row without bars at its ends", "a | b\n--|--\n/mlx list | x", {}},
      {"row of one cell", "| a | b |\n|---|---|\n/mlx list", {}},
      {"head of a table", "/mlx list | b\n--|--\nx | y", {}},
      {"after a table", "| a |\n|---|\n| b |\n\n/mlx list", {"/mlx list"}},
      {"link text", "[/mlx list](https://example.org)", {}},
      {"image", "![/mlx list](https://example.org/x.png)", {}},
      {"link definition", "[x]: /mlx list", {}},
      {"title of a link over lines", "[x](/y \"\n/mlx list\n\")", {}},
      {"footnote", "text[^1]\n\n[^1]: note\n/mlx list", {}},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(lines_in(c.markdown) == c.expected);
  }
}

TEST_CASE("no commands in HTML") {
  const std::vector<Case> cases = {
      {"comment", "<!-- /mlx list -->", {}},
      {"comment over lines", "<!--\n/mlx list\n-->", {}},
      {"comment with blank lines", "<!--\n\n/mlx list\n\n-->\n\n/mlx status", {"/mlx status"}},
      {"unclosed comment", "<!--\n\n/mlx list", {}},
      {"comment within a paragraph", "text <!--\n/mlx list\n--> text", {}},
      {"after a comment on the line", "text\n<b>x</b> /mlx list", {}},
      {"details", "<details>\n/mlx list\n</details>", {}},
      {"details with blank lines",
       "<details><summary>log</summary>\n\n/mlx list\n\n</details>\n\n/mlx status",
       {"/mlx status"}},
      {"details in details",
       "<details>\n\n<details>\n\n/mlx list\n\n</details>\n\n/mlx list\n\n</details>\n\n/mlx status",
       {"/mlx status"}},
      {"details in capitals", "<DETAILS>\n\n/mlx list\n\n</DETAILS>", {}},
      {"unclosed details", "<details>\n\n/mlx list", {}},
      {"closed once too often", "</details>\n\n/mlx list\n\n<details>\n\n/mlx status", {"/mlx list"}},
      {"pre", "<pre>\n/mlx list\n\n/mlx status\n</pre>", {}},
      {"block quotation", "<blockquote>\n\n/mlx list\n\n</blockquote>", {}},
      {"details that only a comment has",
       "<!-- write <details> around long logs -->\n\n/mlx list",
       {"/mlx list"}},
      {"details that begin within a paragraph",
       "the log: <details>\n\n/mlx list\n\n</details>\n\n/mlx status",
       {"/mlx status"}},
      {"code that begins within a paragraph", "such as <code>\n/mlx list\n</code>", {}},
      {"code on one line", "such as <code>x</code>\n/mlx list", {"/mlx list"}},
      {"a line break", "text<br>\n/mlx list", {"/mlx list"}},
      {"an element that is not a place", "<details-menu>\n\n/mlx list", {"/mlx list"}},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(lines_in(c.markdown) == c.expected);
  }
}

TEST_CASE("what a command asks for") {
  CHECK(add_in("/mlx add api-serving") == AddCommand{.components = {"api-serving"}});
  CHECK(add_in("/mlx add b a b") == AddCommand{.components = {"b", "a"}});
  CHECK(add_in("/mlx add a,b, c") == AddCommand{.components = {"a", "b", "c"}});
  CHECK(add_in("/mlx ADD a") == AddCommand{.components = {"a"}});
  CHECK(add_in("/mlx add --overwrite a") == AddCommand{.components = {"a"}, .overwrite = true});
  CHECK(add_in("/mlx add a --overwrite b") == AddCommand{.components = {"a", "b"}, .overwrite = true});
  CHECK(add_in("/mlx add a.") == AddCommand{.components = {"a."}});
  CHECK(only_command_in("/mlx list").action == decltype(Command::action)(ListCommand{}));
  CHECK(only_command_in("/mlx List of what there is").action == decltype(Command::action)(ListCommand{}));
  CHECK(only_command_in("/mlx extract").action == decltype(Command::action)(ExtractCommand{}));
  CHECK(only_command_in("/mlx extract --prune").action ==
        decltype(Command::action)(ExtractCommand{.prune = true}));
  CHECK(only_command_in("/mlx status").action == decltype(Command::action)(StatusCommand{}));
  CHECK(only_command_in("/mlx help").action == decltype(Command::action)(HelpCommand{}));
  CHECK(only_command_in("/mlx").action == decltype(Command::action)(HelpCommand{}));
}

TEST_CASE("what cannot be carried out says what is wrong") {
  CHECK_THAT(problem_in("/mlx ad api-serving"), Catch::Contains("`ad`") && Catch::Contains("`add`"));
  CHECK_THAT(problem_in("/mlx STATSU"), Catch::Contains("`STATSU`") && Catch::Contains("`status`"));
  CHECK_THAT(problem_in("/mlx frobnicate"),
             Catch::Contains("`frobnicate`") && !Catch::Contains("did you mean"));
  CHECK_THAT(problem_in("/mlx add"), Catch::Contains("name"));
  CHECK_THAT(problem_in("/mlx add --overwrite"), Catch::Contains("name"));
  CHECK_THAT(problem_in("/mlx add a --force"),
             Catch::Contains("`--force`") && Catch::Contains("`--overwrite`"));
  CHECK_THAT(problem_in("/mlx extract --force"),
             Catch::Contains("`--force`") && Catch::Contains("`--prune`"));
  CHECK_THAT(problem_in("/mlx extract web"), Catch::Contains("`web`"));
}

TEST_CASE("another prefix may be configured") {
  CHECK(lines_of(parse_commands("/ml list\n/mlx list", "/ml")) == Lines{"/ml list"});
  CHECK(lines_of(parse_commands("@acme-bot list", "@acme-bot")) == Lines{"@acme-bot list"});
}

TEST_CASE("bytes that are no text do no harm") {
  CHECK(lines_in(std::string("/mlx list\0\n/mlx status", 22)) ==
        Lines{"/mlx list\xEF\xBF\xBD", "/mlx status"});
  CHECK(lines_in(std::string("\0/mlx list", 10)).empty());
  CHECK(lines_in("\xFF\xFE\n/mlx status\n\xC3") == Lines{"/mlx status"});
  CHECK(lines_in("\xEF\xBB\xBF/mlx list") == Lines{"/mlx list"});
  CHECK(lines_in("/mlx list\xC2\xA0") == Lines{"/mlx list\xC2\xA0"});
}

TEST_CASE("the largest and the most nested comments are read in no time") {
  constexpr std::size_t kLongest = 65'536;
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"text", std::string(kLongest, 'x')},
      {"quotations", std::string(10'000, '>') + " /mlx list"},
      {"quotations, again and again", repeated(std::string(127, '>') + "\n", kLongest / 128)},
      {"brackets", std::string(10'000, '[') + "\n/mlx list\n" + std::string(10'000, ']')},
      {"links", repeated("[a](", kLongest / 4)},
      {"emphasis", repeated("*a_ ", kLongest / 4)},
      {"underscores", std::string(kLongest, '_')},
      {"back-quotes", repeated("`a``", kLongest / 4)},
      {"angles", repeated("<a ", kLongest / 3)},
      {"comments", repeated("<!--", kLongest / 4)},
      {"lists", repeated("- ", kLongest / 2)},
      {"ampersands", repeated("&a", kLongest / 2)},
      {"table", "|" + repeated("a|", 5'000) + "\n|" + repeated("-|", 5'000) + "\n" + repeated("|\n", 5'000)},
      {"elements", repeated("<details>\n\n", kLongest / 11)},
  };
  for (const auto& [name, body] : bodies) {
    INFO(name);
    const auto start = std::chrono::steady_clock::now();
    (void)parse_commands(body, "/mlx");
    // Generous: what is not linear takes minutes.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  }
}

TEST_CASE("as many commands as a comment holds are compared with as many before an edit") {
  std::string before;
  std::string after;
  for (int i = 0; i < 5'000; ++i) {
    before += "/mlx x" + std::to_string(i) + "\n";
    after += "/mlx x" + std::to_string(4'999 - i) + "\n";
  }
  const auto start = std::chrono::steady_clock::now();
  CHECK(lines_added(before, after + "/mlx list\n") == Lines{"/mlx list"});
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("an edit adds the commands that were not there before") {
  CHECK(lines_added("", "/mlx list") == Lines{"/mlx list"});
  CHECK(lines_added("/mlx list", "/mlx list").empty());
  CHECK(lines_added("/mlx list", "/mlx list\n/mlx status") == Lines{"/mlx status"});
  CHECK(lines_added("/mlx list\n/mlx status", "/mlx list").empty());
  CHECK(lines_added("/mlx list", "/mlx list\n/mlx list") == Lines{"/mlx list"});
  CHECK(lines_added("/mlx list\n/mlx list", "/mlx list\n/mlx list\n/mlx list") == Lines{"/mlx list"});
  CHECK(lines_added("/mlx list\n/mlx status", "/mlx status\n\ntext\n\n/mlx list").empty());
  CHECK(lines_added("/mlx  list", "/mlx list").empty());
  CHECK(lines_added("/mlx add a", "/mlx add a b") == Lines{"/mlx add a b"});
  CHECK(lines_added("`/mlx list`", "/mlx list") == Lines{"/mlx list"});
  CHECK(lines_added("/mlx list", "> /mlx list\n\n/mlx status") == Lines{"/mlx status"});
  CHECK(lines_added("/mlx status\n/mlx list", "/mlx help\n/mlx list\n/mlx status\n/mlx list") ==
        Lines{"/mlx help", "/mlx list"});
}

TEST_CASE("commands about updates") {
  using Verb = UpdatesCommand::Verb;
  const auto updates_in = [](std::string_view markdown) {
    const Command command = only_command_in(markdown);
    REQUIRE(std::holds_alternative<UpdatesCommand>(command.action));
    return std::get<UpdatesCommand>(command.action);
  };
  CHECK(updates_in("/mlx update") == UpdatesCommand{.verb = Verb::kUpdate, .names = {}});
  CHECK(updates_in("/mlx update api, log api") ==
        UpdatesCommand{.verb = Verb::kUpdate, .names = {"api", "log"}});
  CHECK(updates_in("/mlx Update api --to 1.2.0") ==
        UpdatesCommand{.verb = Verb::kUpdate, .names = {"api"}, .to = "1.2.0"});
  CHECK(updates_in("/mlx rebase").verb == Verb::kRebase);
  CHECK(updates_in("/mlx recreate").verb == Verb::kRecreate);
  CHECK(updates_in("/mlx ignore").names.empty());
  CHECK(updates_in("/mlx ignore api@2.x").names == std::vector<std::string>{"api@2.x"});
  CHECK(updates_in("/mlx unignore api").verb == Verb::kUnignore);
  CHECK(problem_in("/mlx update --to 1.2.0").find("for one component") != std::string::npos);
  CHECK(problem_in("/mlx update api --to").find("no option `--to`") != std::string::npos);
  CHECK(problem_in("/mlx update api --force").find("no option `--force`") != std::string::npos);
  CHECK(problem_in("/mlx rebase api").find("takes nothing") != std::string::npos);
  CHECK(problem_in("/mlx ignore api log").find("takes one") != std::string::npos);
  CHECK(problem_in("/mlx unignore").find("needs what is ignored") != std::string::npos);
  CHECK(problem_in("/mlx updat").find("did you mean `update`?") != std::string::npos);
}

TEST_CASE("commands about findings and recommendations") {
  const auto action_in = [](std::string_view markdown) { return only_command_in(markdown).action; };
  using Action = decltype(Command::action);
  CHECK(action_in("/mlx check api, log api") == Action(CheckCommand{.components = {"api", "log"}}));
  CHECK(action_in("/mlx diff") == Action(DiffCommand{}));
  CHECK(action_in("/mlx diff api log api") == Action(DiffCommand{.components = {"api", "log"}}));
  CHECK(action_in("/mlx Recommend") == Action(RecommendCommand{}));
  CHECK(action_in("/mlx ignore blocking-call route-collision-3f9a2c10") ==
        Action(IgnoreCommand{.names = {"blocking-call", "route-collision-3f9a2c10"}}));
  CHECK(problem_in("/mlx ignore blocking-call api").find("takes one") != std::string::npos);
  CHECK(problem_in("/mlx recommend api").find("takes nothing") != std::string::npos);
  CHECK(problem_in("/mlx diff --stat").find("no option `--stat`") != std::string::npos);
  CHECK(problem_in("/mlx dif").find("did you mean `diff`?") != std::string::npos);
}
