# What libFuzzer calls compiles everywhere, so that it stays in order; the programs are made in the
# preset `fuzz`, and run until they are told to stop.

# mlx_fuzz_target(NAME SOURCES… USES… DEFINES…): NAME_entry, and NAME_fuzz in the preset.
function(mlx_fuzz_target name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;DEFINES" ${ARGN})
  add_library(${name}_entry OBJECT ${ARG_SOURCES})
  target_link_libraries(${name}_entry PUBLIC mlx_options ${ARG_USES})
  target_compile_definitions(${name}_entry PRIVATE ${ARG_DEFINES})
  if(MLX_FUZZ)
    add_executable(${name}_fuzz)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name}_fuzz PRIVATE ${name}_entry)
  endif()
endfunction()

mlx_fuzz_target(read_python_module SOURCES fuzz/read_python_module_fuzz.cpp USES mlx_source)
mlx_fuzz_target(specifiers SOURCES fuzz/specifiers_fuzz.cpp USES mlx_manifest)
mlx_fuzz_target(advice SOURCES fuzz/advice_fuzz.cpp USES mlx_advisor)
mlx_fuzz_target(archive SOURCES fuzz/archive_fuzz.cpp USES mlx_bot_forge)
mlx_fuzz_target(mcp SOURCES fuzz/mcp_fuzz.cpp USES mlx_mcp)
mlx_fuzz_target(rules SOURCES fuzz/rules_fuzz.cpp USES mlx_plan)
mlx_fuzz_target(time_zone SOURCES fuzz/time_zone_fuzz.cpp USES mlx_manifest)

foreach(language Text Python Json Toml Yaml)
  string(TOLOWER ${language} name)
  mlx_fuzz_target(merge_${name}
    SOURCES fuzz/merge_fuzz.cpp
    USES mlx_merge
    DEFINES MLX_FUZZED_LANGUAGE=k${language})
endforeach()
