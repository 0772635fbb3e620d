#include "engine/plan/closure.h"

#include <algorithm>
#include <map>

namespace mlx {
namespace {

/// Depth-first search; a component is entered when first met and placed once all that it
/// requires is placed. Meeting an entered one that is not placed closes a circle.
class ClosureSearch {
 public:
  explicit ClosureSearch(const Registries& registries) : registries_(registries) {}

  Result<void> visit(FoundComponent found, const std::string& required_by) {
    const ComponentName name = found.name;
    MLX_CHECK(check_same_registry(name));
    if (const auto known = is_placed_.find(name.name); known != is_placed_.end()) {
      if (known->second) return {};
      return fail(ErrorCode::kInvalidInput,
                  "components require each other in a circle: " + circle_to(name.name));
    }
    is_placed_.emplace(name.name, false);
    path_.push_back(name);
    Component component = MLX_TRY(found.registry->component(name.name));
    for (const auto& [required, range] : component.requirements.components) {
      MLX_CHECK(visit(MLX_TRY(find_required(name, required, range)), name.name));
    }
    path_.pop_back();
    is_placed_[name.name] = true;
    entries_.push_back(
        {.component = std::move(component), .found = std::move(found), .required_by = required_by});
    return {};
  }

  std::vector<ClosureEntry> take() { return std::move(entries_); }

 private:
  /// Both would be the same entry of the lock, and most likely the same files.
  Result<void> check_same_registry(const ComponentName& name) {
    const auto [known, is_new] = registry_of_.emplace(name.name, name.registry);
    if (is_new || known->second == name.registry) return {};
    return fail(
        ErrorCode::kConflict,
        "`" + to_string(ComponentName{.registry = known->second, .name = name.name}) + "` and `" +
            to_string(name) +
            "` have the same name, and a project can have only one of them: add the one that you want");
  }

  Result<FoundComponent> find_required(const ComponentName& name, const std::string& required,
                                       const VersionRange& range) {
    auto found = registries_.find_required(required, name.registry);
    if (!found) {
      return fail(found.error().code,
                  "`" + to_string(name) + "` requires `" + required + "`, but " + found.error().message);
    }
    if (range.contains(found->item.version)) return found;
    return fail(ErrorCode::kInvalidInput, "`" + to_string(name) + "` requires `" + required + "` " +
                                              range.str() + ", but the registry `" + found->registry->name() +
                                              "` has " + to_string(found->item.version));
  }

  [[nodiscard]] std::string circle_to(const std::string& name) const {
    std::string text;
    for (auto at = std::ranges::find(path_, name, &ComponentName::name); at != path_.end(); ++at) {
      text += at->name + " → ";
    }
    return text + name;
  }

  const Registries& registries_;
  std::map<std::string, bool> is_placed_;
  std::map<std::string, std::string> registry_of_;  ///< by component
  std::vector<ComponentName> path_;
  std::vector<ClosureEntry> entries_;
};

}  // namespace

Result<std::vector<ClosureEntry>> required_closure(const std::vector<std::string>& names,
                                                   const Registries& registries) {
  ClosureSearch search(registries);
  std::vector<ComponentName> asked_for;
  for (const std::string& text : names) {
    asked_for.push_back(MLX_TRY(ComponentName::parse(text)));
    MLX_CHECK(search.visit(MLX_TRY(registries.find(asked_for.back())), ""));
  }
  auto entries = search.take();
  for (ClosureEntry& entry : entries) {
    const bool was_asked_for = std::ranges::find(asked_for, entry.found.name) != asked_for.end();
    if (was_asked_for) entry.required_by.clear();
  }
  return entries;
}

}  // namespace mlx
