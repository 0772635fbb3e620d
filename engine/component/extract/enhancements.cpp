#include "engine/component/extract/enhancements.h"

#include <algorithm>

#include "engine/component/extract/provisions.h"

namespace mlx {
namespace {

std::set<std::string> modules_of(const Platform& platform, const ComponentPart& part) {
  std::set<std::string> modules;
  for (const FileId file : part.sources) modules.insert(platform.index.module_name(file));
  return modules;
}

bool imports_any(const PythonModule& module, const std::set<std::string>& modules) {
  return std::ranges::any_of(module.imports, [&](const PythonImport& import) {
    return modules.contains(import.module) || modules.contains(import.module + "." + import.name);
  });
}

Finding not_found(const ComponentPart& part, const std::string& enhanced, const Evidence& evidence) {
  return {
      .code = "enhancement-not-found",
      .severity = Severity::kWarning,
      .message = part.name + " is said to enhance `" + enhanced + "`, but no file of that has a line of it",
      .remedy = "remove it from `enhances`, or add the lines",
      .evidence = {evidence}};
}

}  // namespace

Enhancements find_enhancements(const Platform& platform, const Boundaries& boundaries,
                               std::vector<Finding>& findings) {
  Enhancements found;
  for (const ComponentPart& part : boundaries.parts) {
    const auto settings = platform.configuration.components.find(part.name);
    if (settings == platform.configuration.components.end()) continue;
    const std::set<std::string> modules = modules_of(platform, part);
    for (const std::string& enhanced : settings->second.enhances) {
      const ComponentPart* other = boundaries.find(enhanced);
      if (other == nullptr) {
        findings.push_back(not_found(part, enhanced, settings->second.evidence));
        continue;
      }
      bool has_lines = false;
      for (const FileId file : other->sources) {
        const std::string& path = platform.index.python()[file].str();
        if (!imports_any(platform.index.module(file), modules)) continue;
        const auto rest = found.rests.find(path);
        const std::string text = rest != found.rests.end() ? rest->second : platform.text(path).value_or("");
        auto sliced = slice_enhancement(text, path, modules);
        if (!sliced) {
          findings.push_back({.code = "enhancement-not-separable",
                              .severity = Severity::kError,
                              .message = sliced.error().message,
                              .remedy = "call one function of " + part.name + " there, on a line of its own",
                              .evidence = {{.file = path, .line = sliced.error().location.line}}});
          continue;
        }
        if (sliced->enhancement.statements.empty()) continue;
        has_lines = true;
        found.rests.insert_or_assign(path, std::move(sliced->rest));
        found.additions.push_back({.component = part.name,
                                   .source = path,
                                   .target = target_of(*other, path),
                                   .enhancement = std::move(sliced->enhancement)});
      }
      if (!has_lines) findings.push_back(not_found(part, enhanced, settings->second.evidence));
    }
  }
  return found;
}

}  // namespace mlx
