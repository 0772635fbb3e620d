# What libFuzzer calls compiles everywhere, so that it stays in order; the programs are made in the
# preset `fuzz`, and run until they are told to stop.
function(mlx_fuzz name)
  add_library(${name}_entry OBJECT fuzz/${name}_fuzz.cpp)
  target_link_libraries(${name}_entry PUBLIC mlx_options ${ARGN})
  if(MLX_FUZZ)
    add_executable(${name}_fuzz)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name}_fuzz PRIVATE ${name}_entry)
  endif()
endfunction()

mlx_fuzz(read_python_module mlx_source)
mlx_fuzz(time_zone mlx_manifest)
