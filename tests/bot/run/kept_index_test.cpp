#include "bot/run/kept_index.h"

#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/index/module_codec.h"
#include "engine/io/index_store.h"
#include "engine/source/python_reader.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::bot;

namespace {

BlobId numbered(int number) { return BlobId::of(std::to_string(number)); }

std::string facts_of(int number) {
  return encode_module(read_python_module("VALUE_" + std::to_string(number) + " = 1\n"));
}

}  // namespace

TEST_CASE("several threads of several bots keep what they read in one file") {
  constexpr int kThreads = 4;
  constexpr int kFacts = 100;
  const TemporaryDirectory directory;
  const auto file = directory.path() / "mlx-index.db";
  {
    const std::vector bots = {open_kept_index(file).value(), open_kept_index(file).value()};
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        IndexCache& index = *bots[static_cast<std::size_t>(thread) % bots.size()];
        for (int i = 0; i < kFacts; ++i) {
          // Some of them are read by everyone.
          const int number = i % 3 == 0 ? i : thread * kFacts + i;
          const auto known = index.find(numbered(number));
          if (known && *known != facts_of(number)) ++wrong;
          index.store(numbered(number), facts_of(number));
          if (i % 10 == 0) index.save();
          if (index.find(numbered(number)) != facts_of(number)) ++wrong;
        }
      });
    }
    threads.clear();
    CHECK(wrong == 0);
  }
  const auto again = open_kept_index(file).value();
  for (int number = 0; number < kThreads * kFacts; ++number) {
    const bool is_read = number % kFacts % 3 != 0 || number < kFacts;
    if (again->find(numbered(number)).has_value() != is_read) FAIL_CHECK(number);
  }
}

TEST_CASE("facts that were damaged in the file give way to those that are read in their place") {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "mlx-index.db";
  {
    const auto store = IndexStore::open(file).value();
    store->store(numbered(1), "damaged");
    store->save();
  }
  const auto index = open_kept_index(file).value();
  CHECK(index->find(numbered(1)) == "damaged");
  index->store(numbered(1), facts_of(1));
  CHECK(index->find(numbered(1)) == facts_of(1));
  index->save();
  CHECK(open_kept_index(file).value()->find(numbered(1)) == facts_of(1));
}
