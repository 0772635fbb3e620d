mlx_layer(mlx_bot_run
  SOURCES run/propose.cpp run/run_event.cpp
  USES mlx_bot_forge mlx_io)
