#include "engine/base/json_reader.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/base/text_edit.h"

namespace mlx {
using nlohmann::json;

namespace {

Error wrong_type(const JsonReader& place, std::string_view expected) {
  return place.complaint("expected " + std::string(expected) + ", found " + place.value().type_name());
}

}  // namespace

Result<json> parse_json(std::string_view text, std::string_view file) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const auto offset = error.byte == 0 ? 0 : error.byte - 1;
    const auto [line, column] = line_column(text, offset);
    return fail(ErrorCode::kInvalidInput, "this is not JSON",
                {.file = std::string(file), .line = line, .column = column});
  } catch (const json::out_of_range&) {
    return fail(ErrorCode::kInvalidInput, "a number in this JSON is too large", {.file = std::string(file)});
  }
}

bool JsonReader::has(std::string_view key) const {
  return value_->is_object() && value_->find(key) != value_->end();
}

std::string JsonReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

Error JsonReader::complaint(std::string message, ErrorCode code) const {
  return {code, std::move(message), {.file = file_, .field = path_}};
}

Result<JsonReader> JsonReader::at(std::string_view key) const {
  if (!value_->is_object()) return std::unexpected(wrong_type(*this, "an object"));
  const auto found = value_->find(key);
  if (found == value_->end()) {
    return fail(ErrorCode::kInvalidInput, "this field is missing", {.file = file_, .field = path_of(key)});
  }
  return JsonReader(&*found, file_, path_of(key));
}

Result<std::vector<JsonReader>> JsonReader::elements(std::string_view key) const {
  std::vector<JsonReader> result;
  if (value_->is_object() && !has(key)) return result;
  const JsonReader array = MLX_TRY(at(key));
  if (!array.value_->is_array()) return std::unexpected(wrong_type(array, "an array"));
  for (std::size_t i = 0; i < array.value_->size(); ++i) {
    result.push_back(JsonReader(&(*array.value_)[i], file_, array.path_ + "[" + std::to_string(i) + "]"));
  }
  return result;
}

Result<std::vector<std::pair<std::string, JsonReader>>> JsonReader::members(std::string_view key) const {
  std::vector<std::pair<std::string, JsonReader>> result;
  if (value_->is_object() && !has(key)) return result;
  const JsonReader object = MLX_TRY(at(key));
  if (!object.value_->is_object()) return std::unexpected(wrong_type(object, "an object"));
  for (const auto& [name, value] : object.value_->items()) {
    result.emplace_back(name, JsonReader(&value, file_, object.path_of(name)));
  }
  return result;
}

Result<std::string> JsonReader::as_string() const {
  if (!value_->is_string()) return std::unexpected(wrong_type(*this, "a string"));
  return value_->get<std::string>();
}

Result<std::string> JsonReader::string(std::string_view key) const { return MLX_TRY(at(key)).as_string(); }

Result<std::string> JsonReader::string_or(std::string_view key, std::string_view fallback) const {
  return has(key) ? string(key) : std::string(fallback);
}

Result<std::optional<std::string>> JsonReader::string_if_present(std::string_view key) const {
  if (!has(key) || value_->at(std::string(key)).is_null()) return std::nullopt;
  return MLX_TRY(string(key));
}

Result<bool> JsonReader::boolean_or(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  const JsonReader member = MLX_TRY(at(key));
  if (!member.value_->is_boolean()) return std::unexpected(wrong_type(member, "true or false"));
  return member.value_->get<bool>();
}

Result<long long> JsonReader::integer(std::string_view key) const {
  const JsonReader member = MLX_TRY(at(key));
  if (!member.value_->is_number_integer()) return std::unexpected(wrong_type(member, "an integer"));
  const bool is_too_large = member.value_->is_number_unsigned() &&
                            !std::in_range<long long>(member.value_->get<unsigned long long>());
  if (is_too_large) return std::unexpected(member.complaint("this integer is too large"));
  return member.value_->get<long long>();
}

Result<std::vector<std::string>> JsonReader::strings(std::string_view key) const {
  std::vector<std::string> result;
  for (const JsonReader& element : MLX_TRY(elements(key))) result.push_back(MLX_TRY(element.as_string()));
  return result;
}

}  // namespace mlx
