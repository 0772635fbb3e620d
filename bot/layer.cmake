mlx_layer(mlx_bot_observe
  SOURCES logging.cpp metrics.cpp secret.cpp
  USES mlx_bot_queue fmt::fmt
  PRIVATE_USES spdlog::spdlog)

mlx_layer(mlx_bot_settings
  SOURCES app_file.cpp settings.cpp settings_file.cpp
  USES mlx_bot_observe mlx_bot_setup mlx_advisor)

mlx_layer(mlx_bot_http
  SOURCES http_connection.cpp http_server.cpp
  USES mlx_base PkgConfig::httplib Threads::Threads)

mlx_layer(mlx_bot_server
  SOURCES registry_pages.cpp registry_server.cpp server.cpp setup_routes.cpp webhook.cpp webhook_gitlab.cpp
          webhook_routes.cpp worker.cpp
  USES mlx_bot_observe mlx_bot_setup mlx_index
  PRIVATE_USES mlx_bot_http)

mlx_layer(mlx_bot_scheduler
  SOURCES scheduler.cpp watched_repository.cpp
  USES mlx_bot_forge mlx_bot_observe)

mlx_layer(mlx_bot
  SOURCES advisor.cpp bot.cpp delivery_handler.cpp file_beside.cpp
  USES mlx_bot_run mlx_bot_scheduler mlx_bot_settings mlx_bot_server)
target_compile_definitions(mlx_bot PRIVATE MLX_VERSION="${PROJECT_VERSION}")
