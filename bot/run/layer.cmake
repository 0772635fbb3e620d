mlx_layer(mlx_bot_run
  SOURCES run/amend.cpp run/check_action.cpp run/kept_index.cpp run/open_registry.cpp run/own_commit.cpp run/propose.cpp run/run_commands.cpp run/run_event.cpp run/run_pull_request.cpp run/run_review.cpp
          run/update_events.cpp run/update_run.cpp run/updates_command.cpp run/upsert_comment.cpp
  USES mlx_bot_forge mlx_io)
