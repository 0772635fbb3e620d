#include "engine/manifest/specifier_set.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::are_disjoint;
using mlx::Prereleases;
using mlx::Specifier;
using mlx::SpecifierSet;

namespace {

SpecifierSet set_of(std::string_view text) { return SpecifierSet::parse(text).value(); }

}  // namespace

TEST_CASE("a specifier set is taken apart") {
  const SpecifierSet set = set_of(" >= 1.0 ,!=1.5.*,, ===Weird-1 ,");
  REQUIRE(set.specifiers().size() == 3);
  CHECK(set.specifiers()[0].comparison == Specifier::Operator::kGreaterEqual);
  CHECK(set.specifiers()[0].version_text == "1.0");
  CHECK(set.specifiers()[1].is_prefix);
  CHECK(to_string(set.specifiers()[1].version) == "1.5");
  REQUIRE(set.arbitrary() != nullptr);
  CHECK(set.arbitrary()->version_text == "Weird-1");
  CHECK(set_of("").specifiers().empty());
  CHECK(set_of(" , ").specifiers().empty());
}

TEST_CASE("what is no specifier set is refused, with the column") {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"1.0", 1},
      {"=1.0", 1},
      {"=>1.0", 1},
      {">=1.0,2", 7},
      {">=", 3},
      {">= , <2", 3},
      {">=1.0 <2", 6},
      {">=1.x", 4},
      {">=1.0.*", 6},
      {"~=1.0.*", 6},
      {"==1.0a1.*", 8},
      {"==1.0.post1.*", 12},
      {"==1.0+a.*", 8},
      {"==1.0.*.5", 6},
      {"==1.0.*+5", 6},
      {"==1.0 .*", 7},
      {">1.0+abc", 5},
      {"~=1.0+5", 6},
      {"~=1", 3},
      {" ~= 1a1", 5},
      {"===a b", 5},
      {"===a;b", 5},
      {">=1.99999999999999999999", 5},
      {">=1.0;", 6},
      {"\xff", 1},
  };
  for (const auto& [written, column] : cases) {
    INFO(written);
    const auto parsed = SpecifierSet::parse(written);
    REQUIRE_FALSE(parsed);
    INFO(parsed.error().message);
    CHECK(parsed.error().code == mlx::ErrorCode::kInvalidInput);
    CHECK(parsed.error().location.column == column);
    CHECK(parsed.error().message.find("column " + std::to_string(column)) != std::string::npos);
  }
}

