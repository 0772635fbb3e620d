#include "tests/architecture/include_rules.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

using namespace mlx::test;
namespace fs = std::filesystem;

namespace {

/// The rules that a file breaks, each with its line: `2: …`.
std::vector<std::string> rules(std::string_view file, std::string_view text) {
  std::vector<std::string> found;
  for (const Violation& violation : check_includes(file, text)) {
    CHECK(violation.file == file);
    found.push_back(std::to_string(violation.line) + ": " + violation.rule);
  }
  return found;
}

bool may_include(std::string_view file, std::string_view header) {
  return rules(file, "#include \"" + std::string(header) + "\"\n").empty();
}

using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("every source file keeps to its layer") {
  std::size_t count = 0;
  for (const char* top : {"engine", "bot", "action", "cli", "sandbox"}) {
    const fs::path directory = fs::path(MLX_SOURCE_DIR) / top;
    if (!fs::exists(directory)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      const bool is_source = entry.path().extension() == ".h" || entry.path().extension() == ".cpp";
      if (!entry.is_regular_file() || !is_source) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(stream), {});
      const std::string file = entry.path().lexically_relative(MLX_SOURCE_DIR).generic_string();
      for (const Violation& violation : check_includes(file, text)) FAIL_CHECK(to_string(violation));
      ++count;
    }
  }
  CHECK(count > 100);
}

TEST_CASE("the layers of the engine go one way") {
  const std::vector<std::string> ascending = {"base",   "source", "index",  "manifest", "component",
                                              "compat", "plan",   "advise", "io"};
  for (std::size_t user = 0; user < ascending.size(); ++user) {
    for (std::size_t used = 0; used < ascending.size(); ++used) {
      CAPTURE(ascending[user], ascending[used]);
      CHECK(may_include("engine/" + ascending[user] + "/a.h", "engine/" + ascending[used] + "/b.h") ==
            (used <= user));
    }
  }
}

TEST_CASE("merge needs base and source only, and plan may use it") {
  CHECK(may_include("engine/merge/a.cpp", "engine/base/b.h"));
  CHECK(may_include("engine/merge/a.cpp", "engine/source/b.h"));
  CHECK(may_include("engine/plan/a.cpp", "engine/merge/b.h"));
  for (const char* layer : {"index", "manifest", "component", "plan", "io"})
    CHECK_FALSE(may_include("engine/merge/a.cpp", "engine/" + std::string(layer) + "/b.h"));
  for (const char* layer : {"base", "source", "index", "manifest", "component", "compat"})
    CHECK_FALSE(may_include("engine/" + std::string(layer) + "/a.cpp", "engine/merge/b.h"));
}

TEST_CASE("the bot's parts know what they may know") {
  struct Case {
    std::string user;
    std::string used;
    bool is_allowed;
  };
  const auto [user, used, is_allowed] =
      GENERATE(values<Case>({{"bot/core/a.h", "engine/plan/b.h", true},
                             {"bot/core/a.h", "engine/io/b.h", false},
                             {"bot/core/a.h", "bot/forge/b.h", false},
                             {"bot/core/a.h", "bot/worker.h", false},
                             {"bot/forge/github/a.cpp", "bot/forge/b.h", true},
                             {"bot/forge/a.h", "bot/core/b.h", true},
                             {"bot/forge/a.h", "engine/io/b.h", false},
                             {"bot/forge/a.h", "bot/queue/b.h", false},
                             {"bot/queue/a.h", "engine/base/b.h", true},
                             {"bot/queue/a.h", "engine/plan/b.h", false},
                             {"bot/queue/a.h", "bot/logging.h", false},
                             {"bot/run/a.h", "engine/io/b.h", true},
                             {"bot/run/a.h", "bot/forge/b.h", true},
                             {"bot/run/a.h", "bot/queue/b.h", false},
                             {"bot/run/a.h", "bot/server.h", false},
                             {"bot/worker.cpp", "bot/queue/b.h", true},
                             {"bot/worker.cpp", "bot/server.h", true},
                             {"bot/bot.cpp", "engine/io/b.h", true},
                             {"bot/bot.cpp", "sandbox/b.h", false},
                             {"bot/bot.cpp", "cli/b.h", false},
                             {"action/a.cpp", "bot/run/b.h", true},
                             {"action/a.cpp", "bot/queue/b.h", false},
                             {"action/a.cpp", "bot/server.h", false},
                             {"sandbox/github/a.cpp", "engine/base/b.h", true},
                             {"sandbox/github/a.cpp", "sandbox/git/b.h", true},
                             {"sandbox/github/a.cpp", "engine/source/b.h", false},
                             {"sandbox/a.cpp", "bot/core/b.h", false},
                             {"cli/a.cpp", "sandbox/b.h", true},
                             {"cli/a.cpp", "bot/bot.h", true},
                             {"cli/a.cpp", "bot/queue/b.h", true},
                             {"cli/a.cpp", "engine/io/b.h", true},
                             {"cli/a.cpp", "cli/mcp/b.h", true},
                             {"cli/mcp/a.cpp", "engine/base/b.h", true},
                             {"cli/mcp/a.cpp", "engine/component/b.h", false},
                             {"cli/mcp/a.cpp", "cli/b.h", false},
                             {"engine/io/a.cpp", "bot/core/b.h", false},
                             {"engine/io/a.cpp", "tests/support/b.h", false}}));
  CAPTURE(user, used);
  CHECK(may_include(user, used) == is_allowed);
}

