#include "tests/engine/advise/test_selection/selection_of.h"

#include "engine/advise/test_selection/explain_selection.h"
#include "engine/index/memory_snapshot.h"

namespace mlx::test {

TestSelection selection_of(const Files& files, const Paths& changed) {
  const MemorySnapshot snapshot(files);
  NoIndexCache cache;
  TestedChange change;
  for (const std::string& path : changed) {
    const bool is_removed = path.starts_with('-');
    change.paths.push_back({.path = is_removed ? path.substr(1) : path, .is_removed = is_removed});
  }
  return select_tests(snapshot, cache, change).value();
}

Paths selected(const Files& files, const Paths& changed) {
  const TestSelection selection = selection_of(files, changed);
  Paths paths;
  if (selection.is_whole()) paths.emplace_back("all");
  for (const SelectedTests& tests : selection.selected) paths.push_back(tests.file);
  return paths;
}

Paths steps_to(const std::string& test, const Files& files, const Paths& changed) {
  Paths lines;
  for (const SelectedTests& tests : selection_of(files, changed).selected) {
    if (tests.file != test) continue;
    for (const ReachStep& step : tests.steps) lines.push_back(explanation_of(step));
  }
  return lines;
}

Files with(Files files, const Files& more) {
  for (const auto& [path, text] : more) files.insert_or_assign(path, text);
  return files;
}

const Files& shop() {
  static const Files files = {{"src/__init__.py", ""},
                              {"src/money.py", ""},
                              {"src/order.py", "from src.money import Price\n"},
                              {"src/stock.py", ""},
                              {"tests/test_order.py", "from src import order\n" + kTest},
                              {"tests/test_stock.py", "import src.stock\n" + kTest}};
  return files;
}

}  // namespace mlx::test
