#include "bot/forge/gitlab/api.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace mlx::bot::gitlab {
namespace {

using nlohmann::json;

constexpr std::string_view kApi = "/api/v4";
constexpr long kLimitSeconds = 60;
constexpr int kMostDoublings = 5;
constexpr std::size_t kPageSize = 100;
constexpr std::size_t kLongestMessage = 500;

std::optional<long> number_in(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// GitLab words its refusals in strings, in lists of them, and in objects that name fields.
void append_words(std::string& text, const json& value) {
  if (value.is_string()) {
    text += (text.empty() ? "" : "; ") + value.get<std::string>();
  } else if (value.is_array()) {
    for (const json& one : value) append_words(text, one);
  } else if (value.is_object()) {
    for (const auto& [name, one] : value.items()) {
      if (!text.empty()) text += "; ";
      // What is about no field of its own is told of "base".
      if (name != "base") text.append(name).append(1, ' ');
      std::string words;
      append_words(words, one);
      text += words;
    }
  }
}

std::string message_of(const HttpResponse& response) {
  std::string text;
  const json body = json::parse(response.body, nullptr, false);
  if (body.is_object()) {
    for (const char* const key : {"message", "error", "error_description", "scope"}) {
      if (body.contains(key)) append_words(text, body[key]);
    }
  }
  if (text.empty()) return "status " + std::to_string(response.status);
  text.resize(std::min(text.size(), kLongestMessage));
  return text;
}

/// It takes the same a moment later.
bool is_passing(int status, const std::string& message) {
  const std::string words = lower(message);
  if (status == 409) return words.find("resource lock") != std::string::npos;
  const bool is_about_branch =
      words.find("source_branch") != std::string::npos || words.find("source branch") != std::string::npos;
  return status == 400 && is_about_branch && words.find("does not exist") != std::string::npos;
}

bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }

}  // namespace

std::string next_page(const HttpResponse& response) {
  std::string_view link = response.header("link");
  while (!link.empty()) {
    const auto end = std::min(link.find(','), link.size());
    const std::string_view one = link.substr(0, end);
    link.remove_prefix(std::min(end + 1, link.size()));
    if (one.find("rel=\"next\"") == std::string_view::npos) continue;
    const auto api = one.find(kApi);
    const auto close = one.find('>');
    if (api == std::string_view::npos || close == std::string_view::npos || close < api) continue;
    return std::string(one.substr(api + kApi.size(), close - api - kApi.size()));
  }
  return {};
}

