#include <algorithm>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/merge/three_way_merge.h"

using namespace mlx;

// What nobody means to merge, in every language.

namespace {

constexpr std::size_t kDeep = 100'000;

/// A language, and a text of it with one place that edits change.
struct Sample {
  MergeLanguage language;
  std::string before;
  std::string after;

  [[nodiscard]] std::string with(const std::string& value) const { return before + value + after; }
};

std::vector<Sample> samples() {
  return {
      {MergeLanguage::kText, "first\nvalue ", "\nmiddle\nlast\n"},
      {MergeLanguage::kPython, "first = 1\nvalue = ", "\nmiddle = 1\nlast = 1\n"},
      {MergeLanguage::kJson, "{\n  \"first\": 1,\n  \"value\": ", ",\n  \"middle\": 1,\n  \"last\": 1\n}\n"},
      {MergeLanguage::kToml, "first = 1\nvalue = ", "\nmiddle = 1\nlast = 1\n"},
      {MergeLanguage::kYaml, "first: 1\nvalue: ", "\nmiddle: 1\nlast: 1\n"}};
}

MergedText merged(MergeLanguage language, const std::string& base, const std::string& ours,
                  const std::string& theirs) {
  return merge_three_ways({.base = base, .ours = ours, .theirs = theirs}, language);
}

std::string shown(const MergedText& text) {
  return text.with_markers(
      {.style = ConflictStyle::kMerge, .size = 7, .ours = "ours", .base = "base", .theirs = "theirs"});
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Of the processor: what else the machine does meanwhile is not the merge's fault.
double seconds_of(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// No machine that runs tests is slow enough for that, and what is quadratic takes longer on all.
constexpr double kPatience = 60;

}  // namespace

TEST_CASE("what does not parse is merged by its lines") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const std::string broken = sample.with("(\"[{");
    const std::string theirs = replaced(broken, "last", "end");
    const MergedText clean = merged(sample.language, broken, replaced(broken, "first", "start"), theirs);
    CHECK(shown(clean) == replaced(theirs, "first", "start"));
    const MergedText conflict = merged(sample.language, broken, replaced(broken, "value", "ours"),
                                       replaced(broken, "value", "theirs"));
    CHECK(conflict.conflict_count() == 1);
    CHECK(conflict.with_both_sides().find("theirs") != std::string::npos);
  }
}

TEST_CASE("one side that does not parse loses nothing") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const MergedText result = merged(sample.language, sample.with("1"), sample.with("{{("), sample.with("2"));
    CHECK(result.has_conflicts());
    CHECK(shown(result).find("{{(") != std::string::npos);
    CHECK(result.with_both_sides().find('2') != std::string::npos);
  }
}

TEST_CASE("empty versions are versions") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const std::string text = sample.with("1");
    CHECK(shown(merged(sample.language, "", "", "")).empty());
    CHECK(shown(merged(sample.language, "", text, "")) == text);
    CHECK(shown(merged(sample.language, "", "", text)) == text);
    CHECK(shown(merged(sample.language, text, text, "")).empty());
    CHECK(shown(merged(sample.language, text, "", text)).empty());
    const MergedText emptied = merged(sample.language, text, "", sample.with("2"));
    CHECK(emptied.has_conflicts());
    CHECK(shown(emptied).find('2') != std::string::npos);
  }
}

TEST_CASE("binary files are merged only where one side changed them") {
  const std::string base("\x00\x01\xff\xfe\n\x80\x00\r\n\x00", 10);
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    CHECK(shown(merged(sample.language, base, base, base + std::string(1, '\0'))) ==
          base + std::string(1, '\0'));
    CHECK(merged(sample.language, base, base + "a", base + "b").has_conflicts());
    CHECK(merged(sample.language, base, "a" + base, "b" + base).has_conflicts());
  }
}

