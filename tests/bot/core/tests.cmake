# Helpers that the tests of several layers share.
add_library(mlx_bot_test_registry STATIC support/test_registry.cpp)
target_link_libraries(mlx_bot_test_registry PUBLIC mlx_options mlx_base nlohmann_json::nlohmann_json)

mlx_test(bot_core_test
  SOURCES bot/core/changed_file_test.cpp bot/core/command_test.cpp bot/core/handlers_test.cpp bot/core/markdown_test.cpp bot/core/patched_snapshot_test.cpp bot/core/review/review_check_test.cpp bot/core/review/review_pull_request_test.cpp
          bot/core/render_changes_test.cpp bot/core/render_test.cpp bot/core/same_text_test.cpp bot/core/schedule_event_test.cpp
          bot/core/render_advice_test.cpp
          bot/core/update/dashboard_test.cpp bot/core/update/render_update_test.cpp
          bot/core/update/update_answers_test.cpp support/rendered_markdown.cpp support/test_platform.cpp
  USES mlx_bot_core mlx_bot_test_registry PkgConfig::cmark_gfm)
