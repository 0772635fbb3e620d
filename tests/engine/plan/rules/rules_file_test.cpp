#include "engine/plan/rules/rules_file.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

using Sections = std::vector<GeneratedSection>;

GeneratedSection section(const std::string& name, const std::string& body, const std::string& front = "") {
  return {.name = name, .body = body, .front = front};
}

std::string shown(const std::string& name, const std::string& body) {
  return marked(section(name, body), "\n");
}

std::string windows(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.insert(at, "\r");
  }
  return text;
}

/// The text that comes of it, and comes again when it is done again.
std::string updated(const std::optional<std::string>& text, const Sections& wanted) {
  const RulesFile made = update_rules_file(text, "AGENTS.md", wanted, false);
  CHECK(made.findings.empty());
  const bool stays = !made.text.empty();
  if (stays) CHECK(update_rules_file(made.text, "AGENTS.md", wanted, false).text == made.text);
  return made.text;
}

/// `CODE LINE`, and the text as it was.
std::string refusal(const std::string& text, const Sections& wanted) {
  const RulesFile made = update_rules_file(text, "AGENTS.md", wanted, false);
  CHECK(made.text == text);
  REQUIRE(made.findings.size() == 1);
  CHECK(made.findings.front().severity == Severity::kError);
  CHECK_FALSE(made.findings.front().remedy.empty());
  return made.findings.front().code + " " + std::to_string(made.findings.front().evidence.front().line);
}

const std::string kA = shown("a", "A\n");
const std::string kB = shown("b", "B\n");
const std::string kC = shown("c", "C\n");
const Sections kAll = {section("a", "A\n"), section("b", "B\n"), section("c", "C\n")};

}  // namespace

TEST_CASE("a new file has the sections, with a blank line between them") {
  CHECK(updated(std::nullopt, kAll) == kA + "\n" + kB + "\n" + kC);
  CHECK(updated("", kAll) == kA + "\n" + kB + "\n" + kC);
  CHECK(updated(std::nullopt, {}).empty());
}

TEST_CASE("a user's file gets them at its end") {
  CHECK(updated("# Ours\n", kAll) == "# Ours\n\n" + kA + "\n" + kB + "\n" + kC);
  CHECK(updated("# Ours", {kAll[0]}) == "# Ours\n\n" + kA);
}

TEST_CASE("a new section stands before the next that is there") {
  CHECK(updated("x\n\n" + kA + "\nmine of a\n\n" + kC + "\nend\n", kAll) ==
        "x\n\n" + kA + "\nmine of a\n\n" + kB + "\n" + kC + "\nend\n");
  CHECK(updated(kC, kAll) == kA + "\n" + kB + "\n" + kC);
  CHECK(updated(kA + "\nend\n", kAll) == kA + "\nend\n\n" + kB + "\n" + kC);
}

TEST_CASE("what changed is replaced, wherever a user moved it") {
  CHECK(updated("1\n" + kC + "2\n" + kA + "3\n", {section("a", "new\n"), section("c", "C\n")}) ==
        "1\n" + kC + "2\n" + shown("a", "new\n") + "3\n");
}

TEST_CASE("what is not wanted any more goes, with the blank line before it") {
  const std::string all = kA + "\n" + kB + "\n" + kC;
  CHECK(updated(all, {kAll[0], kAll[2]}) == kA + "\n" + kC);
  CHECK(updated(all, {kAll[1], kAll[2]}) == kB + "\n" + kC);
  CHECK(updated(all, {kAll[0], kAll[1]}) == kA + "\n" + kB);
  CHECK(updated(all, {kAll[0]}) == kA);
  CHECK(updated(all, {kAll[2]}) == kC);
  CHECK(updated(all, {}).empty());
  CHECK(updated("x\n\n" + all, {}) == "x\n");
  CHECK(updated("x\n" + kA + "y\n", {}) == "x\ny\n");
  CHECK(updated("x\n\n" + kA + "\ny\n", {}) == "x\n\ny\n");
}

TEST_CASE("adding and taking out leaves a user's file as it was") {
  for (const std::string text : {"# Ours\n", "# Ours\n\ntext\n", "a\r\nb\r\n"}) {
    CAPTURE(text);
    CHECK(updated(updated(text, kAll), {}) == text);
  }
}

TEST_CASE("a file keeps its line ends") {
  const std::string text = windows("# Ours\n\n" + kA);
  CHECK(updated(text, {kAll[0]}) == text);
  CHECK(updated(text, {section("a", "new\n"), kAll[1]}) ==
        windows("# Ours\n\n" + shown("a", "new\n") + "\n" + kB));
  // One whose lines were all converted was not edited.
  CHECK(updated(windows(kA), {section("a", "new\n")}) == windows(shown("a", "new\n")));
}

TEST_CASE("a last line without an end stays one") {
  const std::string text = kA.substr(0, kA.size() - 1);
  CHECK(updated(text, {kAll[0]}) == text);
  const std::string changed = shown("a", "new\n");
  CHECK(updated(text, {section("a", "new\n")}) == changed.substr(0, changed.size() - 1));
}

