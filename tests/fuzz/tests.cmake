# What libFuzzer calls compiles everywhere, so that it stays in order; the programs are made in the
# preset `fuzz`, and run until they are told to stop.
add_library(read_python_module_entry OBJECT fuzz/read_python_module_fuzz.cpp)
target_link_libraries(read_python_module_entry PUBLIC mlx_options mlx_source)
if(MLX_FUZZ)
  add_executable(read_python_module_fuzz)
  target_link_options(read_python_module_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_libraries(read_python_module_fuzz PRIVATE read_python_module_entry)
endif()
