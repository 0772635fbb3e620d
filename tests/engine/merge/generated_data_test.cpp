#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "engine/merge/line_diff.h"
#include "engine/merge/three_way_merge.h"

using namespace mlx;

namespace {

/// Data of no language: a word, members, items that are words, or items with a name.
struct Data {
  enum class Kind { kWord, kMembers, kWords, kItems };
  Kind kind = Kind::kWord;
  std::string key;
  std::string word;
  std::vector<Data> parts = {};
};

/// Data, and edits of it at random places.
class RandomData {
 public:
  explicit RandomData(unsigned seed) : random_(seed) {}

  Data root() {
    Data root{.kind = Data::Kind::kMembers, .key = {}, .word = {}};
    for (unsigned i = 0; i < 2 + below(4); ++i) root.parts.push_back(member("key" + std::to_string(i), 0));
    return root;
  }

  Data edited(const Data& data) {
    Data result = data;
    result.parts.clear();
    if (data.kind == Data::Kind::kWord) {
      if (below(12) == 0) result.word = fresh("new");
      return result;
    }
    for (const Data& part : data.parts) {
      const unsigned draw = below(16);
      if (draw == 0) continue;
      if (draw == 1) result.parts.push_back(added(data));
      result.parts.push_back(edited(part));
    }
    if (below(8) == 0) result.parts.push_back(added(data));
    if (below(20) == 0 && result.parts.size() > 1)
      std::rotate(result.parts.begin(), result.parts.begin() + 1, result.parts.end());
    if (result.parts.empty()) return data;
    return result;
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  std::string fresh(const std::string& stem) { return stem + std::to_string(below(1000)); }

  Data word(const std::string& text) { return {.kind = Data::Kind::kWord, .key = {}, .word = text}; }

  Data member(const std::string& key, int depth) {
    Data made{.kind = Data::Kind::kWord, .key = key, .word = fresh("word")};
    switch (below(depth > 1 ? 2 : 5)) {
      case 0:
      case 1: return made;
      case 2:
        made.kind = Data::Kind::kMembers;
        for (unsigned i = 0; i < 1 + below(4); ++i)
          made.parts.push_back(member(key + "_" + std::to_string(i), depth + 1));
        return made;
      case 3:
        made.kind = Data::Kind::kWords;
        for (unsigned i = 0; i < 1 + below(4); ++i) made.parts.push_back(word("item" + std::to_string(i)));
        return made;
      default:
        made.kind = Data::Kind::kItems;
        for (unsigned i = 0; i < 1 + below(3); ++i) made.parts.push_back(item("n" + std::to_string(i)));
        return made;
    }
  }

  Data item(const std::string& name) {
    Data made{.kind = Data::Kind::kMembers, .key = {}, .word = {}};
    made.parts.push_back({.kind = Data::Kind::kWord, .key = "name", .word = name});
    made.parts.push_back({.kind = Data::Kind::kWord, .key = "value", .word = fresh("v")});
    return made;
  }

  Data added(const Data& to) {
    if (to.kind == Data::Kind::kWords) return word(fresh("added"));
    if (to.kind == Data::Kind::kItems) return item(fresh("named"));
    return member(fresh("extra"), 1);
  }

  std::mt19937 random_;
};

std::string indented(int depth) { return std::string(static_cast<std::size_t>(depth) * 2, ' '); }

std::string json(const Data& data, int depth = 0) {
  if (data.kind == Data::Kind::kWord) return "\"" + data.word + "\"";
  const bool is_mapping = data.kind == Data::Kind::kMembers;
  std::string text = is_mapping ? "{\n" : "[\n";
  for (std::size_t i = 0; i < data.parts.size(); ++i) {
    text += indented(depth + 1) + (is_mapping ? "\"" + data.parts[i].key + "\": " : std::string());
    text += json(data.parts[i], depth + 1) + (i + 1 < data.parts.size() ? ",\n" : "\n");
  }
  return text + indented(depth) + (is_mapping ? "}" : "]");
}

std::string yaml(const Data& data, int depth = 0) {
  std::string text;
  for (const Data& part : data.parts) {
    const bool is_mapping = data.kind == Data::Kind::kMembers;
    text += indented(depth) + (is_mapping ? part.key + ":" : "-");
    if (part.kind == Data::Kind::kWord) {
      text += " " + part.word + "\n";
    } else {
      const std::string inner = yaml(part, depth + 1);
      text += is_mapping ? "\n" + inner : " " + inner.substr(indented(depth + 1).size());
    }
  }
  return text;
}

std::string toml(const Data& data, const std::string& path = {}) {
  std::string text;
  for (const Data& part : data.parts) {
    if (part.kind == Data::Kind::kWord) text += part.key + " = \"" + part.word + "\"\n";
    if (part.kind != Data::Kind::kWords) continue;
    text += part.key + " = [\n";
    for (const Data& word : part.parts) text += "    \"" + word.word + "\",\n";
    text += "]\n";
  }
  for (const Data& part : data.parts) {
    const std::string inner = path.empty() ? part.key : path + "." + part.key;
    if (part.kind == Data::Kind::kMembers) text += "\n[" + inner + "]\n" + toml(part, inner);
    if (part.kind != Data::Kind::kItems) continue;
    for (const Data& item : part.parts) text += "\n[[" + inner + "]]\n" + toml(item, inner);
  }
  return text;
}

std::string written(const Data& data, MergeLanguage language) {
  if (language == MergeLanguage::kJson) return json(data) + "\n";
  return language == MergeLanguage::kToml ? toml(data) : yaml(data);
}

bool parses(const std::string& text, MergeLanguage language) {
  if (language == MergeLanguage::kJson) return nlohmann::json::accept(text);
  if (language != MergeLanguage::kToml) return true;
  try {
    return !toml::parse(text).empty() || text.empty();
  } catch (const toml::parse_error&) {
    return false;
  }
}

std::string shown(const MergedText& text) {
  return text.with_markers(
      {.style = ConflictStyle::kMerge, .size = 7, .ours = "ours", .base = "base", .theirs = "theirs"});
}

/// The lines in order, without commas, which depend on it, and blank ones.
std::string said_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto line : split_lines(text)) {
    std::string said(line.substr(0, line.find_last_not_of(",\r\n") + 1));
    // The first member of an item stands behind its dash.
    if (const auto dash = said.find("- "); dash != std::string::npos) said[dash] = ' ';
    if (said.find_first_not_of(' ') != std::string::npos) lines.push_back(std::move(said));
  }
  std::ranges::sort(lines);
  std::string joined;
  for (const std::string& line : lines) joined += line + "\n";
  return joined;
}

