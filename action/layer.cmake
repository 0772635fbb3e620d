mlx_layer(mlx_action
  SOURCES check_job.cpp checkout_repository.cpp extract_job.cpp job_repository.cpp job_variables.cpp phases.cpp project_repository.cpp
          proposal_jobs.cpp published.cpp read_inputs.cpp review_job.cpp run_job.cpp tool_run.cpp
  USES mlx_bot_run
  PRIVATE_USES fmt::fmt)

mlx_layer(mlx_action_github
  SOURCES github/environment.cpp github/output_lines.cpp github/permission_advice.cpp github/read_job.cpp github/workflow_commands.cpp
  USES mlx_action
  PRIVATE_USES fmt::fmt)

mlx_layer(mlx_action_gitlab
  SOURCES gitlab/environment.cpp gitlab/permission_advice.cpp gitlab/read_job.cpp gitlab/reports.cpp
  USES mlx_action
  PRIVATE_USES fmt::fmt)
