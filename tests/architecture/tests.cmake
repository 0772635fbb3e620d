mlx_test(include_rules_test
  SOURCES architecture/include_rules.cpp architecture/include_rules_test.cpp architecture/type_names.cpp
          architecture/type_names_test.cpp)
target_compile_definitions(include_rules_test PRIVATE MLX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
