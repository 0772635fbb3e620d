#include "engine/plan/update/locked_release.h"

#include "engine/plan/render_template.h"

namespace mlx {
namespace {

/// What was rewritten when the file was injected depends on which components came together then. The
/// likely sets are few, and the blob id tells which it was.
std::vector<std::set<std::string>> likely_module_sets(const Component& component,
                                                      const std::set<std::string>& installed) {
  const auto& own = component.provides.modules;
  std::set<std::string> all = installed;
  all.insert(own.begin(), own.end());
  return {std::move(all), std::set(own.begin(), own.end())};
}

std::optional<std::string> rendered_base(const std::string& path, const LockedFile& file,
                                         const std::string& import_root, const BaseSources& sources) {
  if (!sources.release) return std::nullopt;
  const auto text = sources.release->templates.find(file.source);
  const auto target = RepoPath::parse(path);
  if (text == sources.release->templates.end() || !target) return std::nullopt;
  const Component& component = sources.release->component;
  for (const auto& modules : likely_module_sets(component, sources.modules)) {
    auto rendered = render_template(text->second, *target, component, import_root, modules);
    if (rendered && BlobId::of(*rendered) == file.base) return *std::move(rendered);
  }
  return std::nullopt;
}

}  // namespace

Result<const Registry*> registry_of(const LockedComponent& locked, const Registries& registries) {
  return registries.registry(registries.name_of(locked.registry).value_or(""));
}

std::optional<Release> locked_release(const std::string& name, const LockedComponent& locked,
                                      const Registries& registries) {
  const auto is_the_one = [&](const Result<Release>& release) {
    return release && (locked.digest().empty() || release->sha256 == locked.digest());
  };
  const auto registry = registry_of(locked, registries);
  if (registry) {
    if (auto release = (*registry)->release(name, locked.version); is_the_one(release)) return *release;
  }
  const auto registry_name = registries.name_of(locked.registry);
  if (!registry_name || locked.sha256.empty()) return std::nullopt;
  const auto older = registries.registry_at(*registry_name, locked.revision);
  if (!older) return std::nullopt;
  auto release = (*older)->release(name, locked.version);
  return is_the_one(release) ? std::optional(*std::move(release)) : std::nullopt;
}

Result<std::optional<std::string>> pristine_base(const std::string& path, const LockedFile& file,
                                                 const std::string& import_root, const BaseSources& sources) {
  if (file.base == BlobId::of("")) return "";
  if (auto rendered = rendered_base(path, file, import_root, sources)) return rendered;
  if (sources.blobs == nullptr) return std::nullopt;
  auto kept = MLX_TRY(sources.blobs->blob(file.base));
  // Whoever keeps it may be wrong, or worse.
  const bool is_proven = kept && BlobId::of(*kept) == file.base;
  return is_proven ? std::move(kept) : std::nullopt;
}

}  // namespace mlx
