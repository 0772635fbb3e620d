#include "engine/plan/closure.h"

#include <algorithm>
#include <map>

namespace mlx {
namespace {

/// Depth-first search; a component is entered when first met and placed once all that it
/// requires is placed. Meeting an entered one that is not placed closes a circle.
class ClosureSearch {
 public:
  explicit ClosureSearch(const Registry& registry) : registry_(registry) {}

  Result<void> visit(const std::string& name, const std::string& required_by) {
    if (const auto known = is_placed_.find(name); known != is_placed_.end()) {
      if (known->second) return {};
      return fail(ErrorCode::kInvalidInput, "components require each other in a circle: " + circle_to(name));
    }
    is_placed_.emplace(name, false);
    path_.push_back(name);
    Component component = MLX_TRY(registry_.component(name));
    for (const auto& [required, range] : component.requirements.components) {
      MLX_CHECK(check_version(name, required, range));
      MLX_CHECK(visit(required, name));
    }
    path_.pop_back();
    is_placed_[name] = true;
    entries_.push_back({.component = std::move(component), .required_by = required_by});
    return {};
  }

  std::vector<ClosureEntry> take() { return std::move(entries_); }

 private:
  Result<void> check_version(const std::string& name, const std::string& required,
                             const VersionRange& range) {
    const auto item = registry_.item(required);
    if (!item) {
      return fail(item.error().code,
                  "`" + name + "` requires `" + required + "`, but " + item.error().message);
    }
    if (range.contains(item->version)) return {};
    return fail(ErrorCode::kInvalidInput, "`" + name + "` requires `" + required + "` " + range.str() +
                                              ", but the registry `" + registry_.name() + "` has " +
                                              to_string(item->version));
  }

  [[nodiscard]] std::string circle_to(const std::string& name) const {
    std::string text;
    for (auto at = std::ranges::find(path_, name); at != path_.end(); ++at) text += *at + " → ";
    return text + name;
  }

  const Registry& registry_;
  std::map<std::string, bool> is_placed_;
  std::vector<std::string> path_;
  std::vector<ClosureEntry> entries_;
};

}  // namespace

Result<std::vector<ClosureEntry>> required_closure(const std::vector<std::string>& names,
                                                   const Registry& registry) {
  ClosureSearch search(registry);
  for (const std::string& name : names) MLX_CHECK(search.visit(name, ""));
  auto entries = search.take();
  for (ClosureEntry& entry : entries) {
    const bool was_asked_for = std::ranges::find(names, entry.component.name) != names.end();
    if (was_asked_for) entry.required_by.clear();
  }
  return entries;
}

}  // namespace mlx
