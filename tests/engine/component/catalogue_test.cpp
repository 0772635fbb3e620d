// The catalogue of this repository, as it will be shipped.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "engine/component/registry.h"
#include "engine/index/memory_snapshot.h"
#include "engine/source/syntax_tree.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> files_below(const fs::path& top) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.emplace(entry.path().lexically_relative(top).generic_string(),
                  std::string(std::istreambuf_iterator<char>(stream), {}));
  }
  return files;
}

}  // namespace

TEST_CASE("every component and every template of the catalogue verifies") {
  const MemorySnapshot snapshot(files_below(fs::path(MLX_SOURCE_DIR) / "mlx-components"));
  const auto registry = Registry::open(snapshot, "builtin");
  if (!registry) FAIL(to_string(registry.error()));
  REQUIRE_FALSE(registry->items().empty());
  for (const RegistryItem& item : registry->items()) {
    CAPTURE(item.name);
    const auto component = registry->component(item.name);
    if (!component) FAIL(to_string(component.error()));
    CHECK(component->title == item.title);
    CHECK(component->description == item.description);
    CHECK(component->type == item.type);
    CHECK(component->categories == item.categories);
    for (const ComponentFile& file : component->files) {
      CAPTURE(file.path.str());
      const auto text = registry->template_text(*component, file);
      if (!text) FAIL(to_string(text.error()));
      if (file.path.str().ends_with(".py"))
        CHECK_FALSE(SyntaxTree::parse(Language::kPython, *text).has_errors());
    }
    for (const auto& [name, range] : component->requirements.components) {
      CAPTURE(name);
      const auto required = registry->item(name);
      REQUIRE(required);
      CHECK(range.contains(required->version));
    }
  }
}

TEST_CASE("nothing in the catalogue is left out of it") {
  const auto files = files_below(fs::path(MLX_SOURCE_DIR) / "mlx-components");
  const MemorySnapshot snapshot(files);
  const Registry registry = Registry::open(snapshot, "builtin").value();
  std::set<std::string> listed = {"registry.json"};
  for (const RegistryItem& item : registry.items()) {
    listed.insert(item.component.str());
    const Component component = registry.component(item.name).value();
    for (const ComponentFile& file : component.files)
      listed.insert(std::string(item.component.parent()) + "/" + file.path.str());
  }
  for (const auto& [path, text] : files) {
    CAPTURE(path);
    const bool is_shadcn_item = path.starts_with("r/");
    CHECK((is_shadcn_item || listed.contains(path)));
  }
}
