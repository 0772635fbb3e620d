# Facts of Python texts as lines, for the tests of what reads them.
add_library(mlx_test_python_facts STATIC engine/source/python_facts.cpp)
target_link_libraries(mlx_test_python_facts PUBLIC mlx_options mlx_source)

mlx_test(source_test
  SOURCES engine/source/enhancement_test.cpp engine/source/long_imports_test.cpp engine/source/move_modules_test.cpp engine/source/python_classes_test.cpp
          engine/source/python_environment_test.cpp engine/source/python_imports_test.cpp
          engine/source/python_listeners_test.cpp engine/source/python_mentions_test.cpp engine/source/python_problems_test.cpp engine/source/python_property_test.cpp
          engine/source/python_registrations_test.cpp
          engine/source/python_string_test.cpp engine/source/python_symbols_test.cpp
          engine/source/python_token_view_test.cpp engine/source/python_tokens_test.cpp
          engine/source/python_web_test.cpp engine/source/service_address_test.cpp engine/source/syntax_tree_test.cpp engine/source/python_practices_test.cpp engine/source/python_uses_test.cpp
  USES mlx_test_python_facts)
find_package(Python3 QUIET COMPONENTS Interpreter)
target_compile_definitions(source_test PRIVATE MLX_PYTHON_LIBRARY="${Python3_STDLIB}")
