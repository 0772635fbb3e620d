#include "engine/component/registries.h"

#include <algorithm>

#include "engine/base/suggest.h"
#include "engine/component/registry_address.h"

namespace mlx {
namespace {

class FixedSource final : public RegistrySource {
 public:
  explicit FixedSource(const Registry& registry) : registry_(&registry) {}
  [[nodiscard]] Result<const Registry*> open() override { return registry_; }
  [[nodiscard]] std::vector<Finding> findings() const override { return {}; }

 private:
  const Registry* registry_;
};

}  // namespace

Result<const Registry*> RegistrySource::open_at(const std::string& revision) {
  return fail(ErrorCode::kNotFound, "the registry keeps no history, so there is no revision " + revision);
}

Result<ComponentName> ComponentName::parse(std::string_view text) {
  // What the plain name is worth shows when it is looked up, with a did-you-mean.
  if (!text.starts_with('@')) return ComponentName{.registry = "", .name = std::string(text)};
  const auto slash = text.find('/');
  const std::string_view registry = text.substr(1, slash == std::string_view::npos ? slash : slash - 1);
  const std::string_view name = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  if (!is_component_name(registry) || !is_component_name(name)) {
    return fail(ErrorCode::kInvalidInput, "`" + std::string(text) +
                                              "` names no component: write `NAME`, or `@REGISTRY/NAME` with "
                                              "a registry that mlx.toml names under [registries]");
  }
  return ComponentName{.registry = registry == "default" ? "" : std::string(registry),
                       .name = std::string(name)};
}

std::string to_string(const ComponentName& name) {
  return name.registry.empty() ? name.name : "@" + name.registry + "/" + name.name;
}

Registries::Registries(const Registry& only) : Registries(only.name(), std::make_shared<FixedSource>(only)) {
  is_closed_ = true;
}

Registries::Registries(std::string address, std::shared_ptr<RegistrySource> source) {
  registries_.push_back({.name = "", .address = std::move(address), .source = std::move(source)});
}

void Registries::add(std::string name, std::string address, std::shared_ptr<RegistrySource> source) {
  registries_.push_back(
      {.name = std::move(name), .address = std::move(address), .source = std::move(source)});
  std::ranges::sort(registries_, {}, &Named::name);
}

std::vector<std::string> Registries::names() const {
  std::vector<std::string> names;
  names.reserve(registries_.size());
  for (const Named& registry : registries_) names.push_back(registry.name);
  return names;
}

const Registries::Named* Registries::named(std::string_view name) const {
  const auto found = std::ranges::find(registries_, name, &Named::name);
  return found == registries_.end() ? nullptr : &*found;
}

Result<const Registry*> Registries::registry(std::string_view name) const {
  if (const Named* known = named(name)) return known->source->open();
  const std::string what = "there is no registry `" + std::string(name) + "` here";
  if (is_closed_) {
    return fail(ErrorCode::kNotFound, what + ": components come from `" + registries_.front().address +
                                          "` alone; leave out `@" + std::string(name) + "/`");
  }
  return fail(ErrorCode::kNotFound,
              what + did_you_mean(name, names()) + "; name its address under [registries] in mlx.toml");
}

Result<const Registry*> Registries::registry_at(std::string_view name, const std::string& revision) const {
  MLX_CHECK(registry(name));
  return named(name)->source->open_at(revision);
}

Result<FoundComponent> Registries::find(const ComponentName& name) const {
  const Registry* const from = MLX_TRY(registry(name.registry));
  RegistryItem item = MLX_TRY(from->item(name.name));
  return FoundComponent{.name = name, .registry = from, .item = std::move(item)};
}

Result<FoundComponent> Registries::find_required(std::string_view name, std::string_view of) const {
  auto own = find({.registry = std::string(of), .name = std::string(name)});
  const bool is_elsewhere = !own && own.error().code == ErrorCode::kNotFound && !of.empty();
  if (!is_elsewhere) return own;
  auto other = find({.registry = "", .name = std::string(name)});
  // Neither has it: what is said of its own registry is nearer to what is wrong.
  if (!other && other.error().code == ErrorCode::kNotFound) return own;
  return other;
}

std::optional<std::string> Registries::name_of(std::string_view address) const {
  const std::string identity = registry_identity(address);
  const auto found = std::ranges::find_if(
      registries_, [&](const Named& one) { return registry_identity(one.address) == identity; });
  if (found == registries_.end()) return std::nullopt;
  return found->name;
}

std::vector<Finding> Registries::findings() const {
  std::vector<Finding> all;
  for (const Named& registry : registries_) {
    for (Finding& finding : registry.source->findings()) all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace mlx
