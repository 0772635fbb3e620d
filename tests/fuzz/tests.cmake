# Programs that libFuzzer drives, in the preset `fuzz`; they run until they are told to stop.
if(MLX_FUZZ)
  add_executable(read_python_module_fuzz fuzz/read_python_module_fuzz.cpp)
  target_link_options(read_python_module_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_libraries(read_python_module_fuzz PRIVATE mlx_options mlx_source)
endif()
