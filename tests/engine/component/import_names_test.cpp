#include "engine/component/extract/import_names.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/manifest/requirement.h"

using namespace mlx;

namespace {

using Names = std::vector<std::string>;

struct Row {
  std::string path;
  Names distributions;
};

/// The lines of a file in `data/` that are not comments.
Names data_lines(const std::string& name) {
  std::ifstream file(std::string(MLX_SOURCE_DIR) + "/engine/component/extract/data/" + name);
  Names lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) lines.push_back(line);
  }
  return lines;
}

Names split(const std::string& text, char separator) {
  Names parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::vector<Row> import_names() {
  std::vector<Row> rows;
  for (const std::string& line : data_lines("import_names.tsv")) {
    const Names columns = split(line, '\t');
    CAPTURE(line);
    REQUIRE(columns.size() == 2);
    rows.push_back({.path = columns[0], .distributions = split(columns[1], ',')});
  }
  return rows;
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Names known(std::string_view path) {
  const auto found = known_distributions(path);
  return {found.begin(), found.end()};
}

}  // namespace

TEST_CASE("the table of import names is in form") {
  const auto rows = import_names();
  CHECK(rows.size() > 1000);
  std::string previous;
  for (const auto& [path, distributions] : rows) {
    CAPTURE(path, distributions);
    CHECK(previous < path);
    previous = path;
    const Names parts = split(path, '.');
    CHECK(std::ranges::all_of(parts, is_identifier));
    std::set<std::string> names;
    for (const std::string& distribution : distributions) {
      const auto requirement = parse_requirement(distribution);
      if (!requirement) FAIL_CHECK(to_string(requirement.error()));
      if (requirement) CHECK(requirement->name == distribution);
      CHECK(names.insert(normalized_name(distribution)).second);
    }
    // A top-level name that says itself what to install needs no line.
    const bool has_other_name = names.size() > 1 || !names.contains(normalized_name(path));
    CHECK((parts.size() > 1 || has_other_name));
    CHECK_FALSE(is_standard_library(path));
  }
}

TEST_CASE("every line of the table of import names is compiled in") {
  for (const auto& [path, distributions] : import_names()) {
    CAPTURE(path);
    CHECK(known(path) == distributions);
    CHECK(known(path + ".no_such_module") == distributions);
  }
}

TEST_CASE("distributions are found by import path") {
  CHECK(known("yaml") == Names{"PyYAML"});
  CHECK(known("sklearn") == Names{"scikit-learn"});
  CHECK(known("google.protobuf") == Names{"protobuf"});
  CHECK(known("opentelemetry.trace") == Names{"opentelemetry-api"});
  CHECK(known("cv2") == Names{"opencv-python", "opencv-python-headless", "opencv-contrib-python",
                              "opencv-contrib-python-headless"});
}

TEST_CASE("the longest prefix of an import path decides") {
  CHECK(known("sklearn.linear_model.LogisticRegression") == Names{"scikit-learn"});
  CHECK(known("google.cloud.storage.blob") == Names{"google-cloud-storage"});
  CHECK(known("airflow.models") == Names{"apache-airflow"});
  CHECK(known("airflow.providers.google.cloud.hooks.gcs") == Names{"apache-airflow-providers-google"});
  CHECK(known("azure.monitor.opentelemetry") == Names{"azure-monitor-opentelemetry"});
  CHECK(known("azure.monitor.opentelemetry.exporter.export") ==
        Names{"azure-monitor-opentelemetry-exporter"});
}

TEST_CASE("a prefix ends at a dot") {
  CHECK(known("yaml2").empty());
  CHECK(known("yam").empty());
  CHECK(known("google.cloud.storage_control").empty());
}

TEST_CASE("what the table does not have has no known distribution") {
  const std::string path =
      GENERATE(as<std::string>{}, "", ".", "..", ".yaml", "numpy", "google", "google.cloud", "azure",
               "opentelemetry", "YAML", "yaml ", "#", "src.yaml", "no_such_module.yaml");
  CAPTURE(path);
  CHECK(known(path).empty());
}

TEST_CASE("a path of any length is answered") {
  std::string path = "sklearn";
  for (int i = 0; i < 100'000; ++i) path += ".a";
  CHECK(known(path) == Names{"scikit-learn"});
  CHECK(known(std::string(1'000'000, '.')).empty());
}

TEST_CASE("the list of the standard library is in form, and compiled in") {
  const Names modules = data_lines("standard_library.txt");
  CHECK(modules.size() > 250);
  std::string previous;
  for (const std::string& module : modules) {
    CAPTURE(module);
    CHECK(previous < module);
    previous = module;
    CHECK(is_identifier(module));
    CHECK(is_standard_library(module));
  }
}

TEST_CASE("modules of every supported Python are the standard library") {
  const std::string module = GENERATE(as<std::string>{}, "os", "sys", "__future__", "_thread", "zoneinfo",
                                      "tomllib", "annotationlib", "compression", "distutils", "asyncore",
                                      "imp", "binhex", "formatter", "msvcrt", "winreg", "nt");
  CAPTURE(module);
  CHECK(is_standard_library(module));
}

TEST_CASE("what is not the name of a standard module is not the standard library") {
  const std::string module = GENERATE(as<std::string>{}, "", "os.path", "OS", "numpy", "pip", "setuptools",
                                      "typing_extensions", "test", "tests", "src", "#", "os ", "zzz");
  CAPTURE(module);
  CHECK_FALSE(is_standard_library(module));
}
