mlx_layer(mlx_action
  SOURCES check_job.cpp checkout_repository.cpp extract_job.cpp job_repository.cpp phases.cpp project_repository.cpp
          proposal_jobs.cpp read_inputs.cpp review_job.cpp run_job.cpp
  USES mlx_bot_run
  PRIVATE_USES fmt::fmt)

mlx_layer(mlx_action_github
  SOURCES github/environment.cpp github/permission_advice.cpp github/published.cpp github/read_job.cpp github/workflow_commands.cpp
  USES mlx_action
  PRIVATE_USES fmt::fmt)
