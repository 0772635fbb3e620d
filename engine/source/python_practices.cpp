#include "engine/source/python_practices.h"

#include <algorithm>
#include <tuple>

namespace mlx {

FoundPractices find_practices(const PythonOutline& outline, const PythonModule& module) {
  FoundPractices found;
  find_retry_loops(outline, found);
  find_rate_limits(outline, module, found);
  find_caches(outline, found);
  find_registries(outline, module, found);
  find_environment_parsing(outline, module, found);
  find_model_loading(outline, module, found);
  find_csv_validation(outline, module, found);
  find_application_factories(outline, module, found);
  find_literal_secrets(outline, found);
  std::ranges::sort(found, {}, [](const FoundPractice& practice) {
    return std::tuple(practice.range.begin, practice.kind, practice.range.end);
  });
  return found;
}

}  // namespace mlx