Result<HttpResponse> Api::send(std::string_view method, const std::string& path, const json& body) {
  HttpRequest request{.method = std::string(method),
                      .url = options_.url + std::string(kApi) + path,
                      .headers = {{"Accept", "application/json"},
                                  {"Authorization", "Bearer " + options_.token},
                                  {"User-Agent", "mlx-bot"}}};
  if (!body.is_null()) {
    request.headers.emplace("Content-Type", "application/json");
    // Texts may quote a project's bytes, which need be no UTF-8; the content of files is checked before.
    request.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  auto response = http_.send(request);
  if (options_.on_answer) {
    options_.on_answer(response ? response->status : 0,
                       response ? number_in(response->header("ratelimit-remaining")) : std::nullopt);
  }
  return response;
}

std::optional<std::string> Api::moved_to(const HttpResponse& response) const {
  if (!is_redirect(response.status)) return std::nullopt;
  // Only the path counts: the token goes to no other host.
  const std::string_view location = response.header("location");
  const auto api = location.find(kApi);
  if (api == std::string_view::npos) return std::nullopt;
  return std::string(location.substr(api + kApi.size()));
}

long Api::seconds_to_wait(const HttpResponse& response) {
  if (const auto seconds = number_in(response.header("retry-after"))) return std::max(1L, *seconds);
  if (const auto reset = number_in(response.header("ratelimit-reset"))) {
    return std::max(1L, *reset - static_cast<long>(options_.now().time_since_epoch().count()));
  }
  // Some of GitLab's limits, and proxies before it, say nothing.
  return kLimitSeconds << std::min(limits_in_a_row_++, kMostDoublings);
}

Error Api::refusal(std::string_view method, const std::string& path, const HttpResponse& response) {
  const std::string message = message_of(response);
  const std::string what = fmt::format("GitLab refused {} {}: {}", method, path, message);
  if (is_passing(response.status, message)) return {ErrorCode::kUnavailable, what};
  switch (response.status) {
    case 400:
    case 422: return {ErrorCode::kInvalidInput, what};
    case 401: return {ErrorCode::kUnauthorized, what + ". Check the token: it may have run out"};
    case 403: return {ErrorCode::kRefused, what + ". Check the role and the scopes (`api`) of the token"};
    case 404: {
      // So GitLab answers whoever may not see a project, too.
      const bool is_project = message.contains("Project Not Found");
      return {ErrorCode::kNotFound, what + (is_project ? ". Is the token's account a member of it?" : "")};
    }
    case 409: return {ErrorCode::kConflict, what};
    case 429: return {ErrorCode::kRateLimited, what, {}, seconds_to_wait(response)};
    default: break;
  }
  if (response.status >= 500) return {ErrorCode::kUnavailable, what};
  return {ErrorCode::kRefused, what};
}

Result<HttpResponse> Api::ask(std::string_view method, const std::string& path, const json& body) {
  HttpResponse response = MLX_TRY(send(method, path, body));
  if (const auto moved = moved_to(response)) {
    response = MLX_TRY(send(method, *moved, body));
  } else if (response.status >= 400 && is_passing(response.status, message_of(response))) {
    response = MLX_TRY(send(method, path, body));
  }
  if (response.status < 200 || response.status >= 300)
    return std::unexpected(refusal(method, path, response));
  limits_in_a_row_ = 0;
  return response;
}

Result<json> Api::request(std::string_view method, const std::string& path, const json& body) {
  const HttpResponse response = MLX_TRY(ask(method, path, body));
  if (response.body.empty()) return json(nullptr);
  json answer = json::parse(response.body, nullptr, false);
  if (answer.is_discarded()) {
    return fail(ErrorCode::kUnavailable, fmt::format("GitLab's answer to {} {} is not JSON", method, path));
  }
  return answer;
}

Result<std::string> Api::bytes(const std::string& path) { return MLX_TRY(ask("GET", path, nullptr)).body; }

Result<void> Api::each(const std::string& path, std::size_t most, const Visit& visit) {
  std::string next = fmt::format("{}{}per_page={}", path, path.ends_with('?') ? "" : "&", kPageSize);
  for (std::size_t looked_at = 0; !next.empty() && looked_at < most; looked_at += kPageSize) {
    const HttpResponse response = MLX_TRY(ask("GET", next, nullptr));
    const json items = json::parse(response.body, nullptr, false);
    if (!items.is_array()) {
      return fail(ErrorCode::kUnavailable, fmt::format("GitLab's answer to GET {} is no list", next));
    }
    for (const json& item : items) {
      if (MLX_TRY(visit(JsonReader(item, "GitLab's list"))) == Continue::kNo) return {};
    }
    next = next_page(response);
  }
  return {};
}

Result<Account> Api::own_account() {
  const std::scoped_lock lock(account_mutex_);
  if (account_) return *account_;
  const json user = MLX_TRY(request("GET", "/user"));
  const JsonReader reader(user, "GitLab's user");
  Account account;
  account.login = MLX_TRY(reader.string("username"));
  account.email = MLX_TRY(reader.string_if_present("commit_email")).value_or("");
  if (account.email.empty()) account.email = MLX_TRY(reader.string_if_present("email")).value_or("");
  account_ = account;
  return account;
}

}  // namespace mlx::bot::gitlab
