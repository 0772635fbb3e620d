mlx_layer(mlx_bot_core
  SOURCES core/command.cpp core/event.cpp core/handlers.cpp core/markdown.cpp core/platform_review.cpp core/render.cpp
          core/render_changes.cpp core/render_parts.cpp core/schedule_event.cpp
  USES mlx_plan
  PRIVATE_USES PkgConfig::cmark_gfm fmt::fmt)
