mlx_test(bot_server_test
  SOURCES bot/server/ingress_test.cpp bot/server/gitlab_ingress_test.cpp bot/server/limits_test.cpp bot/server/raw_client.cpp
          bot/server/registry_pages_test.cpp bot/server/running_server.cpp bot/server/setup_ingress_test.cpp bot/setup/visitor.cpp
  USES mlx_bot_server)

mlx_test(bot_worker_test
  SOURCES bot/server/worker_test.cpp bot/server/running_server.cpp bot/server/raw_client.cpp
  USES mlx_bot_server)

mlx_test(bot_settings_test
  SOURCES bot/server/logging_test.cpp bot/server/metrics_test.cpp bot/server/raw_client.cpp
          bot/server/running_server.cpp bot/server/settings_test.cpp
  USES mlx_bot_server mlx_bot_settings)

mlx_test(bot_scheduler_test
  SOURCES bot/server/scheduler_test.cpp support/tzif.cpp
  USES mlx_bot_scheduler mlx_io)

# A load generator, not a test: see tests/bench/ingress.md.
add_executable(ingress_bench bench/ingress_bench.cpp)
target_link_libraries(ingress_bench PRIVATE mlx_options mlx_bot_server mlx_bot_queue)
