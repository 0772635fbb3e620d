#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/base/error.h"

namespace mlx {

/// Parses a JSON text. Errors name the file, the line and the column; a number that is too
/// large, the file only.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text, std::string_view file);

/// A place in a JSON document that knows its own path, so that every complaint about
/// it can name the field: `components[2].files[0].target: expected a string`.
///
/// A cursor: it refers to the document, which must outlive it.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& document, std::string file) : value_(&document), file_(std::move(file)) {}

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] const nlohmann::json& value() const { return *value_; }

  /// The member `key` of an object; fails if this is no object or has no such member.
  [[nodiscard]] Result<JsonReader> at(std::string_view key) const;
  /// The elements of the array at `key`; none if the member is absent.
  [[nodiscard]] Result<std::vector<JsonReader>> elements(std::string_view key) const;
  /// Names and values of the object at `key`, sorted by name; none if absent.
  [[nodiscard]] Result<std::vector<std::pair<std::string, JsonReader>>> members(std::string_view key) const;

  [[nodiscard]] Result<std::string> string(std::string_view key) const;
  [[nodiscard]] Result<std::string> string_or(std::string_view key, std::string_view fallback) const;
  /// Nothing if the member is absent or null.
  [[nodiscard]] Result<std::optional<std::string>> string_if_present(std::string_view key) const;
  [[nodiscard]] Result<bool> boolean_or(std::string_view key, bool fallback) const;
  [[nodiscard]] Result<long long> integer(std::string_view key) const;
  [[nodiscard]] Result<std::vector<std::string>> strings(std::string_view key) const;
  /// This value itself as a string.
  [[nodiscard]] Result<std::string> as_string() const;

  /// The result of a value's own parser, with this place added to its error.
  template <typename T>
  [[nodiscard]] Result<T> located(Result<T> result) const {
    if (result) return result;
    return std::unexpected(complaint(result.error().message, result.error().code));
  }

  /// An error about this place, in the words of whoever reads it.
  [[nodiscard]] Error complaint(std::string message, ErrorCode code = ErrorCode::kInvalidInput) const;

 private:
  JsonReader(const nlohmann::json* value, std::string file, std::string path)
      : value_(value), file_(std::move(file)), path_(std::move(path)) {}
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const nlohmann::json* value_;
  std::string file_;
  std::string path_;
};

}  // namespace mlx
