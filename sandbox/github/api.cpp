#include "sandbox/github/api.h"

#include <algorithm>
#include <charconv>

namespace mlx::sandbox::github {
namespace {

std::optional<Id> parse_number(std::string_view text) {
  Id value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

const Json* member(const Json& body, std::string_view name) {
  const auto found = body.find(name);
  return found == body.end() || found->is_null() ? nullptr : &*found;
}

std::unexpected<Refusal> wrong_type(std::string_view name, const Json& value, std::string_view type) {
  return refuse(422, "Invalid request.\n\nFor 'properties/" + std::string(name) + "', " + value.dump() +
                         " is not " + std::string(type) + ".");
}

/// GitHub's page links name the repository by its id.
std::string link_path(const State& state, const std::string& path) {
  const std::string prefix = "/repos/" + state.repository.owner.login + "/" + state.repository.name;
  if (!to_lower(path).starts_with(to_lower(prefix))) return path;
  return "/repositories/" + std::to_string(state.repository.id) + path.substr(prefix.size());
}

}  // namespace

std::unexpected<Refusal> refuse(int status, std::string message) {
  return std::unexpected(Refusal{.status = status, .message = std::move(message), .errors = {}});
}

std::unexpected<Refusal> not_found() { return refuse(404, "Not Found"); }

std::unexpected<Refusal> invalid_field(std::string_view resource, std::string_view field,
                                       std::string_view code, std::string_view message) {
  Json error{{"resource", resource}, {"code", code}};
  if (!field.empty()) error["field"] = field;
  if (!message.empty()) error["message"] = message;
  return std::unexpected(
      Refusal{.status = 422, .message = "Validation Failed", .errors = Json::array({std::move(error)})});
}

const std::string& Request::parameter(std::string_view name) const {
  static const std::string none;
  const auto found = parameters.find(name);
  return found == parameters.end() ? none : found->second;
}

Answer<Id> Request::number(std::string_view name) const {
  const auto value = parse_number(parameter(name));
  if (!value) return not_found();
  return *value;
}

Answer<std::optional<std::string>> Request::text(std::string_view name) const {
  const Json* value = member(body, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return wrong_type(name, *value, "a string");
  return value->get<std::string>();
}

Answer<std::optional<bool>> Request::flag(std::string_view name) const {
  const Json* value = member(body, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) return wrong_type(name, *value, "a boolean");
  return value->get<bool>();
}

Answer<std::string> Request::required_text(std::string_view resource, std::string_view name) const {
  std::optional<std::string> value = MLX_TRY(text(name));
  if (!value) return invalid_field(resource, name, "missing_field");
  return std::move(*value);
}

Role Context::role() const {
  if (actor.kind == Identity::Kind::kAnonymous) return Role::kNone;
  return user().role;
}

const User& Context::user() const { return *std::as_const(state).find_user(actor.login); }

Page page_of(const State& state, const Request& request, std::size_t count) {
  constexpr Id kDefault = 30;
  constexpr Id kMost = 100;
  const auto wanted = [&request](std::string_view name, Id otherwise) {
    const auto text = field(request.query, name);
    const auto value = text ? parse_number(*text) : std::nullopt;
    return value && *value > 0 ? *value : otherwise;
  };
  const auto per_page = static_cast<std::size_t>(std::min(wanted("per_page", kDefault), kMost));
  const auto page = static_cast<std::size_t>(std::min<Id>(wanted("page", 1), 1'000'000));
  const std::size_t last = std::max<std::size_t>(1, (count + per_page - 1) / per_page);

  std::string rest;
  for (const auto& [name, value] : request.query) {
    if (name != "page") rest += percent_encode(name) + "=" + percent_encode(value) + "&";
  }
  std::string link;
  const auto add = [&](std::size_t number, std::string_view relation) {
    if (!link.empty()) link += ", ";
    link += "<" + state.api_url() + link_path(state, request.path) + "?" + rest +
            "page=" + std::to_string(number) + ">; rel=\"" + std::string(relation) + "\"";
  };
  if (page > 1) add(std::min(page - 1, last), "prev");
  if (page < last) add(page + 1, "next");
  if (page < last) add(last, "last");
  if (page > 1) add(1, "first");
  return {.begin = std::min(count, (page - 1) * per_page),
          .end = std::min(count, page * per_page),
          .link = std::move(link)};
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace mlx::sandbox::github
