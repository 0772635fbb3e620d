mlx_layer(mlx_bot_core
  SOURCES core/command.cpp core/handlers.cpp core/markdown.cpp core/render.cpp
  USES mlx_plan
  PRIVATE_USES PkgConfig::cmark_gfm fmt::fmt)
