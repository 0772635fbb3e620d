#include "tests/architecture/type_names.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <catch2/catch.hpp>

using namespace mlx::test;
namespace fs = std::filesystem;

TEST_CASE("no two files define types of one name") {
  // The linker would take the functions of one for both, such as those of a vector of them.
  std::map<std::string, std::string> files;
  for (const char* top : {"engine", "bot", "action", "cli", "sandbox"}) {
    const fs::path directory = fs::path(MLX_SOURCE_DIR) / top;
    if (!fs::exists(directory)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      const bool is_source = entry.path().extension() == ".h" || entry.path().extension() == ".cpp";
      if (!entry.is_regular_file() || !is_source) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(stream), {});
      const std::string file = entry.path().lexically_relative(MLX_SOURCE_DIR).generic_string();
      for (const std::string& type : shared_types(text)) {
        const auto [known, is_new] = files.emplace(type, file);
        CAPTURE(type, known->second, file);
        CHECK(is_new);
      }
    }
  }
  CHECK(files.size() > 300);
}

TEST_CASE("types that are shared are told from those of one file") {
  CHECK(shared_types("struct A;\n"
                     "namespace mlx {\n"
                     "class A final : public B {\n  struct Inner {};\n};\n"
                     "namespace {\nstruct Own {\n};\n}  // namespace\n"
                     "enum class E { kOne };\n"
                     "enum class F : std::uint8_t {\n"
                     "}  // namespace mlx\n"
                     "namespace mlx::bot {\nstruct A::Impl {\n}  // namespace mlx::bot\n") ==
        std::vector<std::string>{"mlx::A", "mlx::E", "mlx::F", "mlx::bot::A::Impl"});
}
