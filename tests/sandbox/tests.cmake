mlx_test(sandbox_test
  SOURCES sandbox/sandbox_fixture.cpp sandbox/app_manifests_test.cpp sandbox/apps_test.cpp sandbox/check_runs_test.cpp sandbox/git_data_test.cpp sandbox/hooks_test.cpp
          sandbox/issues_test.cpp sandbox/line_comments_test.cpp sandbox/pulls_test.cpp sandbox/service_test.cpp sandbox/story_test.cpp
          sandbox/web_test.cpp
  USES mlx_sandbox mlx_base OpenSSL::Crypto PkgConfig::httplib nlohmann_json::nlohmann_json)
