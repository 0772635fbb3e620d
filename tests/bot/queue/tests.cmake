mlx_test(sqlite_queue_test
  SOURCES bot/queue/job_queue_contract_test.cpp bot/queue/job_queue_concurrency_test.cpp
          bot/queue/sqlite_queue_database.cpp bot/queue/sqlite_queue_test.cpp
  USES mlx_bot_queue SQLite::SQLite3)
