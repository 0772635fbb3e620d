# A program for tests/bench/extraction/index.py, not a test.
add_executable(index_bench bench/extraction/index_bench.cpp)
target_link_libraries(index_bench PRIVATE mlx_options mlx_io fmt::fmt)