TEST_CASE("specifiers admit the versions that PEP 440 says") {
  struct Case {
    std::string specifier;
    std::vector<std::string> admitted;
    std::vector<std::string> refused;
  };
  const std::vector<Case> cases = {
      {"", {"1", "1a1", "nonsense"}, {}},
      {">=1.0", {"1", "1.0.post1", "1+a", "2a1", "1!0"}, {"1rc1", "0.9", "nonsense"}},
      {"<=1.0", {"1", "1.0+a", "1a1"}, {"1.0.post0.dev0", "1.0.1.dev0"}},
      {">1.0", {"1.0.0.1", "1.1.dev0", "1.0.1a1"}, {"1.0", "1.0+a", "1.0.post1", "1.0.post1+a"}},
      {">1.0.post1", {"1.0.post2.dev0", "1.0.post2", "1.0.1"}, {"1.0.post1", "1.0.post1+a"}},
      {">1.0a1", {"1.0a2.dev0", "1.0a2", "1.0"}, {"1.0a1", "1.0a1.post1"}},
      {">1.0.dev1", {"1.0.dev2", "1.0a0", "1.0"}, {"1.0.dev1", "1.0.dev1+a"}},
      {"<1.0", {"0.9", "0.9.post1", "0.9rc1"}, {"1.0", "1.0rc1", "1.0.dev0", "1.0.0a1"}},
      {"<1.0rc1", {"1.0a1", "1.0.dev0"}, {"1.0rc1", "1.0rc1+a", "1.0"}},
      {"<1.0.post1", {"1.0", "1.0.post0"}, {"1.0.post1.dev0", "1.0.post1"}},
      {"==1.0", {"1", "1.0.0", "1.0+a", "v1.0"}, {"1.0.post0", "1.0a1", "1.0.1"}},
      {"==1.0+a", {"1+A", "1.0.0+a"}, {"1.0", "1.0+a.1", "1.0+b"}},
      {"==1.0.*",
       {"1.0", "1", "1.0.5", "1.0.dev0", "1.0.post3", "1.0.9+x"},
       {"1.1.dev0", "1.1", "0.9", "1!1.0"}},
      {"==2!1.*", {"2!1.0", "2!1.9"}, {"1.0", "2!2.dev0"}},
      {"!=1.0", {"1.0a1", "1.0.post1"}, {"1.0", "1.0+a"}},
      {"!=1.0+a", {"1.0", "1.0+b"}, {"1.0+a"}},
      {"!=1.0.*", {"1.1.dev0", "0.9"}, {"1.0.dev0", "1", "1.0.7"}},
      {"~=1.4", {"1.4", "1.9", "1.4.post1"}, {"1.3", "1.4rc1", "2.0.dev0", "2"}},
      {"~=1.4.2", {"1.4.2", "1.4.99"}, {"1.4.1", "1.5.dev0"}},
      {"~=1.4.2.post1", {"1.4.2.post1", "1.4.3"}, {"1.4.2", "1.5"}},
      {"~=1!1.4rc1", {"1!1.4rc2", "1!1.4"}, {"1!1.4b1", "1.4", "1!2"}},
      {"===1.0", {"1.0"}, {"1", "1.0.0", "v1.0"}},
      {"===Weird-1", {"weird-1", "WEIRD-1"}, {"weird"}},
      {">=1,<2,!=1.5", {"1", "1.5.1", "1.9"}, {"1.5", "2", "0.9"}},
      {"===1.0,>=1", {"1.0"}, {"1.1"}},
      {"===weird,>=1", {}, {"weird"}},
  };
  for (const auto& [specifier, admitted, refused] : cases) {
    for (const std::string& version : admitted) {
      CAPTURE(specifier, version);
      CHECK(set_of(specifier).contains(version));
    }
    for (const std::string& version : refused) {
      CAPTURE(specifier, version);
      CHECK_FALSE(set_of(specifier).contains(version));
    }
  }
}

TEST_CASE("pre-releases are chosen only if asked for, or if there is nothing else") {
  const std::vector<std::string> versions = {"1.0", "1.1a1", "1.1", "1.2rc1", "nonsense"};
  const auto chosen = [&](std::string_view specifier, Prereleases prereleases = Prereleases::kByDefault) {
    return set_of(specifier).filter(versions, prereleases);
  };
  CHECK(chosen(">=1.0") == std::vector<std::string>{"1.0", "1.1"});
  CHECK(chosen(">1.1") == std::vector<std::string>{"1.2rc1"});
  CHECK(chosen(">=1.1a1") == std::vector<std::string>{"1.1a1", "1.1", "1.2rc1"});
  CHECK(chosen("!=1.1a1") == std::vector<std::string>{"1.0", "1.1"});
  CHECK(chosen("") == std::vector<std::string>{"1.0", "1.1", "nonsense"});
  CHECK(chosen(">=1.0", Prereleases::kAdmitted) == std::vector<std::string>{"1.0", "1.1a1", "1.1", "1.2rc1"});
  CHECK(chosen(">1.1", Prereleases::kExcluded).empty());
  CHECK(chosen("===NONSENSE") == std::vector<std::string>{"nonsense"});
  CHECK_FALSE(set_of(">1.1").contains("1.2rc1", Prereleases::kExcluded));
  CHECK(set_of(">1.1").contains("1.2rc1"));
}

