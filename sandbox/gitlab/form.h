#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace mlx::sandbox::gitlab {

/// A body of type multipart/form-data or application/x-www-form-urlencoded as the JSON that GitLab takes it
/// for: `position[new_line]` is a member of `position`, `labels[]` an element of `labels`. All values are
/// texts. Nothing for another type.
[[nodiscard]] std::optional<nlohmann::json> read_form(const std::string& content_type,
                                                      const std::string& body);

}  // namespace mlx::sandbox::gitlab
