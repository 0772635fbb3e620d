#include "bot/core/render.h"

#include <catch2/catch.hpp>

#include "engine/base/digest.h"
#include "engine/index/memory_snapshot.h"
#include "tests/support/rendered_markdown.h"
#include "tests/support/test_registry.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;

namespace {

constexpr std::size_t kLongestOnGithub = 65'536;
constexpr const char* kHostile =
    "Fixes #12 @octocat </details> <script>alert(1)</script> | `x` ``` [a](http://x.y) www.x.y\n# end\n\n- "
    "GH-7 \\";

FileChange created(const std::string& path, std::string text = "x\n") {
  return {.path = RepoPath::parse(path).value(), .before = {}, .after = std::move(text)};
}

FileChange changed(const std::string& path) {
  return {.path = RepoPath::parse(path).value(), .before = "a\n", .after = "b\n"};
}

ChangePlan plan() {
  return {.files = {created("mlx.lock"), changed("pyproject.toml"), created("src/web/app.py")},
          .findings = {{.code = "range-differs",
                        .severity = Severity::kInfo,
                        .message = "it is newer",
                        .remedy = "",
                        .evidence = {}},
                       {.code = "version-conflict",
                        .severity = Severity::kWarning,
                        .message = "the project wants an older one",
                        .remedy = "raise it",
                        .evidence = {{.file = "pyproject.toml", .line = 9}, {.file = "setup.py"}}}},
          .components = {{.name = "settings",
                          .version = Version::parse("2.0.1").value(),
                          .title = "Settings",
                          .description = "Reads settings.",
                          .required_by = "web",
                          .file_count = 1},
                         {.name = "web",
                          .version = Version::parse("1.2.0").value(),
                          .title = "Web",
                          .description = "Answers requests.",
                          .required_by = "",
                          .file_count = 2}},
          .distributions = {{.requirement = "fastapi>=0.115,<1", .group = "", .component = "web"},
                            {.requirement = "httpx>=0.27", .group = "dev", .component = "web"}},
          .environment = {{.name = "WEB_HOST", .default_value = "0.0.0.0", .description = "Where to listen."},
                          {.name = "WEB_KEY", .is_required = true, .is_secret = true}},
          .dependency_file = "pyproject.toml"};
}

ProposalText proposal(const ChangePlan& change, const std::string& sender = "octocat") {
  const MemorySnapshot project;
  const MemorySnapshot catalogue(registry_files({}));
  const Registry registry = Registry::open(catalogue, "test").value();
  return render_add_proposal(
      {.components = {"web"}}, change,
      {.project = project, .registry = registry, .base_branch = "main", .issue = 7, .sender = sender});
}

/// No reference but the ones that the bot itself makes.
void check_is_harmless(const std::string& markdown, const std::string& own_reference = "") {
  const RenderedMarkdown rendered = render_as_github(markdown);
  CAPTURE(markdown, rendered.html);
  for (const std::string& segment : rendered.segments) {
    const bool is_own = !own_reference.empty() && segment.find(own_reference) != std::string::npos;
    if (!is_own) CHECK(reference_in(segment).empty());
  }
  CHECK(rendered.html.find("<script") == std::string::npos);
  CHECK(rendered.html.find("<a ") == std::string::npos);
  CHECK(rendered.html.find("<img") == std::string::npos);
}

long occurrences(const std::string& text, const std::string& part) {
  long count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace

TEST_CASE("a pull request says what it brings") {
  const ProposalText text = proposal(plan());
  CHECK(text.title == "Add web");
  CHECK(text.commit_message == "Add web\n\n- settings 2.0.1, required by web\n- web 1.2.0\n");
  const std::string& body = text.body;
  SECTION("who asked, and where") { CHECK_THAT(body, Contains("`octocat`") && Contains("#7")); }
  SECTION("components, those that were asked for first") {
    const auto web = body.find("| `web` | 1.2.0 | 2 | Answers requests. |");
    const auto settings = body.find("| `settings` | 2.0.1 | 1 | required by `web` |");
    REQUIRE(web != std::string::npos);
    REQUIRE(settings != std::string::npos);
    CHECK(web < settings);
  }
  SECTION("files") {
    CHECK_THAT(body, Contains("- `mlx.lock`\n") && Contains("- `pyproject.toml` (changed)\n") &&
                         Contains("- `src/web/app.py`\n"));
    CHECK_THAT(body, Contains("2 new files, 1 changed"));
  }
  SECTION("dependencies") {
    CHECK_THAT(body, Contains("- `fastapi>=0.115,<1`, for `web`\n") &&
                         Contains("- `httpx>=0.27` in group `dev`, for `web`\n"));
  }
  SECTION("variables, the required ones first") {
    const auto key = body.find("| `WEB_KEY` | **required** (secret) |");
    const auto host = body.find("| `WEB_HOST` | `0.0.0.0` | Where to listen. |");
    REQUIRE(key != std::string::npos);
    REQUIRE(host != std::string::npos);
    CHECK(key < host);
    CHECK_THAT(body, Contains("**1 variable must be set"));
  }
  SECTION("findings, the worst first") {
    const auto warning = body.find("the project wants an older one");
    const auto info = body.find("it is newer");
    REQUIRE(warning != std::string::npos);
    REQUIRE(info != std::string::npos);
    CHECK(warning < info);
    CHECK_THAT(body, Contains("`pyproject.toml:9`") && Contains("`setup.py`") && Contains("raise it"));
  }
  SECTION("how to undo it") { CHECK_THAT(body, Contains("git revert -m 1")); }
  SECTION("as GitHub shows it") {
    const RenderedMarkdown rendered = render_as_github(body);
    CHECK(rendered.count("table") == 2);
    CHECK(rendered.count("table_row") == 4);
    check_is_harmless(body, "#7");
  }
}

TEST_CASE("a plan without dependencies, variables and findings has no such headings") {
  ChangePlan small = plan();
  small.distributions.clear();
  small.environment.clear();
  small.findings.clear();
  const std::string body = proposal(small).body;
  CHECK(render_as_github(body).count("heading") == 2);
}

TEST_CASE("what a hostile registry says is text and nothing else") {
  ChangePlan hostile = plan();
  hostile.components.back().description = kHostile;
  hostile.environment.front().description = kHostile;
  hostile.environment.front().default_value = "a|b\\|c`d";
  hostile.findings.front().message = kHostile;
  hostile.findings.front().remedy = kHostile;
  hostile.findings.front().evidence = {{.file = kHostile, .line = 1}};
  const RenderedMarkdown clean = render_as_github(proposal(plan()).body);
  const std::string body = proposal(hostile, kHostile).body;
  check_is_harmless(body, "#7");
  const RenderedMarkdown rendered = render_as_github(body);
  CHECK(rendered.count("table") == clean.count("table"));
  CHECK(rendered.count("table_cell") == clean.count("table_cell"));
  CHECK(rendered.count("heading") == clean.count("heading"));
  CHECK(rendered.count("item") == clean.count("item"));
  CHECK(rendered.count("html_block") == clean.count("html_block"));
  CHECK(rendered.count("code_block") == 0);
  CHECK(occurrences(rendered.html, "</details>") == 1);
}

TEST_CASE("a default with a bar stays in its cell and reads the same") {
  for (const std::string value : {"a|b", "|", "a||b", "a\\|b", "a`|`b", "\\", "<b>|&amp;", "@me|#1"}) {
    ChangePlan one = plan();
    one.environment = {{.name = "A", .default_value = value, .description = "d"}};
    one.findings.clear();
    const std::string body = proposal(one).body;
    const RenderedMarkdown rendered = render_as_github(body);
    CAPTURE(value, rendered.html);
    CHECK(rendered.count("table_cell") == 4 * 3 + 3 * 2);
    CHECK_THAT(rendered.text, Contains("A" + value + "d"));
  }
}

TEST_CASE("a list and a status keep what a hostile registry or project says in its place") {
  std::vector<TestComponent> components = two_components();
  for (TestComponent& component : components) component.description = kHostile;
  const MemorySnapshot catalogue(registry_files(components));
  const Registry registry = Registry::open(catalogue, "a `hostile` | @registry").value();
  const std::string list = render_list(registry, {});
  check_is_harmless(list);
  CHECK(render_as_github(list).count("table_cell") == 12);

  const ProjectStatus status{.registry = "test",
                             .components = {{.name = "web",
                                             .version = Version::parse("1.0.0").value(),
                                             .latest = {},
                                             .changed_files = {"src/a|b.py", "src/`c`.py", "@octocat #12"},
                                             .missing_files = {"</details>|"},
                                             .missing_requirements = {"settings"}}}};
  const std::string text = render_status(status);
  check_is_harmless(text);
  const RenderedMarkdown rendered = render_as_github(text);
  CHECK(rendered.count("table_cell") == 10);
  CHECK_THAT(rendered.text, Contains("src/a|b.py") && Contains("src/`c`.py"));
}

TEST_CASE("errors, refusals and findings quote people without obeying them") {
  const Error error{ErrorCode::kInvalidInput, kHostile, {.file = kHostile, .line = 3, .column = 5}};
  ChangePlan blocked;
  blocked.findings = {{.code = "x",
                       .severity = Severity::kError,
                       .message = kHostile,
                       .remedy = kHostile,
                       .evidence = {{.file = kHostile}}}};
  const CommentEvent event{.repository = {.owner = "octo-team", .name = "shop"}, .sender = kHostile};
  for (const std::string& text :
       {render_error(error), render_forge_refusal(error), render_gave_up(error), render_blocked(blocked),
        render_nothing_to_add(blocked), render_invalid({.problem = kHostile}),
        render_no_write_access(event.repository, event.sender),
        render_reply("<!-- mlx:reply -->", {{.line = kHostile, .succeeded = false, .answer = "no"}})}) {
    check_is_harmless(text);
    CHECK(render_as_github(text).count("code_block") == 0);
    CHECK(render_as_github(text).count("heading") == 0);
  }
}

TEST_CASE("an error names the place") {
  CHECK_THAT(
      render_error({ErrorCode::kInvalidInput, "wrong", {.file = "pyproject.toml", .line = 3, .column = 5}}),
      Contains("`pyproject.toml:3:5`") && Contains("wrong"));
  CHECK_THAT(render_error({ErrorCode::kNotFound, "no such component"}), Contains("/mlx list"));
}

TEST_CASE("a body that is too long is cut between characters, below what GitHub takes") {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    ChangePlan large = plan();
    large.components.back().description = std::string(shift, 'x');
    for (int i = 0; i < 30'000; ++i) large.components.back().description += "→";
    const std::string body = proposal(large).body;
    CHECK(body.size() < kLongestOnGithub);
    CHECK(body.size() > 60'000);
    CHECK(is_utf8(body));

    const std::string reply = render_reply("<!-- mlx:reply x -->",
                                           {{.line = "/mlx list", .succeeded = true, .answer = body + body}});
    CHECK(reply.size() < kLongestOnGithub);
    CHECK(is_utf8(reply));
    CHECK(reply.starts_with("<!-- mlx:reply x -->\n"));
  }
}

TEST_CASE("a body with very many files is cut, and what comes after it does not end up inside") {
  ChangePlan large = plan();
  for (int i = 0; i < 5'000; ++i)
    large.files.push_back(created("src/web/module_" + std::to_string(i) + ".py"));
  const std::string body = proposal(large).body;
  CHECK(body.size() < kLongestOnGithub);
  CHECK(occurrences(body, "<details>") == occurrences(body, "</details>"));
  CHECK_THAT(body, Contains("git revert -m 1"));
  CHECK_THAT(body, Contains("`fastapi>=0.115,<1`"));
}

TEST_CASE("a reply is found again by comment and commands") {
  const auto commands = [](const char* text) { return parse_commands(text, "/mlx"); };
  const std::string marker = reply_marker("41", commands("/mlx list"));
  CHECK(marker == reply_marker("41", commands("text\n\n/mlx  list")));
  CHECK(marker != reply_marker("42", commands("/mlx list")));
  CHECK(marker != reply_marker("41", commands("/mlx status")));
  CHECK(marker != reply_marker("41", commands("/mlx list\n/mlx list")));
  // What the comment says cannot close the HTML comment that the marker is.
  const std::string hostile = reply_marker("41", commands("/mlx add -->x"));
  CHECK(hostile.find("-->") == hostile.size() - 3);

  const std::string reply = render_reply(marker, {{.line = "/mlx list", .succeeded = true, .answer = "one"},
                                                  {.line = "/mlx x", .succeeded = false, .answer = "two"}});
  CHECK(is_reply(reply));
  CHECK(reply.starts_with(marker));
  CHECK_FALSE(is_reply("/mlx list"));
  CHECK_FALSE(is_reply("> " + reply));
  CHECK_THAT(reply, Contains("🚀 `/mlx list`") && Contains("😕 `/mlx x`"));
  // The bot does not take commands from what it wrote itself.
  CHECK(parse_commands(reply, "/mlx").empty());
  CHECK(parse_commands(render_help(), "/mlx").empty());
}

TEST_CASE("what became of a proposal") {
  const Proposal proposal{.branch = "mlx/add/web", .plan = plan()};
  using Kind = ProposalResult::Kind;
  for (const Kind kind : {Kind::kCreated, Kind::kUpdated, Kind::kUnchanged}) {
    CHECK_THAT(render_proposal_result(proposal, {.kind = kind, .number = 9}), Contains("#9"));
  }
  CHECK_THAT(render_proposal_result(proposal, {.kind = Kind::kForeignCommits}), Contains("`mlx/add/web`"));
  CHECK_THAT(render_too_many_commands(6, 5), Contains("6 commands") && Contains("5"));
}
