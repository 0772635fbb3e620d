#include "bot/core/render_changes.h"

#include <catch2/catch.hpp>

#include "bot/core/render.h"
#include "tests/support/rendered_markdown.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;

namespace {

using Subject = ComponentChange::Subject;

constexpr std::size_t kLongestOnGithub = 65'536;
constexpr const char* kHostile =
    "Fixes #12 @octocat </details> <script>alert(1)</script> | `x` ``` [a](http://x.y) www.x.y\n# end\n\n- "
    "GH-7 \\";
const ReviewedHead kHead = {.sha = "0123456789abcdef0123456789abcdef01234567"};

Version version(const char* text) { return Version::parse(text).value(); }

ReviewedComponent changed(const std::string& name, std::vector<ComponentChange> list, const char* next) {
  return {.name = name,
          .before = version("1.0.0"),
          .after = version("1.0.0"),
          .file_count = 0,
          .changes = {.list = std::move(list), .next_version = version(next)}};
}

ComponentChange change(Subject subject, ChangeKind kind, std::string name, std::string detail = "",
                       bool breaks_users = false) {
  return {.subject = subject,
          .kind = kind,
          .name = std::move(name),
          .detail = std::move(detail),
          .breaks_users = breaks_users};
}

void check_is_harmless(const std::string& markdown) {
  const RenderedMarkdown rendered = render_as_github(markdown);
  CAPTURE(markdown, rendered.html);
  for (const std::string& segment : rendered.segments) CHECK(reference_in(segment).empty());
  CHECK(rendered.html.find("<script") == std::string::npos);
  CHECK(rendered.html.find("<a ") == std::string::npos);
}

}  // namespace

TEST_CASE("every kind of change has its line, those that break users first") {
  const PlatformReview review{
      .components = {changed("web",
                             {change(Subject::kFile, ChangeKind::kChanged, "src/web.py"),
                              change(Subject::kRoute, ChangeKind::kRemoved, "GET /x", "", true),
                              change(Subject::kSymbol, ChangeKind::kChanged, "src.web.f", "() → (a)", true),
                              change(Subject::kDistribution, ChangeKind::kAdded, "httpx", "httpx>=1", true),
                              change(Subject::kVariable, ChangeKind::kRemoved, "PORT"),
                              change(Subject::kService, ChangeKind::kAdded, "redis", "redis:7", true),
                              change(Subject::kComponent, ChangeKind::kChanged, "settings", "^1.0 → ^1.1")},
                             "2.0.0")}};
  const std::string text = render_changes(review, kHead);
  CHECK(text.starts_with(kChangesMarker));
  CHECK_THAT(text, Contains("| `web` | ⚠️ ") && Contains("1.0.0 → **2.0.0** |"));
  for (const char* line :
       {"- file `src/web.py` changed\n", "- ⚠️ route `GET /x` removed\n",
        "- ⚠️ symbol `src.web.f` changed: `() → (a)`\n", "- ⚠️ dependency `httpx` added: `httpx>=1`\n",
        "- variable `PORT` removed\n", "- ⚠️ service `redis` added: `redis:7`\n",
        "- component `settings` changed: `^1.0 → ^1.1`\n"}) {
    CHECK_THAT(text, Contains(line));
  }
  CHECK(text.find("- ⚠️ service") < text.find("- file"));
  CHECK_THAT(text, Contains("`0123456789`") && Contains("is what the source says"));
}

