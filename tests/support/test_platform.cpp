#include "tests/support/test_platform.h"

#include <stdexcept>

#include "engine/index/memory_snapshot.h"
#include "engine/plan/extract.h"

namespace mlx::testing {

PlatformFiles two_component_platform() {
  return {{"pyproject.toml",
           "[project]\nname = \"platform\"\nrequires-python = \">=3.11\"\ndependencies = "
           "[\"fastapi>=0.115,<1\", \"httpx>=0.27\"]\n"},
          {"mlx.toml",
           "# What is offered.\nsource-root = \"src\"\nimport-root = \"src\"\n\n[components.settings]\npaths "
           "= [\"src/settings\"]\nversion = \"1.0.0\"  # published\n\n[components.web]\npaths = "
           "[\"src/web\"]\nversion = '1.0.0'\n"},
          {"src/__init__.py", ""},
          {"src/settings/__init__.py", "\"\"\"Reads settings.\"\"\"\n\nPORT = 8080\n"},
          {"src/web/__init__.py",
           "\"\"\"Answers requests.\"\"\"\n\nfrom fastapi import FastAPI\n\nfrom src.settings import "
           "PORT\n\napp = FastAPI()\n\n\n@app.get(\"/health\")\ndef health() -> int:\n    return PORT\n"}};
}

PlatformFiles with_catalogue(PlatformFiles platform) {
  const MemorySnapshot files(platform);
  NoIndexCache cache;
  const auto configuration = read_configuration(files).value();
  const auto index = RepoIndex::build(files, cache, source_roots(configuration)).value();
  const auto extraction = extract_components(files, index, configuration).value();
  const auto plan = plan_extract(
      extraction, files, {.directory = "mlx-components", .identity = catalogue_identity(configuration)});
  if (!plan || plan->is_blocked()) throw std::runtime_error("the test's platform cannot be extracted");
  for (const FileChange& file : plan->files) platform[file.path.str()] = file.after.value();
  return platform;
}

}  // namespace mlx::testing