TEST_CASE("ten megabytes are merged in seconds") {
  constexpr std::size_t kSize = 10U << 20U;
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const bool is_json = sample.language == MergeLanguage::kJson;
    const bool is_yaml = sample.language == MergeLanguage::kYaml;
    std::string many;
    for (std::size_t i = 0; many.size() < kSize; ++i) {
      const std::string key = "key" + std::to_string(i);
      many += is_json ? "  \"" + key + "\": 1,\n" : key + (is_yaml ? ": 1\n" : " = 1\n");
    }
    // Behind the line of the value, so that the text stays what it is.
    const auto whole = [&](const std::string& value) {
      const auto line = sample.after.find('\n') + 1;
      return sample.before + value + sample.after.substr(0, line) + many + sample.after.substr(line);
    };
    const std::string base = whole("1");
    const std::string ours = whole("2");
    const std::string theirs = whole("3");
    const double taken = seconds_of([&] {
      CHECK(merged(sample.language, base, ours, theirs).conflict_count() == 1);
      CHECK(shown(merged(sample.language, base, ours, base + "\n")) == ours + "\n");
    });
    CHECK(taken < kPatience);
  }
}

TEST_CASE("lists whose items are all others are merged in seconds") {
  constexpr std::size_t kItems = 30'000;
  const auto list = [](const Sample& sample, std::size_t from) {
    std::string items = "[\n";
    for (std::size_t i = 0; i < kItems; ++i) items += "    \"item " + std::to_string(from + i) + "\",\n";
    return sample.with(items + "    \"last\"\n  ]");
  };
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const double taken = seconds_of([&] {
      CHECK(merged(sample.language, list(sample, 0), list(sample, kItems), list(sample, 2 * kItems))
                .has_conflicts());
      CHECK_NOTHROW(merged(sample.language, sample.with("[\n]"), list(sample, 0), list(sample, kItems / 2)));
    });
    CHECK(taken < kPatience);
  }
}

TEST_CASE("a hundred thousand brackets in each other exhaust no stack") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const bool has_round = sample.language == MergeLanguage::kPython;
    const std::string open(kDeep, has_round ? '(' : '[');
    const std::string close(kDeep, has_round ? ')' : ']');
    const std::string base = sample.with(open + "1" + close);
    const double taken = seconds_of([&] {
      CHECK(merged(sample.language, base, sample.with(open + "2" + close), sample.with(open + "3" + close))
                .has_conflicts());
      CHECK(shown(merged(sample.language, base, replaced(base, "first", "start"),
                         replaced(base, "last", "end"))) ==
            replaced(replaced(base, "first", "start"), "last", "end"));
      CHECK(merged(sample.language, sample.with(open), sample.with(open + "2"), sample.with(open + "3"))
                .has_conflicts());
      CHECK(merged(sample.language, sample.with(close), sample.with(close + "2"), sample.with(close + "3"))
                .has_conflicts());
    });
    CHECK(taken < kPatience);
  }
}

TEST_CASE("blocks in blocks exhaust no stack") {
  constexpr std::size_t kBlocks = 1'500;
  std::string yaml;
  std::string dashes;
  std::string json;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    yaml += std::string(i, ' ') + "a:\n";
    dashes += "- ";
    json += std::string(i, ' ') + "{\n" + std::string(i, ' ') + "\"a\":\n";
  }
  for (const std::string& text : {yaml, dashes + "x\n", "? " + dashes + "x\n"}) {
    CHECK_NOTHROW(merged(MergeLanguage::kYaml, text, text + "#x\n", "#y\n" + text));
    CHECK_NOTHROW(merged(MergeLanguage::kYaml, text + "#z\n", text + "#x\n", text + "#y\n"));
  }
  CHECK_NOTHROW(merged(MergeLanguage::kJson, json + "1", json + "2", json + "3"));
}

TEST_CASE("line ends that one side changed are no edit of every line") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const std::string base = sample.with("1");
    const std::string windows = replaced(base, "\n", "\r\n");
    const std::string edited = replaced(replaced(base, "first", "start"), "1", "7");
    const MergedText ours = merged(sample.language, base, windows, edited);
    const MergedText theirs = merged(sample.language, base, edited, windows);
    if (sample.language == MergeLanguage::kText) {
      // As git does.
      CHECK(ours.has_conflicts());
      continue;
    }
    CHECK(shown(ours) == replaced(edited, "\n", "\r\n"));
    CHECK(shown(theirs) == shown(ours));
    const MergedText conflict =
        merged(sample.language, base, windows.substr(0, windows.size() - 2) + "\r\n\r\n", edited + "#\n");
    CHECK(shown(conflict).find("start") != std::string::npos);
  }
}

