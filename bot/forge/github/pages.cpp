#include "bot/forge/github/pages.h"

#include <string_view>

#include <fmt/format.h>

namespace mlx::bot {
namespace {

constexpr std::size_t kPageSize = 100;

/// Null if there are none.
const nlohmann::json* items_of(const nlohmann::json& answer, std::string_view member) {
  if (member.empty()) return answer.is_array() ? &answer : nullptr;
  const auto found = answer.find(member);
  return found != answer.end() && found->is_array() ? &*found : nullptr;
}

}  // namespace

Result<void> for_each_item(const PagedList& list,
                           const std::function<Result<Continue>(const JsonReader& item)>& visit) {
  for (std::size_t page = 1; (page - 1) * kPageSize < list.most; ++page) {
    const nlohmann::json answer = MLX_TRY(list.get(fmt::format("per_page={}&page={}", kPageSize, page)));
    const nlohmann::json* const items = items_of(answer, list.member);
    if (items == nullptr) {
      return std::unexpected(
          JsonReader(answer, "GitHub's list").complaint("expected an array", ErrorCode::kUnavailable));
    }
    for (const nlohmann::json& item : *items) {
      if (MLX_TRY(visit(JsonReader(item, "GitHub's list"))) == Continue::kNo) return {};
    }
    if (items->size() < kPageSize) break;
  }
  return {};
}

}  // namespace mlx::bot