TEST_CASE("what somebody edited between the markers is refused with its line") {
  std::string text = "x\n\n" + kA;
  text.insert(text.find("A\n"), "my ");
  CHECK(refusal(text, {section("a", "new\n")}) == "rules-edited 3");
  CHECK(refusal(text, kAll) == "rules-edited 3");
  CHECK(refusal(text, {}) == "rules-edited 3");
  CHECK(update_rules_file(text, "AGENTS.md", {kAll[0]}, true).text == "x\n\n" + kA);
  CHECK(update_rules_file(text, "AGENTS.md", {}, true).text == "x\n");
}

TEST_CASE("an edit that says what is generated now is none") {
  std::string text = kA;
  text.replace(text.find("A\n"), 2, "new\n");
  CHECK(updated(text, {section("a", "new\n")}) == shown("a", "new\n"));
}

TEST_CASE("markers that do not pair are refused, also to overwrite") {
  const std::string text = "x\n<!-- mlx:end -->\n";
  CHECK(refusal(text, kAll) == "rules-markers-broken 2");
  CHECK(update_rules_file(text, "AGENTS.md", kAll, true).findings.size() == 1);
}

TEST_CASE("front matter is brought up to date as long as it is as it was generated") {
  const std::string old_front = "---\nglobs: a\n---\n";
  const std::string new_front = "---\nglobs: b\n---\n";
  const std::string text = updated(std::nullopt, {section("a", "A\n", old_front)});
  CHECK(text.starts_with(old_front + "\n<!-- mlx:begin a "));
  CHECK(updated(text, {section("a", "A\n", new_front)}).starts_with(new_front + "\n<!-- mlx:begin a "));
  CHECK(updated(windows(text), {section("a", "A\n", new_front)}).starts_with(windows(new_front)));
  const std::string own = "---\nglobs: mine\n---\n" + text.substr(old_front.size()) + "\nMine.\n";
  const std::string after = updated(own, {section("a", "new\n", new_front)});
  CHECK(after.starts_with("---\nglobs: mine\n---\n"));
  CHECK(after.ends_with("<!-- mlx:end -->\n\nMine.\n"));
  // Without its section, front matter is of no use.
  CHECK(updated(text, {}).empty());
  CHECK(updated(own, {}) == "---\nglobs: mine\n---\n\nMine.\n");
}

TEST_CASE("front matter that somebody changed stays when its section goes, with a warning") {
  const std::string front = "---\nglobs: mine\n---\n";
  const std::string text = updated(std::nullopt, {section("a", "A\n", "---\nglobs: a\n---\n")});
  const std::string own = front + text.substr(text.find("\n<!--"));
  const std::string without_any_generated = front + "\n" + kA;
  for (const std::string& before : {own, windows(own), without_any_generated}) {
    CAPTURE(before);
    const RulesFile made = update_rules_file(before, "x.mdc", {}, false);
    CHECK(made.text == before.substr(0, before.find("<!--") - (before == windows(own) ? 2 : 1)));
    REQUIRE(made.findings.size() == 1);
    CHECK(made.findings.front().code == "rules-front-matter-kept");
    CHECK(made.findings.front().severity == Severity::kWarning);
    // Said once: there is nothing of ours in it afterwards.
    CHECK(update_rules_file(made.text, "x.mdc", {}, false).findings.empty());
    CHECK(update_rules_file(before, "x.mdc", {}, true).text.empty());
  }
}

TEST_CASE("what could not be found again is not written") {
  for (const char* body : {"A\n<!-- mlx:end -->\nB\n", "A\n<!-- mlx:begin x -->\n", "~~~\n"}) {
    CAPTURE(body);
    const Sections wanted = {section("a", body), section("b", "~~~\n")};
    for (const std::optional<std::string>& text :
         {std::optional<std::string>(), std::optional<std::string>("# Ours\n")}) {
      const RulesFile made = update_rules_file(text, "AGENTS.md", wanted, true);
      CHECK(made.text == text.value_or(""));
      REQUIRE(made.findings.size() == 1);
      CHECK(made.findings.front().code == "rules-unreadable");
      CHECK(made.findings.front().severity == Severity::kError);
    }
  }
}

TEST_CASE("a note on the line of a marker is not lost") {
  std::string text = kA;
  text.insert(text.find(" -->"), "; ask Kim first");
  CHECK(refusal(text, {section("a", "new\n")}) == "rules-markers-broken 1");
}

TEST_CASE("markers in indented code do not stand in the way") {
  const std::string text = "Like this:\n\n    <!-- mlx:end -->\n\n" + kA;
  CHECK(updated(text, {}) == "Like this:\n\n    <!-- mlx:end -->\n");
}

TEST_CASE("a file without sections is left alone") {
  CHECK(updated("  \n", {}) == "  \n");
  CHECK(updated("# Ours\n", {}) == "# Ours\n");
}
