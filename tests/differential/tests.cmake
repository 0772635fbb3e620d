add_executable(python_facts differential/python_facts.cpp)
target_link_libraries(python_facts PRIVATE mlx_options mlx_source nlohmann_json::nlohmann_json)
add_test(NAME differential_python_source
  COMMAND ${PROJECT_SOURCE_DIR}/build/python/bin/python
          ${CMAKE_CURRENT_SOURCE_DIR}/differential/compare_with_ast.py --facts $<TARGET_FILE:python_facts>)
add_test(NAME differential_notices
  COMMAND ${PROJECT_SOURCE_DIR}/build/python/bin/python
          ${CMAKE_CURRENT_SOURCE_DIR}/differential/compare_with_ast.py --self-test)

add_executable(zone_times differential/zone_times.cpp)
target_link_libraries(zone_times PRIVATE mlx_options mlx_io)
add_test(NAME differential_time_zones
  COMMAND ${PROJECT_SOURCE_DIR}/build/python/bin/python
          ${CMAKE_CURRENT_SOURCE_DIR}/differential/compare_with_zoneinfo.py $<TARGET_FILE:zone_times>)

# PyPA's packaging, and its tests, are in build/packaging (tools/setup).
add_executable(specifier_answers differential/specifier_answers.cpp)
target_link_libraries(specifier_answers PRIVATE mlx_options mlx_manifest nlohmann_json::nlohmann_json)
add_test(NAME differential_specifiers
  COMMAND ${PROJECT_SOURCE_DIR}/build/packaging/bin/python -B
          ${CMAKE_CURRENT_SOURCE_DIR}/differential/compare_with_packaging.py $<TARGET_FILE:specifier_answers>)
