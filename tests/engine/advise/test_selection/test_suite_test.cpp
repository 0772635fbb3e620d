#include "engine/advise/test_selection/test_suite.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

/// `path: tests` for each test file.
std::vector<std::string> suite_of(const std::map<std::string, std::string>& files) {
  const MemorySnapshot snapshot(files);
  NoIndexCache cache;
  const RepoIndex index = RepoIndex::build(snapshot, cache, {""}).value();
  std::vector<std::string> lines;
  for (const TestFile& test : find_test_suite(index, find_pytest_configuration(snapshot).value()).files)
    lines.push_back(index.python()[test.file].str() + ": " + std::to_string(test.tests));
  return lines;
}

using Lines = std::vector<std::string>;
const std::string kOne = "def test_one(): pass\n";

}  // namespace

TEST_CASE("files are tests by their name, in directories that pytest looks into") {
  CHECK(suite_of({{"tests/test_a.py", kOne}, {"b_test.py", kOne}, {"src/testing.py", kOne}}) ==
        Lines{"b_test.py: 1", "tests/test_a.py: 1"});
  CHECK(suite_of({{"build/test_a.py", kOne}, {"venv/x/test_b.py", kOne}, {".tox/test_c.py", kOne}}).empty());
}

TEST_CASE("where pytest is told what to collect, that is gone by") {
  const std::string pyproject =
      "[tool.pytest.ini_options]\ntestpaths = [\"checks\"]\npython_files = \"check_*.py\"\n";
  CHECK(suite_of({{"pyproject.toml", pyproject},
                  {"checks/check_a.py", kOne},
                  {"checks/test_a.py", kOne},
                  {"check_b.py", kOne}}) == Lines{"checks/check_a.py: 1"});
  CHECK(suite_of({{"pytest.ini", "[pytest]\ntestpaths = ./tests/\n"},
                  {"tests/a/test_a.py", kOne},
                  {"test_b.py", kOne}}) == Lines{"tests/a/test_a.py: 1"});
  CHECK(suite_of({{"pytest.ini", "[pytest]\ntestpaths = gone\n"}, {"test_b.py", kOne}}) ==
        Lines{"test_b.py: 1"});
  CHECK(suite_of({{"pytest.ini", "[pytest]\naddopts = --doctest-modules\n"}, {"src/a.py", ""}}) ==
        Lines{"src/a.py: 0"});
}

TEST_CASE("tests are functions, and methods of classes that hold tests") {
  const std::string text =
      "import unittest\n"
      "def test_a(): pass\n"
      "async def test_b(): pass\n"
      "def helper(): pass\n"
      "class TestC:\n  def test_d(self): pass\n  def other(self): pass\n"
      "class Helper:\n  def test_e(self): pass\n"
      "class Cases(unittest.TestCase):\n  def test_f(self): pass\n";
  CHECK(suite_of({{"test_x.py", text}}) == Lines{"test_x.py: 4"});
  CHECK(suite_of({{"pytest.ini", "[pytest]\npython_functions = check_*\npython_classes = *Suite\n"},
                  {"test_x.py",
                   "def check_a(): pass\ndef test_b(): pass\nclass ASuite:\n  def check_c(self): pass\n"}}) ==
        Lines{"test_x.py: 2"});
}
