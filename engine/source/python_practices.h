#pragma once

#include "engine/source/python_outline.h"

namespace mlx {

/// What a detector found, by tokens; its lines are counted later.
struct FoundPractice {
  PracticeKind kind = PracticeKind::kRetryLoop;
  TokenRange range;
  std::string symbol;
  std::string detail;
};
using FoundPractices = std::vector<FoundPractice>;

/// Everything written by hand that the detectors below know, in the order of the file.
[[nodiscard]] FoundPractices find_practices(const PythonOutline& outline, const PythonModule& module);

// Each knows one kind, and is quiet where it is not certain.
void find_retry_loops(const PythonOutline& outline, FoundPractices& found);
void find_rate_limits(const PythonOutline& outline, const PythonModule& module, FoundPractices& found);
void find_caches(const PythonOutline& outline, FoundPractices& found);
void find_registries(const PythonOutline& outline, const PythonModule& module, FoundPractices& found);
void find_environment_parsing(const PythonOutline& outline, const PythonModule& module,
                              FoundPractices& found);
void find_model_loading(const PythonOutline& outline, const PythonModule& module, FoundPractices& found);
void find_csv_validation(const PythonOutline& outline, const PythonModule& module, FoundPractices& found);
void find_application_factories(const PythonOutline& outline, const PythonModule& module,
                                FoundPractices& found);
void find_literal_secrets(const PythonOutline& outline, FoundPractices& found);

}  // namespace mlx
