// Any bytes have a module, twice the same, in time and memory that their length bounds:
//   build/fuzz/read_python_module_fuzz -max_len=4096 -max_total_time=300 CORPUS
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/source/python_module.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (mlx::read_python_module(text) != mlx::read_python_module(text)) std::abort();
  return 0;
}