/// The words of a text that `base` has not.
std::vector<std::string> new_words(const std::string& base, const std::string& text) {
  constexpr std::string_view kBetween = " \n\",:{}[]=-";
  std::vector<std::string> words;
  for (auto begin = text.find_first_not_of(kBetween); begin != std::string::npos;) {
    const auto end = std::min(text.find_first_of(kBetween, begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (base.find(word) == std::string::npos) words.push_back(word);
    begin = text.find_first_not_of(kBetween, end);
  }
  return words;
}

}  // namespace

TEST_CASE("random edits of data are merged without loss, whichever side is called ours") {
  const auto language = GENERATE(MergeLanguage::kJson, MergeLanguage::kToml, MergeLanguage::kYaml);
  std::size_t joined = 0;
  for (unsigned seed = 0; seed < 1500; ++seed) {
    RandomData random(seed);
    const Data data = random.root();
    const std::string base = written(data, language);
    const std::string ours = written(random.edited(data), language);
    const std::string theirs = written(random.edited(data), language);
    CAPTURE(seed, base, ours, theirs);
    const auto merged = [&](const std::string& b, const std::string& o, const std::string& t) {
      return merge_three_ways({.base = b, .ours = o, .theirs = t}, language);
    };
    const MergedText one = merged(base, ours, theirs);
    const MergedText other = merged(base, theirs, ours);
    CAPTURE(shown(one), shown(other));
    REQUIRE(shown(merged(base, ours, base)) == ours);
    REQUIRE(shown(merged(base, base, ours)) == ours);
    REQUIRE(shown(merged(base, ours, ours)) == ours);
    REQUIRE(one.has_conflicts() == other.has_conflicts());
    const std::string all = one.with_both_sides();
    for (const std::string* side : {&ours, &theirs}) {
      for (const std::string& word : new_words(base, *side)) REQUIRE(all.find(word) != std::string::npos);
    }
    REQUIRE(parses(one.text(), language));
    REQUIRE(parses(one.text_of_theirs(), language));
    if (one.has_conflicts()) continue;
    ++joined;
    REQUIRE(said_lines(one.text()) == said_lines(other.text()));
    REQUIRE(shown(merged(base, one.text(), base)) == one.text());
    REQUIRE(shown(merged(ours, one.text(), ours)) == one.text());
  }
  CHECK(joined > 500);
}
