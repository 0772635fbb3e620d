mlx_test(bot_forge_test
  SOURCES bot/forge/archived_files_test.cpp bot/forge/blob_cache_test.cpp bot/forge/check_runs_test.cpp bot/forge/commits_test.cpp
          bot/forge/credentials_test.cpp bot/forge/events_test.cpp
          bot/forge/github_api_test.cpp bot/forge/installations_test.cpp bot/forge/repository_test.cpp bot/forge/reviews_test.cpp
          bot/forge/gitlab/api_test.cpp bot/forge/gitlab/commits_test.cpp bot/forge/gitlab/events_test.cpp bot/forge/gitlab/repository_test.cpp
          bot/forge/gzip_reader_test.cpp bot/forge/snapshot_test.cpp bot/forge/tar_reader_test.cpp support/git_repository.cpp
          support/tar_builder.cpp
  USES mlx_bot_forge OpenSSL::Crypto ZLIB::ZLIB)
