// What the index of a directory costs: time, memory, and how many files were read for it.
//
//   index_bench DIRECTORY [CACHE_FILE]
//
// Without a file for a cache every Python file is read. Prints one line of JSON.

#include <chrono>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <sys/resource.h>

#include "engine/component/extract/platform.h"
#include "engine/index/repo_index.h"
#include "engine/io/directory.h"
#include "engine/io/index_store.h"

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

mlx::Result<int> run(const char* directory, const char* cache_file) {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_ptr<mlx::IndexStore> store;
  if (cache_file != nullptr) store = MLX_TRY(mlx::IndexStore::open(cache_file));
  const auto files =
      MLX_TRY(store ? store->open_directory(directory) : mlx::open_directory_snapshot(directory));
  mlx::NoIndexCache nothing;
  mlx::IndexCache& cache = store ? static_cast<mlx::IndexCache&>(*store) : nothing;
  const auto index = MLX_TRY(mlx::RepoIndex::build(*files, cache, mlx::source_roots({})));
  if (store) store->save();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{{\"files\": {}, \"read\": {}, \"wall\": {:.4f}, \"cpu\": {:.4f}, \"megabytes\": {:.1f}}}\n",
             index.python().size(), index.read_count(), took.count(),
             seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
             static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: index_bench DIRECTORY [CACHE_FILE]\n");
    return 2;
  }
  const auto done = run(argv[1], argc == 3 ? argv[2] : nullptr);
  if (!done) fmt::print(stderr, "{}: {}\n", done.error().location.file, done.error().message);
  return done ? *done : 1;
}
