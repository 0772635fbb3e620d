#include "engine/advise/advice_answer.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/base/digest.h"

using namespace mlx;

namespace {

/// About the findings 4 and 7 of some list.
AdviceRequest request() {
  AdviceRequest request;
  request.subjects.push_back({.id = "f1", .finding = 4, .facts = {}, .excerpts = {}});
  request.subjects.push_back({.id = "f2", .finding = 7, .facts = {}, .excerpts = {}});
  return request;
}

constexpr const char* kGood =
    R"({"advice": [{"finding": "f2", "explanation": "Because.", "suggestion": "Do it."}]})";

std::string about(const std::string& explanation) {
  return nlohmann::json{{"advice", {{{"finding", "f1"}, {"explanation", explanation}, {"suggestion", ""}}}}}
      .dump();
}

}  // namespace

TEST_CASE("an answer is advice on the findings that were asked about") {
  const auto advice = read_advice(kGood, request());
  REQUIRE(advice);
  CHECK(advice->findings == std::vector<FindingAdvice>{{7, "Because.", "Do it."}});
}

TEST_CASE("an answer may be fenced, or follow thoughts") {
  for (const std::string& answer :
       {std::string("```json\n") + kGood + "\n```", std::string("\n ```\n") + kGood + "```\n ",
        std::string("<think>what\n{ is }</think>\n\n") + kGood}) {
    INFO(answer);
    CHECK(read_advice(answer, request()));
  }
}

TEST_CASE("advice comes in the order of the findings, each once") {
  const auto advice = read_advice(R"({"advice": [
      {"finding": "f2", "explanation": "second", "suggestion": ""},
      {"finding": "f1", "explanation": "first", "suggestion": ""},
      {"finding": "f2", "explanation": "again", "suggestion": ""}]})",
                                  request());
  REQUIRE(advice);
  CHECK(advice->findings == std::vector<FindingAdvice>{{4, "first", ""}, {7, "second", ""}});
}

TEST_CASE("what is said about anything else is dropped") {
  const auto advice = read_advice(R"({"advice": [
      {"finding": "f3", "explanation": "invented", "suggestion": ""},
      {"finding": "F1", "explanation": "misspelt", "suggestion": ""},
      {"finding": "f1", "explanation": "asked", "suggestion": "", "severity": "error"},
      {"finding": "f2", "explanation": " \n ", "suggestion": "empty"}],
      "verdict": "approve", "score": 1})",
                                  request());
  REQUIRE(advice);
  CHECK(advice->findings == std::vector<FindingAdvice>{{4, "asked", ""}});
}

TEST_CASE("what is no answer is refused") {
  for (const std::string answer :
       {"",
        " ",
        "I cannot help with that.",
        "{",
        "[]",
        "{}",
        "null",
        "42",
        R"("advice")",
        R"({"advice": null})",
        R"({"advice": {}})",
        R"({"advice": []})",
        R"({"advice": ["f1"]})",
        R"({"advice": [null]})",
        R"({"advice": [{}]})",
        R"({"advice": [{"finding": 1, "explanation": "x", "suggestion": ""}]})",
        R"({"advice": [{"finding": "f1", "explanation": ["x"], "suggestion": ""}]})",
        R"({"advice": [{"finding": "f1", "explanation": "x", "suggestion": null}]})",
        R"({"advice": [{"finding": "f1", "suggestion": "x"}]})",
        R"({"advice": [{"finding": "f9", "explanation": "x", "suggestion": ""}]})",
        R"({"advice": [{"finding": "f1", "explanation": "x", "suggestion": ""}, 1]})",
        "{\"advice\": [{\"finding\": \"f1\", \"explanation\": \"\xff\", \"suggestion\": \"\"}]}",
        "<think>for ever {\"advice\": []}",
        "```",
        "``````",
        "Sure! {\"advice\": []}"}) {
    INFO(answer);
    const auto advice = read_advice(answer, request());
    REQUIRE_FALSE(advice);
    CHECK(advice.error().code == ErrorCode::kInvalidInput);
  }
}

TEST_CASE("an answer may be as deep and as long as it likes") {
  CHECK_FALSE(read_advice(std::string(1'000'000, '['), request()));
  CHECK_FALSE(read_advice(std::string(300'000, '[') + std::string(300'000, ']'), request()));
  const auto advice = read_advice(about(std::string(900'000, 'x')), request());
  REQUIRE(advice);
  CHECK(advice->findings[0].explanation.size() < 800);
}

TEST_CASE("a text becomes one plain line") {
  const auto plain = [](std::string_view text) { return plain_sentence(text, 100); };
  CHECK(plain("  one\n\ntwo\t three \r\n") == "one two three");
  CHECK(plain("\x1b[31mred\x1b[0m \x1b]8;;x") == "red ]8;;x");
  CHECK(plain(std::string("a\0b\x07\x7f", 5)) == "ab");
  CHECK(plain("a\u202Eb\u202C\u2066c\u2069\u200Bd\uFEFFe\u00ADf") == "abcdef");
  CHECK(plain("a\U000E0041\U000E007Fb") == "ab");
  CHECK(plain("c1 \u0085\u009B end") == "c1 end");
  CHECK(plain("a\xff\xc3(b\xe2\x82") == "a(b");
  CHECK(plain("ünïcödé → 漢字 😀") == "ünïcödé → 漢字 😀");
  CHECK(plain("one\u2028two") == "one two");
  CHECK(plain("\x1b").empty());
  CHECK(plain("\x1b[").empty());
  CHECK(plain("").empty());
}

TEST_CASE("a long text is cut after a sentence, else after a word") {
  CHECK(plain_sentence("One two. Three four.", 14) == "One two.");
  CHECK(plain_sentence("One two. Three four.", 20) == "One two. Three four.");
  CHECK(plain_sentence("See a.b.c and others", 13) == "See a.b.c…");
  CHECK(plain_sentence("I. am a rather long sentence", 23) == "I. am a rather long…");
  CHECK(plain_sentence("xxxxxxxxxx", 7) == "xxxx…");
  CHECK(plain_sentence("ääääää", 8) == "ää…");
  CHECK(is_utf8(plain_sentence("😀😀😀", 9)));
  CHECK(plain_sentence("abcdef", 2) == "…");
  const std::string cut = plain_sentence(std::string(3'000, 'x'), 700);
  CHECK(plain_sentence(cut, 700) == cut);
}

TEST_CASE("advice is read back as it was written") {
  const Advice advice{.findings = {{4, "a \"quoted\" text", ""}, {7, "ü", "x"}}};
  CHECK(read_advice(write_advice(advice, request()), request())->findings == advice.findings);
}
