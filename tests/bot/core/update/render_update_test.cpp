#include "bot/core/update/render_update.h"

#include <catch2/catch.hpp>

#include "bot/core/update/conflict_suggestions.h"
#include "tests/support/rendered_markdown.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Matchers::Contains;

namespace {

RepoPath path(const std::string& text) { return RepoPath::parse(text).value(); }

UpdatedComponent component(const std::string& name, const std::string& required_by = "") {
  return {.name = name,
          .from = {.major = 1},
          .to = {.major = 1, .minor = 1},
          .required_by = required_by,
          .upstream = ComponentChanges{},
          .files = {{.path = "src/" + name + ".py",
                     .moved_from = {},
                     .outcome = FileOutcome::kMerged,
                     .steps = {MergeStep::kImports}}}};
}

ChangePlan plan_with(std::vector<UpdatedComponent> components) {
  ChangePlan plan;
  plan.update.components = std::move(components);
  return plan;
}

/// A file whose second of three parts is a conflict.
FileConflict conflict(const std::string& file, const std::string& ours, const std::string& theirs) {
  FileConflict made{
      .path = path(file), .component = "api", .base = {}, .ours = {}, .theirs = {}, .merged = {}};
  made.merged.append("a\nb\n");
  made.merged.append(MergeConflict{.base = "", .ours = ours, .theirs = theirs});
  made.merged.append("c\nd\n");
  return made;
}

}  // namespace

TEST_CASE("titles of updates name what was asked for") {
  CHECK(update_title(plan_with({component("api")})) == "api 1.0.0 → 1.1.0");
  CHECK(update_title(plan_with({component("cache", "api"), component("api")})) == "api 1.0.0 → 1.1.0");
  CHECK(update_title(plan_with({component("api"), component("log")})) == "2 components");
}

TEST_CASE("an update names the versions that it brings, for the bot itself") {
  const ChangePlan plan = plan_with({component("log"), component("api")});
  const std::string body = render_update(plan, "all", false).body;
  CHECK(has_marker(body, update_marker(plan)));
  CHECK(marked_versions(body) == std::vector<std::string>{"api@1.1.0", "log@1.1.0"});
  CHECK(marked_versions("edited " + body).empty());
  CHECK_FALSE(has_marker(body, update_marker(plan_with({component("log")}))));
}

TEST_CASE("breaking changes come first") {
  UpdatedComponent api = component("api");
  api.upstream->list = {{.subject = ComponentChange::Subject::kRoute,
                         .kind = ChangeKind::kAdded,
                         .name = "GET /new",
                         .detail = {}},
                        {.subject = ComponentChange::Subject::kRoute,
                         .kind = ChangeKind::kRemoved,
                         .name = "GET /old",
                         .detail = {},
                         .breaks_users = true}};
  const std::string body = render_update(plan_with({api}), "api", false).body;
  CHECK(body.find("GET /old") < body.find("GET /new"));
  CHECK_THAT(body, Contains("⚠️ **Breaking:**"));
  CHECK_THAT(body, Contains("whether your own code uses what is listed as breaking"));
}

TEST_CASE("conflicts are quoted with both sides, whatever they hold") {
  ChangePlan plan = plan_with({component("api")});
  plan.update.components.front().files.front().outcome = FileOutcome::kConflict;
  plan.update.conflicts = {conflict("src/api.py", "```\n</details> @octocat Fixes #1\n", "x = 1\n")};
  const std::string body = render_update(plan, "api", false).body;
  const RenderedMarkdown shown = render_as_github(body);
  CHECK_THAT(body, Contains("hold your side"));
  CHECK_THAT(render_update(plan, "api", true).body, Contains("between git's markers"));
  bool is_quoted = false;
  for (const std::string& code : shown.codes)
    is_quoted = is_quoted || code.contains("</details> @octocat Fixes #1");
  CHECK(is_quoted);
  for (const std::string& segment : shown.segments) CHECK(reference_in(segment).empty());
}

TEST_CASE("text from outside mentions nobody and closes nothing") {
  UpdatedComponent api = component("api");
  api.upstream->list = {{.subject = ComponentChange::Subject::kSymbol,
                         .kind = ChangeKind::kChanged,
                         .name = "`@octocat`",
                         .detail = "Fixes #1 <img src=x>",
                         .breaks_users = true}};
  ChangePlan plan = plan_with({api});
  plan.findings.push_back({.code = "x",
                           .severity = Severity::kWarning,
                           .message = "closes #2 @octocat",
                           .remedy = "",
                           .evidence = {}});
  plan.environment.push_back(
      {.name = "TOKEN", .default_value = {}, .is_required = true, .description = "resolves #3 @octocat"});
  const RenderedMarkdown shown = render_as_github(render_update(plan, "api", false).body);
  for (const std::string& segment : shown.segments) {
    CAPTURE(segment);
    CHECK(reference_in(segment).empty());
  }
  CHECK_THAT(shown.html, !Contains("<img"));
}

TEST_CASE("an update's text fits into a pull request") {
  ChangePlan plan = plan_with({component("api")});
  for (int i = 0; i < 300; ++i) {
    const std::string file = "src/file" + std::to_string(i) + ".py";
    plan.update.components.front().files.push_back(
        {.path = file, .moved_from = {}, .outcome = FileOutcome::kConflict, .steps = {}});
    plan.update.conflicts.push_back(conflict(file, std::string(2000, 'x') + "\n", "y\n"));
  }
  const std::string body = render_update(plan, "api", false).body;
  CHECK(body.size() < 65'536);
  CHECK_THAT(body, Contains("too long to be quoted here") && Contains("mlx:rebase"));
}

TEST_CASE("the box that asks for a rebase") {
  const std::string body = render_update(plan_with({component("api")}), "api", false).body;
  std::string ticked = body;
  ticked.replace(ticked.find("- [ ] <!-- mlx:rebase"), 5, "- [x]");
  CHECK(asks_for_rebase(ticked, body));
  CHECK_FALSE(asks_for_rebase(ticked, ticked));
  CHECK_FALSE(asks_for_rebase(body, ticked));
  CHECK_FALSE(asks_for_rebase("[x]", ""));
}

TEST_CASE("suggestions are for lines that the forge shows") {
  ChangePlan plan = plan_with({component("api")});
  plan.update.conflicts = {conflict("src/api.py", "mine\nmine too\n", "theirs\n")};
  const std::string after = plan.update.conflicts.front().merged.text();
  const auto change = [&](const std::string& before) {
    plan.files = {{.path = path("src/api.py"), .before = before, .after = after}};
  };
  change("a\nB\nmine\nmine too\nc\nd\n");
  const auto found = conflict_suggestions(plan);
  REQUIRE(found.size() == 1);
  CHECK(found.front().first_line == 3);
  CHECK(found.front().last_line == 4);
  CHECK_THAT(found.front().body, Contains("```suggestion\ntheirs\n```"));
  SECTION("not where nothing changes nearby") {
    change(after);
    CHECK(conflict_suggestions(plan).empty());
    plan.files.clear();
    CHECK(conflict_suggestions(plan).empty());
  }
  SECTION("nor where there is no line of the user's") {
    plan.update.conflicts = {conflict("src/api.py", "", "theirs\n")};
    CHECK(conflict_suggestions(plan).empty());
  }
}