TEST_CASE("specifiers that no version satisfies together are disjoint") {
  for (const auto& [a, b] : {std::pair{">=1.10,<2", ">=2.7,<3"},
                             std::pair{"==0.100.0", ">=0.115.2,<1"},
                             std::pair{"<2", ">=2"},
                             std::pair{"<2.0", ">=2"},
                             std::pair{"<=1.9", ">1.9.0"},
                             std::pair{"~=1.4.2", ">=1.5"},
                             std::pair{"~= 1.4", ">=2"},
                             std::pair{"==1", "==2"},
                             std::pair{"<10", ">=10"},
                             std::pair{"==2.*", ">=3"},
                             std::pair{"!=2", "==2"},
                             std::pair{"<3rc1", ">=3"},
                             std::pair{"<2", ">=2.0.dev0"},
                             std::pair{">1.0", "<=1.0.post5"},
                             std::pair{">1.0a1", "<1.0a2.dev0"},
                             std::pair{">1.0", "==1.0+local"},
                             std::pair{"<=1.0", ">=1.0.post0.dev0"},
                             std::pair{"==1.0+a", "==1.0+b"},
                             std::pair{"!=1.*", "~=1.2"},
                             std::pair{"<1!0", ">=1!0"},
                             std::pair{"<0", ""},
                             std::pair{"===1.0", "===1.0.0"},
                             std::pair{"===1.0", ">1"},
                             std::pair{"===nonsense", ">=3"},
                             std::pair{">=2,<1", ""}}) {
    CAPTURE(a, b);
    CHECK(are_disjoint(a, b));
    CHECK(are_disjoint(b, a));
  }
}

TEST_CASE("specifiers that may be satisfied together are not") {
  for (const auto& [a, b] :
       {std::pair{">=1.10", ">=2.7,<3"}, std::pair{"", ">=2"}, std::pair{"<=2", ">=2.0"},
        std::pair{"~=1.4.2", ">=1.4.9"}, std::pair{"~=1.4", ">=1.9"}, std::pair{">=9", "<10"},
        std::pair{">1.0", "<1.0.1"}, std::pair{">1.0", "<1.0.0.0.0.1.dev0"},
        std::pair{">=1.0.post0.dev0", "<=1.0.post0.dev0"}, std::pair{"!=1.0", "==1.0.post1"},
        std::pair{"==1.0", "!=1.0+a"}, std::pair{"===1.0", "==1"}, std::pair{"===1.0A1", "===1.0a1"},
        std::pair{"===nonsense", ""}}) {
    CAPTURE(a, b);
    CHECK_FALSE(are_disjoint(a, b));
    CHECK_FALSE(are_disjoint(b, a));
  }
}

TEST_CASE("text that is no specifier is disjoint from nothing") {
  CHECK_FALSE(are_disjoint("^1.2", ">=3"));
  CHECK_FALSE(are_disjoint(">=3", "latest"));
}

TEST_CASE("a set is satisfiable by a version that lies between its bounds") {
  for (const char* const text : {"", ">1.0,<1.0.0.0.1", ">=1.0a1,<1.0a2", "==1.0+a,!=1.0+b",
                                 ">1.0.dev1,<=1.0.dev2", "===x", "==1.0,!=1.0+a,!=1.0+b"}) {
    CAPTURE(text);
    CHECK(set_of(text).is_satisfiable());
  }
  for (const char* const text :
       {"<0", "<0.dev0", ">1,<1", ">1.0.dev1,<1.0.dev2", ">1.0a1,<1.0a2.dev0", "==1.0,!=1.0", "==1.*,!=1.*",
        "===x,>=1", "===1,===2", ">=1.0,<1.0.post0.dev0,!=1.0", "==1.0+a,!=1.0"}) {
    CAPTURE(text);
    CHECK_FALSE(set_of(text).is_satisfiable());
  }
}

TEST_CASE("without pre-releases a set needs a final version") {
  for (const char* const text : {">=1.0a1,<1.0.post1", ">1.0,<1.0.0.1", ">=1.0.dev0,<=1.0", "==1.0+a",
                                 ">=1.0.post1.dev0,<1.0.1", ">1.0a1", "!=1.0,==1.0.*"}) {
    CAPTURE(text);
    CHECK(set_of(text).is_satisfiable(Prereleases::kExcluded));
  }
  for (const char* const text : {">=1.0a1,<1.0rc5", "==1.0a1", "==1.0a1+x", ">=1.0.post1.dev0,<1.0.post1",
                                 "<0.0", "===1.0a1", ">=1.0.dev0,<1.0rc1", "==1.0a1.post1"}) {
    CAPTURE(text);
    CHECK_FALSE(set_of(text).is_satisfiable(Prereleases::kExcluded));
  }
}

