mlx_test(action_test
  SOURCES action/checkout_repository_test.cpp action/github_environment_test.cpp action/inputs_test.cpp action/job_repository_test.cpp
          action/project_repository_test.cpp action/published_test.cpp action/workflow_commands_test.cpp
          support/git_repository.cpp
  USES mlx_action_github)
