# What people type. The build itself is CMake's: see CMakePresets.json.
.DEFAULT_GOAL := help
.PHONY: help build demo test lint format bench clean

help: ## show this
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build build/release/mlx, with all that it needs
	@tools/setup build
	@tools/build release mlx

demo: build ## see the bot turn a comment into a pull request, on this machine
	@python3 demo/demo.py --mlx build/release/mlx

test: ## build and run all tests
	@tools/setup test
	@tools/build release all
	@ctest --preset release -j 2

lint: ## check the format and the habits of the C++ sources (clang-format, clang-tidy)
	@tools/setup lint
	@tools/lint

format: ## format the C++ sources
	@tools/setup lint
	@git ls-files '*.cpp' '*.h' | xargs clang-format-19 -i

bench: ## measure what the README claims
	@tools/setup test
	@tools/build release all
	@tests/bench/run

clean: ## remove everything that was built
	@rm -rf build node_modules 2>/dev/null || sudo rm -rf build node_modules
