# How our own code is compiled: one interface target that every layer links.
add_library(mlx_options INTERFACE)
target_include_directories(mlx_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(mlx_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
  # Designated initialisers leave members to their defaults on purpose.
  -Wno-missing-field-initializers
  # g++ 12 sees overlapping copies in `"text" + std::string` that are not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # clang finds that libstdc++'s own stable_sort uses something deprecated.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# Sanitizers are for everything in the build, the C grammars included.
set(MLX_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")
if(MLX_SANITIZE)
  add_compile_options(-fsanitize=${MLX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MLX_SANITIZE})
endif()

# libFuzzer steers by the coverage of what it drives.
option(MLX_FUZZ "Build the fuzz targets of tests/fuzz; needs clang" OFF)
if(MLX_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "MLX_FUZZ needs clang: use the preset `fuzz`")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# -O3 buys nothing measurable here and costs a third of the build time.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