TEST_CASE("line ends of both kinds in one version stay as they are") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    std::string base = sample.with("1");
    base.insert(base.find('\n'), "\r");
    const std::string result =
        shown(merged(sample.language, base, replaced(base, "first", "start"), replaced(base, "last", "end")));
    CHECK(result == replaced(replaced(base, "first", "start"), "last", "end"));
  }
}

TEST_CASE("a byte order mark is taken or left as the side that changed it has it") {
  const std::string mark = "\xef\xbb\xbf";
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const std::string base = sample.with("1");
    const std::string ours = sample.with("2");
    const std::string theirs = replaced(base, "last", "end");
    const std::string both = replaced(ours, "last", "end");
    if (sample.language == MergeLanguage::kText) continue;  // bytes of the first line, as for git
    CHECK(shown(merged(sample.language, mark + base, mark + ours, mark + theirs)) == mark + both);
    CHECK(shown(merged(sample.language, base, mark + base, theirs)) == mark + theirs);
    CHECK(shown(merged(sample.language, mark + base, mark + ours, theirs)) == both);
  }
}

TEST_CASE("tabs and spaces stay as each side has them") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const std::string base = sample.with("1");
    const std::string ours = sample.with("\t 2");
    CHECK(shown(merged(sample.language, base, ours, replaced(base, "last", "end"))) ==
          replaced(ours, "last", "end"));
    const std::string tabbed = replaced(base, "  ", "\t");
    const MergedText result = merged(sample.language, base, tabbed, replaced(base, "1", "5"));
    CHECK(result.with_both_sides().find('5') != std::string::npos);
  }
}

TEST_CASE("conflict markers in a version are text like any other") {
  const std::string markers = "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n";
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const std::string base = markers + sample.with("1");
    const MergedText result =
        merged(sample.language, base, markers + sample.with("2"), replaced(base, "last", "end"));
    CHECK(shown(result) == markers + replaced(sample.with("2"), "last", "end"));
    const MergedText left =
        merged(sample.language, sample.with("1"), sample.with("1") + markers, sample.with("2"));
    CHECK(left.with_both_sides().find(markers) != std::string::npos);
    CHECK(left.with_both_sides().find('2') != std::string::npos);
  }
}

TEST_CASE("versions that have nothing in common are a conflict that shows both") {
  for (const Sample& sample : samples()) {
    for (const Sample& other : samples()) {
      for (const Sample& third : samples()) {
        if (sample.before == other.before || other.before == third.before || sample.before == third.before)
          continue;
        const MergedText result =
            merged(sample.language, sample.with("1"), other.with("22"), third.with("33"));
        CHECK(result.with_both_sides().find("22") != std::string::npos);
        CHECK(result.with_both_sides().find("33") != std::string::npos);
      }
    }
  }
}

TEST_CASE("a last line without its end stays so, and has one where something follows") {
  for (const Sample& sample : samples()) {
    CAPTURE(static_cast<int>(sample.language));
    const auto cut = [](std::string text) {
      text.pop_back();
      return text;
    };
    const std::string base = cut(sample.with("1"));
    const std::string theirs = replaced(base, "last", "end");
    CHECK(shown(merged(sample.language, base, cut(sample.with("2")), theirs)) ==
          cut(replaced(sample.with("2"), "last", "end")));
    const MergedText ended = merged(sample.language, base, base + "\n", replaced(base, "first", "start"));
    CHECK(shown(ended) == replaced(base, "first", "start") + "\n");
    const MergedText both = merged(sample.language, base, base + "\n#1\n", base + "\n#2");
    CHECK(both.with_both_sides().find("#1\n") != std::string::npos);
    CHECK(both.with_both_sides().find("#2") != std::string::npos);
  }
}