TEST_CASE("a specifier is part of another, or tightens it") {
  struct Case {
    std::string before;
    std::string after;
    bool is_tighter;
  };
  const std::vector<Case> cases = {
      {">=1", ">=2", true},
      {">=2", ">=1", false},
      {">=1", ">=1.0", false},
      {"", ">=0", true},
      {"", ">=0.dev0", false},
      {">=1,<3", ">=1,<2", true},
      {">=1,<3", ">=2,<4", false},
      {">=1,<3", "~=1.4", true},
      {"~=1.4", ">=1.4,==1.*", false},
      {"==1.*", "!=1.5,==1.*", true},
      {">1.0a1", ">=1.0a2.dev0", false},
      {"<2", "<2.0.dev0", false},
      {"<=1.0", "<1.0.post0.dev0", false},
      {"==1.0", "==1.0+a", true},
      {"==1.0", "===1.0", true},
      {"===1.0", "==1.0", false},
      {"===1.0", "===1.0", false},
      {">=2", ">=3,<1", true},
      {">=3,<1", ">=2,<1", false},
  };
  for (const auto& [before, after, is_tighter] : cases) {
    CAPTURE(before, after);
    CHECK(tightens(set_of(before), set_of(after)) == is_tighter);
  }
  CHECK(is_subset(set_of("~=1.4"), set_of(">=1.4,==1.*")));
  CHECK(is_subset(set_of(">=1.4,==1.*"), set_of("~=1.4")));
  CHECK(is_subset(set_of("===1.0"), set_of("==1")));
  CHECK_FALSE(is_subset(set_of("==1.0+a"), set_of("===1.0+a")));
}

TEST_CASE("two specifiers are joined into one that keeps the bounds of both") {
  struct Case {
    std::string first;
    std::string second;
    std::string joined;
  };
  const std::vector<Case> cases = {
      {"", ">=2", ">=2"},
      {">=1", ">=2", ">=2"},
      {">=3", ">=2", ">=3"},
      {">=3.9, <3.13", ">=3.11", ">=3.11,<3.13"},
      {">=0.115.9", ">=0.115.2,<1", ">=0.115.9,<1"},
      {"<3,>=2.0.0", ">=2.7,<3", ">=2.7,<3"},
      {">=1,!=2.1", ">=2,<3", ">=2,<3,!=2.1"},
      {"~=1.4", ">=1.5", ">=1.5,~=1.4"},
      {"==1.5", ">=1", "==1.5"},
      // Nothing can be joined with what nothing satisfies together, or with what is no specifier.
      {"<1", ">=2", ">=2"},
      {"x", ">=2", ">=2"},
  };
  for (const auto& [first, second, joined] : cases) {
    CAPTURE(first, second);
    CHECK(mlx::joined_specifier(first, second) == joined);
  }
  std::string many;
  for (int number = 0; number < 100'000; ++number) many += "!=" + std::to_string(number) + ".1,";
  CHECK(mlx::joined_specifier(many, ">=2") == ">=2");
}

TEST_CASE("a megabyte of specifiers is read in the time of sorting it") {
  std::string exclusions;
  for (int number = 0; exclusions.size() < (1U << 20U); ++number)
    exclusions += "!=" + std::to_string(number) + ".1,";
  const SpecifierSet set = set_of(exclusions);
  CHECK_FALSE(set.contains("777.1"));
  CHECK(set.contains("777.2"));
  CHECK(are_disjoint(set, set_of("==777.1")));

  std::string release = ">=1";
  while (release.size() < (1U << 20U)) release += ".0";
  CHECK(are_disjoint(release, "<1"));
  CHECK_FALSE(SpecifierSet::parse(">=" + std::string(1U << 20U, '9')));
  CHECK_FALSE(SpecifierSet::parse(std::string(1U << 20U, '=')).value().contains("1"));
}
