# Libraries from the distribution, and tree-sitter with its grammars from
# node_modules (pinned by package-lock.json; they ship C sources).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(cmark_gfm REQUIRED IMPORTED_TARGET libcmark-gfm)

set(MLX_NODE_MODULES ${PROJECT_SOURCE_DIR}/node_modules)
if(NOT EXISTS ${MLX_NODE_MODULES}/tree-sitter/vendor/tree-sitter/lib/src/lib.c)
  message(FATAL_ERROR "The grammars are not installed. Run `make setup`, or `npm ci`.")
endif()

set(tree_sitter ${MLX_NODE_MODULES}/tree-sitter/vendor/tree-sitter/lib)
add_library(tree_sitter STATIC ${tree_sitter}/src/lib.c)
target_include_directories(tree_sitter SYSTEM PUBLIC ${tree_sitter}/include PRIVATE ${tree_sitter}/src)
target_compile_definitions(tree_sitter PRIVATE _POSIX_C_SOURCE=200112L _DEFAULT_SOURCE)
# The address sanitizer watches these as well; their undefined behaviour is not ours to mend.
target_compile_options(tree_sitter PRIVATE -w -fno-sanitize=undefined)

# Generated parsers are large tables: -O1 halves their build time and costs nothing measurable.
function(mlx_grammar name directory)
  set(source ${MLX_NODE_MODULES}/${directory}/src)
  add_library(tree_sitter_${name} STATIC ${source}/parser.c ${source}/scanner.c)
  target_include_directories(tree_sitter_${name} SYSTEM PRIVATE ${source})
  target_compile_options(tree_sitter_${name} PRIVATE -w -O1 -fno-sanitize=undefined)
  target_link_libraries(tree_sitter_${name} PUBLIC tree_sitter)
endfunction()

mlx_grammar(python tree-sitter-python)
mlx_grammar(toml @tree-sitter-grammars/tree-sitter-toml)
mlx_grammar(yaml @tree-sitter-grammars/tree-sitter-yaml)