TEST_CASE("the version is what the platform says, and at least what follows by semver") {
  PlatformReview review{
      .components = {
          changed("web", {change(Subject::kRoute, ChangeKind::kRemoved, "GET /x", "", true)}, "2.0.0")}};
  ReviewedComponent& component = review.components.front();
  SECTION("chosen, and enough") {
    component.after = version("2.1.0");
    CHECK_THAT(render_changes(review, kHead), Contains("1.0.0 → **2.1.0** |"));
  }
  SECTION("chosen, and too little") {
    component.after = version("1.1.0");
    CHECK_THAT(render_changes(review, kHead), Contains("1.0.0 → **1.1.0**; by semver at least **2.0.0** |"));
  }
  SECTION("raised by what the command would do") {
    review.catalogue = PlatformReview::Catalogue::kOutdated;
    review.raised = {{.component = "web", .from = version("1.0.0"), .to = version("3.0.0"), .reason = "r"}};
    CHECK_THAT(render_changes(review, kHead),
               Contains("1.0.0 → **3.0.0** |") && Contains("- `web` 1.0.0 → 3.0.0: r\n"));
  }
  SECTION("nothing else") {
    component.changes.list.clear();
    component.after = version("2.0.0");
    CHECK_THAT(render_changes(review, kHead), Contains("| `web` | its version |"));
  }
}

TEST_CASE("the remedy for an outdated catalogue is no command of the bot's own") {
  PlatformReview review{.catalogue = PlatformReview::Catalogue::kOutdated, .is_catalogue_worse = true};
  const std::string text = render_changes(review, kHead);
  CHECK(parse_commands(text, "/mlx").empty());
  CHECK(is_reply(text));
  CHECK_THAT(render_changes(review, {.sha = kHead.sha, .is_from_fork = true}),
             Contains("mlx extract --bump") && !Contains("/mlx extract"));
}

TEST_CASE("what a hostile platform says is text and nothing else") {
  const Finding finding{.code = "x",
                        .severity = Severity::kError,
                        .message = kHostile,
                        .remedy = kHostile,
                        .evidence = {{.file = kHostile}}};
  std::vector<ComponentChange> list(20,
                                    change(Subject::kSymbol, ChangeKind::kChanged, kHostile, kHostile, true));
  const PlatformReview review{.components = {changed(kHostile, std::move(list), "2.0.0")},
                              .catalogue = PlatformReview::Catalogue::kBlocked,
                              .findings = {finding}};
  const std::string text = render_changes(review, kHead);
  check_is_harmless(text);
  CHECK(render_as_github(text).count("item") == 21);
  const PlatformReview unreadable{
      .unreadable = Error{ErrorCode::kInvalidInput, kHostile, {.file = kHostile, .line = 1}}};
  check_is_harmless(render_changes(unreadable, kHead));
  check_is_harmless(render_branch_in_fork(kHostile));
  ChangePlan blocked;
  blocked.findings = {finding};
  check_is_harmless(render_blocked_catalogue(blocked));
  check_is_harmless(render_amended({.branch = kHostile}, "abc"));
}

TEST_CASE("a comment holds what fits, and says what it left out") {
  std::vector<ComponentChange> list(
      3'000, change(Subject::kSymbol, ChangeKind::kChanged, "src.web.name", std::string(500, 'x')));
  list.push_back(change(Subject::kRoute, ChangeKind::kRemoved, "GET /last", "", true));
  PlatformReview review;
  SECTION("of one component, where a break is not what is left out") {
    review.components = {changed("web", list, "2.0.0")};
    CHECK_THAT(render_changes(review, kHead),
               Contains("GET /last") && Contains("more changes that are left out"));
  }
  SECTION("of many components") {
    review.components.assign(2'000, changed("a-component-with-a-long-name", list, "2.0.0"));
    CHECK_THAT(render_changes(review, kHead),
               Contains("more components that are left out") && Contains("more components are left out"));
  }
  SECTION("of findings and versions") {
    review.is_catalogue_worse = true;
    review.catalogue = GENERATE(PlatformReview::Catalogue::kBlocked, PlatformReview::Catalogue::kOutdated);
    review.findings.assign(3'000,
                           {.code = "x", .severity = Severity::kError, .message = std::string(90, 'm')});
    review.raised.assign(3'000, {.component = "web", .from = {}, .to = {}, .reason = std::string(90, 'r')});
    CHECK_THAT(render_changes(review, kHead), Contains("… and more"));
  }
  const std::string text = render_changes(review, kHead);
  CHECK(text.size() < kLongestOnGithub);
  CHECK_THAT(text, Contains("As of `0123456789`"));
  CHECK(render_as_github(text).html.find("As of") != std::string::npos);
}
