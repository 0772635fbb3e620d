#include "engine/base/finding.h"

namespace mlx {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "unknown";
}

std::string to_string(const Evidence& evidence) {
  return evidence.line == 0 ? evidence.file : evidence.file + ":" + std::to_string(evidence.line);
}

}  // namespace mlx
