#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {

enum class Continue { kYes, kNo };

/// A list that GitHub gives in pages.
struct PagedList {
  std::function<Result<nlohmann::json>(const std::string& query)> get;  ///< `per_page=…&page=…`
  const char* member = "";  ///< of an answer that is not the list itself
  std::size_t most = 0;     ///< so that no answer can keep us for ever: about so many are looked at
};

/// Calls `visit` with the items, page by page, until it says no. kUnavailable for an answer that is no list.
[[nodiscard]] Result<void> for_each_item(
    const PagedList& list, const std::function<Result<Continue>(const JsonReader& item)>& visit);

}  // namespace mlx::bot
