#include "sandbox/gitlab/api.h"

#include <algorithm>
#include <charconv>

namespace mlx::sandbox::gitlab {
namespace {

constexpr std::size_t kUsualPage = 20;
constexpr std::size_t kLargestPage = 100;

std::optional<Id> parse_number(std::string_view text) {
  Id value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::size_t number_of(const Fields& query, std::string_view name, std::size_t fallback) {
  const auto text = field(query, name);
  const auto value = text ? parse_number(*text) : std::nullopt;
  return value && *value > 0 ? static_cast<std::size_t>(*value) : fallback;
}

/// The same request with another page.
std::string page_url(const Call& call, std::string_view parameter, std::size_t page) {
  std::string url = call.state.url + "/api/v4" + call.path + "?";
  for (const auto& [name, value] : call.query) {
    if (name != parameter) url += percent_encode(name) + "=" + percent_encode(value) + "&";
  }
  return url + std::string(parameter) + "=" + std::to_string(page);
}

/// GitHub's refusal in GitLab's words.
std::unexpected<Refusal> translated(const HttpResponse& response) {
  const Json body = Json::parse(response.body, nullptr, false);
  std::string words = body.is_object() ? body.value("message", "") : std::string();
  for (const Json& error : body.is_object() ? body.value("errors", Json::array()) : Json::array()) {
    if (error.is_object() && error.contains("message")) words = error["message"];
  }
  if (response.status == 404) return not_found();
  if (response.status == 403) return refuse(403, "403 Forbidden");
  if (response.status == 401) return refuse(401, "401 Unauthorized");
  if (response.status >= 500) return refuse(500, "500 Internal Server Error");
  return refuse(400, words);
}

}  // namespace

std::unexpected<Refusal> refuse(int status, Json message) {
  return std::unexpected(Refusal{.status = status, .body = {{"message", std::move(message)}}});
}

std::unexpected<Refusal> not_found(std::string_view thing) {
  return refuse(404, thing.empty() ? "404 Not found" : "404 " + std::string(thing) + " Not Found");
}

std::unexpected<Refusal> missing(std::string_view parameter) {
  return std::unexpected(Refusal{.status = 400, .body = {{"error", std::string(parameter) + " is missing"}}});
}

int access_level(Role role) {
  switch (role) {
    case Role::kNone: return 0;
    case Role::kRead: return 10;
    case Role::kTriage: return 20;
    case Role::kWrite: return 30;
    case Role::kMaintain: return 40;
    case Role::kAdmin: return 50;
  }
  return 0;
}

const std::string& Call::parameter(std::string_view name) const {
  static const std::string kNone;
  const auto found = parameters.find(name);
  return found == parameters.end() ? kNone : found->second;
}

Answer<Id> Call::number(std::string_view name) const {
  const auto value = parse_number(parameter(name));
  if (!value)
    return std::unexpected(Refusal{.status = 400, .body = {{"error", std::string(name) + " is invalid"}}});
  return *value;
}

std::optional<std::string> Call::text(std::string_view name) const {
  const auto found = body.find(name);
  if (found != body.end() && !found->is_null())
    return found->is_string() ? found->get<std::string>() : found->dump();
  return field(query, name);
}

std::optional<bool> Call::flag(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  return *value == "true" || *value == "1";
}

Answer<std::string> Call::required(std::string_view name) const {
  auto value = text(name);
  if (!value) return missing(name);
  return *std::move(value);
}

std::optional<std::vector<std::string>> Call::texts(std::string_view name) const {
  std::vector<std::string> all;
  const auto found = body.find(name);
  if (found != body.end() && found->is_array()) {
    for (const Json& one : *found) all.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    return all;
  }
  const auto joined = text(name);
  if (!joined) return std::nullopt;
  std::string_view rest = *joined;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    if (end > 0) all.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return all;
}

namespace {

/// What GitLab keeps of a text.
std::string kept(std::string text) {
  std::erase(text, '\r');
  text.erase(text.find_last_not_of(" \t\n") + 1);
  return text;
}

}  // namespace

Answer<Json> Call::do_on_github(const std::string& method, const std::string& place, const Json& wanted) {
  Json sent = wanted;
  if (sent.is_object() && sent.contains("body") && sent["body"].is_string())
    sent["body"] = kept(sent["body"]);
  const HttpResponse response =
      github.answer_locked_as(user.login, method, "/repos/" + state.repository.full_name() + place, sent);
  if (response.status >= 300) return translated(response);
  return response.body.empty() ? Json() : Json::parse(response.body);
}

Response Call::paginated(const std::vector<Json>& items) const {
  // Lists by a key name the next page by a token, which here is its number as well.
  const bool is_by_key = field(query, "pagination") == "keyset";
  const std::string_view parameter = is_by_key ? "page_token" : "page";
  const std::size_t page = number_of(query, parameter, 1);
  const std::size_t size = std::min(number_of(query, "per_page", kUsualPage), kLargestPage);
  const std::size_t pages = std::max<std::size_t>(1, (items.size() + size - 1) / size);
  Response response{.body = Json::array()};
  for (std::size_t at = (page - 1) * size; at < std::min(page * size, items.size()); ++at)
    response.body.push_back(items[at]);
  const bool has_next = page < pages;
  std::string link;
  if (has_next) link = "<" + page_url(*this, parameter, page + 1) + ">; rel=\"next\", ";
  link += "<" + page_url(*this, parameter, 1) + ">; rel=\"first\"";
  response.headers.emplace_back("Link", link);
  if (is_by_key) return response;
  response.headers.emplace_back("X-Page", std::to_string(page));
  response.headers.emplace_back("X-Per-Page", std::to_string(size));
  response.headers.emplace_back("X-Next-Page", has_next ? std::to_string(page + 1) : "");
  response.headers.emplace_back("X-Prev-Page", page > 1 ? std::to_string(page - 1) : "");
  response.headers.emplace_back("X-Total", std::to_string(items.size()));
  response.headers.emplace_back("X-Total-Pages", std::to_string(pages));
  return response;
}

}  // namespace mlx::sandbox::gitlab
