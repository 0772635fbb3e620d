# A load generator, not a test: see tests/bench/ingress.md.
add_executable(ingress_bench bench/ingress_bench.cpp)
target_link_libraries(ingress_bench PRIVATE mlx_options mlx_bot_server mlx_bot_queue)
