mlx_layer(mlx_bot_forge
  SOURCES forge/archived_files.cpp forge/blob_cache.cpp forge/forge.cpp forge/gzip_reader.cpp forge/listed_snapshot.cpp forge/tar_reader.cpp
          forge/github/api.cpp forge/github/check_runs.cpp forge/github/credentials.cpp
          forge/github/events.cpp forge/github/github.cpp forge/github/installations.cpp forge/github/pages.cpp
          forge/github/repository.cpp forge/github/snapshot.cpp forge/github/values.cpp
          forge/gitlab/api.cpp forge/gitlab/commits.cpp forge/gitlab/events.cpp forge/gitlab/gitlab.cpp forge/gitlab/members.cpp forge/gitlab/repository.cpp
          forge/gitlab/reviews.cpp forge/gitlab/snapshot.cpp forge/gitlab/statuses.cpp forge/gitlab/values.cpp
  USES mlx_bot_core
  PRIVATE_USES OpenSSL::Crypto ZLIB::ZLIB fmt::fmt)
