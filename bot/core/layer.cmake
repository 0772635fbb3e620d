mlx_layer(mlx_bot_core
  SOURCES core/command.cpp core/event.cpp core/handlers.cpp core/markdown.cpp core/platform_review.cpp core/render.cpp
          core/render_advice.cpp
          core/render_changes.cpp core/render_parts.cpp core/schedule_event.cpp
          core/update/conflict_suggestions.cpp core/update/dashboard.cpp core/update/render_update.cpp
          core/update/update_answers.cpp core/update/update_pass.cpp
  USES mlx_plan mlx_advisor
  PRIVATE_USES PkgConfig::cmark_gfm fmt::fmt)
