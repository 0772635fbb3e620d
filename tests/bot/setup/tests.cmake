mlx_test(bot_setup_test
  SOURCES bot/setup/app_file_test.cpp bot/setup/app_needs_test.cpp bot/setup/registration_test.cpp bot/setup/site_access_test.cpp
          bot/setup/site_test.cpp bot/setup/visitor.cpp
  USES mlx_bot_settings mlx_bot_setup nlohmann_json::nlohmann_json)
target_compile_definitions(bot_setup_test PRIVATE MLX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
