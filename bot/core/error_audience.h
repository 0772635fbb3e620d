#pragma once

#include "engine/base/error.h"

namespace mlx::bot {

/// Can a user mend it, being wrong with the request or the project? Otherwise it is for the operator, or
/// passes: a forge that is down.
[[nodiscard]] inline bool is_for_the_user(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kRefused: return true;
    case ErrorCode::kUnauthorized:
    case ErrorCode::kRateLimited:
    case ErrorCode::kUnavailable:
    case ErrorCode::kIo: return false;
  }
  return false;
}

/// Did the forge say no for good? Asking again would get the same answer.
[[nodiscard]] inline bool is_refusal(const Error& error) {
  return error.code == ErrorCode::kRefused || error.code == ErrorCode::kInvalidInput ||
         error.code == ErrorCode::kNotFound;
}

}  // namespace mlx::bot
