mlx_layer(mlx_bot_core
  SOURCES core/changed_file.cpp core/check_run.cpp core/command.cpp core/event.cpp core/handlers.cpp core/markdown.cpp core/patched_snapshot.cpp core/platform_review.cpp core/render.cpp
          core/render_advice.cpp core/render_changes.cpp core/render_differences.cpp core/render_parts.cpp core/review/review_answers.cpp core/review/review_buttons.cpp core/review/review_check.cpp
          core/review/review_comment.cpp core/review/review_pull_request.cpp core/same_text.cpp core/schedule_event.cpp
          core/update/conflict_suggestions.cpp core/update/dashboard.cpp core/update/render_update.cpp
          core/update/update_answers.cpp core/update/update_pass.cpp
  USES mlx_advise mlx_advisor mlx_test_selection
  PRIVATE_USES PkgConfig::cmark_gfm fmt::fmt)
