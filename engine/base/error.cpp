#include "engine/base/error.h"

namespace mlx {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput: return "invalid-input";
    case ErrorCode::kNotFound: return "not-found";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kRefused: return "refused";
    case ErrorCode::kUnauthorized: return "unauthorized";
    case ErrorCode::kRateLimited: return "rate-limited";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kIo: return "io";
  }
  return "unknown";
}

std::string to_string(const Location& location) {
  std::string text = location.file;
  if (location.line > 0) {
    text += ":" + std::to_string(location.line);
    if (location.column > 0) text += ":" + std::to_string(location.column);
  }
  if (!location.field.empty()) {
    if (!text.empty()) text += ": ";
    text += location.field;
  }
  return text;
}

std::string to_string(const Error& error) {
  std::string where = to_string(error.location);
  return where.empty() ? error.message : where + ": " + error.message;
}

}  // namespace mlx
