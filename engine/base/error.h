#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace mlx {

/// What kind of expected failure an Error reports. Callers branch on the code;
/// people read the message.
enum class ErrorCode {
  kInvalidInput,  ///< a file, an argument or a message is not what its format asks for
  kNotFound,      ///< a named thing does not exist
  kConflict,      ///< the change would overwrite something, or somebody else changed it meanwhile
  kRefused,       ///< not allowed: permissions, protected paths
  kUnauthorized,  ///< credentials are missing or wrong
  kRateLimited,   ///< try again later; Error::retry_after_seconds says when
  kUnavailable,   ///< no answer, or an answer that says the other side is broken
  kIo,            ///< the file system or the database said no
};

[[nodiscard]] std::string_view to_string(ErrorCode code);

/// Where an error was found. Empty parts are unknown; line and column count from 1.
struct Location {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string field;  ///< path inside a structured file: `components[2].files[0].target`

  bool operator==(const Location&) const = default;
};

/// `file:line:column: field`, leaving out what is unknown.
[[nodiscard]] std::string to_string(const Location& location);

/// An expected failure: what happened and what to do, for the person who reads it.
/// Never holds a secret.
struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string message;
  Location location = {};
  long retry_after_seconds = 0;  ///< for kRateLimited and kUnavailable; 0 when nobody said

  bool operator==(const Error&) const = default;
};

/// The location, if any, then the message: the one line shown to a user.
[[nodiscard]] std::string to_string(const Error& error);

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message,
                                                 Location location = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(location)});
}

}  // namespace mlx

// Names of their own for each use, so that one may stand inside another.
#define MLX_JOIN_(a, b) a##b
#define MLX_JOIN(a, b) MLX_JOIN_(a, b)

#define MLX_TRY_AS(name, ...)                          \
  __extension__({                                      \
    auto&& name = (__VA_ARGS__);                       \
    if (!name) {                                       \
      return std::unexpected(std::move(name).error()); \
    }                                                  \
    std::move(*name);                                  \
  })
#define MLX_CHECK_AS(name, ...)                        \
  do {                                                 \
    if (auto&& name = (__VA_ARGS__); !name) {          \
      return std::unexpected(std::move(name).error()); \
    }                                                  \
  } while (false)

/// The value of a Result, or return its error from the enclosing function.
#define MLX_TRY(...) MLX_TRY_AS(MLX_JOIN(mlx_try_, __COUNTER__), __VA_ARGS__)

/// Return the error of a Result from the enclosing function, if it has one.
#define MLX_CHECK(...) MLX_CHECK_AS(MLX_JOIN(mlx_check_, __COUNTER__), __VA_ARGS__)
