#include "bot/forge/gitlab/statuses.h"

#include <fmt/format.h>

#include "engine/base/digest.h"

namespace mlx::bot::gitlab {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestDescription = 255;

/// A status knows no conclusion between good and bad.
std::string_view state_of(const CheckRun& run) {
  if (!run.conclusion) return "running";
  switch (*run.conclusion) {
    case CheckRun::Conclusion::kSuccess:
    case CheckRun::Conclusion::kNeutral: return "success";
    case CheckRun::Conclusion::kActionRequired:
    case CheckRun::Conclusion::kFailure: return "failed";
  }
  return "success";
}

}  // namespace

Result<bool> put_status(Api& api, const std::string& base, const CheckRun& wanted) {
  const std::string_view state = state_of(wanted);
  const std::string description(utf8_prefix(wanted.title, kLongestDescription));
  // GitLab refuses a state that the status has already.
  bool is_there = false;
  const auto look = [&](const JsonReader& item) -> Result<Continue> {
    is_there = MLX_TRY(item.string_if_present("status")).value_or("") == state &&
               MLX_TRY(item.string_if_present("description")).value_or("") == description;
    return Continue::kNo;
  };
  MLX_CHECK(api.each(fmt::format("{}/repository/commits/{}/statuses?order_by=id&sort=desc&name={}", base,
                                 wanted.head_sha, percent_encode(wanted.name)),
                     1, look));
  if (is_there) return true;
  const auto made = api.request("POST", fmt::format("{}/statuses/{}", base, wanted.head_sha),
                                {{"state", state}, {"name", wanted.name}, {"description", description}});
  if (made) return true;
  const Error& error = made.error();
  const bool has_none = error.code == ErrorCode::kNotFound || error.code == ErrorCode::kRefused;
  const bool has_it = error.message.find("Cannot transition") != std::string::npos;
  if (has_none || has_it) return has_it;
  return std::unexpected(error);
}

}  // namespace mlx::bot::gitlab
