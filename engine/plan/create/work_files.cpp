#include "engine/manifest/toml_string.h"
#include "engine/plan/create/foundation.h"

namespace mlx {
namespace {

constexpr std::string_view kMakefile =
    R"(# What people type: `make help` lists it. uv makes the environment in .venv; where there is no uv, one is
# installed into .uv, beside it.
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
RUN := $(UV) run

.DEFAULT_GOAL := help
.PHONY: help setup test lint type-check check format@PHONY@ clean

help: ## show this
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(UV) ## install everything into .venv
	@$(UV) sync --quiet

test: setup ## run the tests; ARGS="-k name" for some of them
	@$(RUN) pytest -q $(ARGS)

lint: setup ## look for mistakes (ruff)
	@$(RUN) ruff check .

type-check: setup ## check the types (mypy)
	@$(RUN) mypy

check: lint type-check test ## all of these

format: setup ## format the code (ruff)
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .
@RULES@
clean: ## remove what can be made again
	@rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache dist

.uv/bin/uv:
	@python3 -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
)";

constexpr std::string_view kRunRule = R"(
run: setup ## serve on http://127.0.0.1:@PORT@
	@$(RUN) @COMMAND@
)";

constexpr std::string_view kSynthRule = R"(
synth: setup ## write what .projenrc.py says (projen, which needs Node.js)
	@.venv/bin/python .projenrc.py
)";

constexpr std::string_view kHooks =
    R"(# `uv run pre-commit install` runs these before every commit. The tools are those of pyproject.toml.
repos:
  - repo: local
    hooks:
      - id: ruff
        name: ruff
        entry: uv run ruff check --fix
        language: system
        types: [python]
      - id: mypy
        name: mypy
        entry: uv run mypy
        language: system
        types: [python]
        pass_filenames: false
)";

constexpr std::string_view kIgnored = R"(# What can be made again
.mypy_cache/
.pytest_cache/
.ruff_cache/
.uv/
.venv/
__pycache__/
*.egg-info/
*.pyc
build/
dist/
node_modules/

# What only you should have
.env
)";

constexpr std::string_view kConfiguration = R"(# How MLX sees this project. Every key may be left out.
source-root = "src/@PACKAGE@"
import-root = "@PACKAGE@"
@REGISTRIES@
[bot]
update = { schedule = "0 6 * * 1" }
)";

}  // namespace

void add_work_files(const Foundation& foundation, NewFiles& files) {
  std::string rules;
  std::string phony;
  if (const ProvidedContainer* server = foundation.server()) {
    phony += " run";
    rules += filled(
        kRunRule, {{"PORT", server->ports.front()}, {"COMMAND", foundation.module_command(server->command)}});
  }
  if (foundation.has_projen) {
    phony += " synth";
    rules += kSynthRule;
  }
  const std::string registries = foundation.registry.empty()
                                     ? ""
                                     : "\n[registries]\ndefault = " + toml_string(foundation.registry) + "\n";
  files["Makefile"] = filled(kMakefile, {{"RULES", rules}, {"PHONY", phony}});
  files[".pre-commit-config.yaml"] = kHooks;
  files[".gitignore"] = kIgnored;
  files["mlx.toml"] =
      filled(kConfiguration, {{"PACKAGE", foundation.name.package}, {"REGISTRIES", registries}});
}

}  // namespace mlx