TEST_CASE("a violation names file, line and rule") {
  const std::string text = "// a\n#pragma once\n\n#include <string>\n#include \"engine/io/directory.h\"\n";
  const auto found = check_includes("engine/plan/add.cpp", text);
  REQUIRE(found.size() == 1);
  CHECK(to_string(found.front()) == "engine/plan/add.cpp:5: engine/plan may not use engine/io");
}

TEST_CASE("includes are found however they are written") {
  const Rules rule = {"1: engine/base may not use engine/io"};
  CHECK(rules("engine/base/a.h", "#include \"engine/io/x.h\"") == rule);
  CHECK(rules("engine/base/a.h", "  #  include\t\"engine/io/x.h\"  // why") == rule);
  CHECK(rules("engine/base/a.h", "#include\"engine/io/x.h\"\r\n") == rule);
  CHECK(rules("engine/base/a.h", "// #include \"engine/io/x.h\"\n/*\n#include \"engine/io/x.h\"\n*/\n")
            .empty());
  CHECK(rules("engine/base/a.h", "const char* x = R\"(\n#include \"engine/io/x.h\"\n)\";\n").empty());
}

TEST_CASE("an include or a file outside every layer is a violation") {
  CHECK(rules("engine/base/a.h", "#include \"error.h\"\n").size() == 1);
  CHECK(rules("engine/base/a.h", "#include \"../index/snapshot.h\"\n").size() == 1);
  CHECK(rules("engine/utils/a.h", "").size() == 1);
  CHECK(rules("bot/utils/a.h", "").size() == 1);
  CHECK(rules("bot/bot.cpp", "#include \"bot/utils/a.h\"\n").size() == 1);
}

TEST_CASE("a pure layer reaches for nothing outside") {
  const std::string file = GENERATE(as<std::string>{}, "engine/base/a.cpp", "engine/plan/a.h",
                                    "engine/merge/a.cpp", "bot/core/a.cpp");
  CAPTURE(file);
  for (const char* header :
       {"filesystem", "fstream", "git2.h", "sqlite3.h", "httplib.h", "unistd.h", "sys/stat.h"})
    CHECK(rules(file, "\n#include <" + std::string(header) + ">\n").size() == 1);
  for (const char* code : {"auto t = std::chrono::system_clock::now();", "steady_clock::now()",
                           "std::getenv(\"X\")", "::getenv (name)", "f(getenv)", "std::fopen(path, \"r\")"})
    CHECK(rules(file, "\n" + std::string(code) + "\n").size() == 1);
  for (const char* harmless :
       {"#include <chrono>", "#include <string>", "// std::getenv(\"X\")", "f(\"os.getenv\");",
        R"(f('\'', "getenv");)", "R\"x(getenv)\" )x\"", "std::chrono::system_clock::time_point now;",
        "my_getenv(x)", "x = 1'000; // getenv", "/* getenv\n getenv */"})
    CHECK(rules(file, "\n" + std::string(harmless) + "\n").empty());
}

TEST_CASE("an impure layer may") {
  CHECK(rules("engine/io/a.cpp", "#include <filesystem>\n#include <httplib.h>\n").empty());
  CHECK(rules("bot/logging.cpp", "auto t = std::chrono::system_clock::now();\n").empty());
  CHECK(rules("cli/main.cpp", "std::getenv(\"X\");\n").empty());
}
