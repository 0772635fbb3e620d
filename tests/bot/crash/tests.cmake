add_executable(crash_bot bot/crash/crash_bot.cpp ${PROJECT_SOURCE_DIR}/cli/signals.cpp)
target_link_libraries(crash_bot PRIVATE mlx_options mlx_bot)

mlx_test(crash_sweep_test
  SOURCES bot/crash/child_bot.cpp bot/crash/crash_sweep_test.cpp
  USES mlx_sandbox mlx_plan mlx_test_registry PkgConfig::httplib)
target_compile_definitions(crash_sweep_test PRIVATE MLX_CRASH_BOT="$<TARGET_FILE:crash_bot>")
add_dependencies(crash_sweep_test crash_bot)
# The bots read the catalogue that stands beside their program.
set_tests_properties(crash_sweep_test PROPERTIES TIMEOUT 600)
