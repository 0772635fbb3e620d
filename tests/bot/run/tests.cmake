mlx_test(bot_run_test
  SOURCES bot/run/bot_test.cpp bot/run/cold_review_test.cpp bot/run/delivery_handler_test.cpp bot/run/faults_test.cpp
          bot/run/forge_calls_test.cpp bot/run/gitlab_test.cpp bot/run/host.cpp bot/run/kept_index_test.cpp bot/run/platform_test.cpp bot/run/review_advice_test.cpp bot/run/review_test.cpp bot/run/run_event_others_test.cpp bot/run/run_event_test.cpp bot/run/run_world.cpp bot/run/update_manners_test.cpp bot/run/update_test.cpp support/test_platform.cpp
          engine/io/raw_server.cpp engine/io/scripted_model.cpp support/git_repository.cpp support/test_sandbox.cpp
  USES mlx_bot mlx_sandbox mlx_bot_test_registry mlx_test_registry)
set_tests_properties(bot_run_test PROPERTIES TIMEOUT 300)
