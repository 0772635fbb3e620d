mlx_layer(mlx_bot_queue
  SOURCES queue/group_commit.cpp queue/sqlite_queue.cpp queue/sqlite_schema.cpp
  USES mlx_sqlite)
