#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sandbox/git/git_store.h"
#include "sandbox/http/message.h"
#include "sandbox/state.h"
#include "sandbox/webhook_sender.h"

namespace mlx::sandbox::github {

using Json = nlohmann::json;

/// An answer other than success, as GitHub words it.
struct Refusal {
  int status = 422;
  std::string message;
  Json errors = {};  ///< null, or the list that explains "Validation Failed"
};

template <typename T>
using Answer = std::expected<T, Refusal>;

[[nodiscard]] std::unexpected<Refusal> refuse(int status, std::string message);
[[nodiscard]] std::unexpected<Refusal> not_found();
/// 422 "Validation Failed" for one field; `message` only where GitHub gives one.
[[nodiscard]] std::unexpected<Refusal> invalid_field(std::string_view resource, std::string_view field,
                                                     std::string_view code, std::string_view message = {});

/// A request to a route: `/repos/{owner}/{repo}/issues/{number}` with its parameters filled in.
struct Request {
  std::string method;
  std::string path;  ///< without "/api/v3", still encoded
  std::map<std::string, std::string, std::less<>> parameters;
  Fields query;
  std::map<std::string, std::string> headers;
  Json body = Json::object();

  [[nodiscard]] const std::string& parameter(std::string_view name) const;
  /// A parameter that counts something; 404 when it is no number.
  [[nodiscard]] Answer<Id> number(std::string_view name) const;

  /// A member of the body; nothing when it is missing or null, 422 when it is of another type.
  [[nodiscard]] Answer<std::optional<std::string>> text(std::string_view name) const;
  [[nodiscard]] Answer<std::optional<bool>> flag(std::string_view name) const;
  /// A member that must be there: otherwise 422 missing_field.
  [[nodiscard]] Answer<std::string> required_text(std::string_view resource, std::string_view name) const;
};

struct Response {
  int status = 200;
  Json body = {};  ///< null: no content, unless `text` is used
  Fields headers = {};
  std::string text = {};
  std::string content_type = "application/json; charset=utf-8";
};

struct Context;

/// Somebody besides GitHub's webhooks who hears of events: the GitLab side.
struct Listener {
  bool (*hears)(const State& state, std::string_view event) = nullptr;
  void (*tell)(Context& context, std::string_view event, const Json& payload) = nullptr;
};

/// What a handler works on. The state's mutex is held while a handler runs.
struct Context {
  State& state;
  GitStore& git;
  WebhookSender& webhooks;
  Identity actor;
  Listener listener = {};

  /// The role that the actor's user has; a bot's is write, since its permissions decide.
  [[nodiscard]] Role role() const;
  [[nodiscard]] const User& user() const;  ///< not for anonymous actors
};

using Handler = Answer<Response> (*)(Context&, const Request&);

/// Who may use a route.
enum class Need {
  kNothing,  ///< everybody may: the repository is public
  kUser,     ///< whoever is signed in
  kPush,     ///< write access
  kAdmin,
  kApp,           ///< the app, with a JWT
  kInstallation,  ///< an installation token
};

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< `{name}` is one segment, `{name...}` the rest of the path
  Handler handler;
  std::string_view documentation;  ///< below https://docs.github.com/rest/
  Need need = Need::kNothing;
  std::string_view permission = {};  ///< what an installation token needs to write
  std::string_view refusal = {};     ///< 403 with this message instead of 404
};

/// The items of the page that the query asks for, rendered, with the Link header.
template <typename Items, typename Render>
[[nodiscard]] Response paginated(const Context& context, const Request& request, const Items& items,
                                 Render&& render);

/// Where a page begins and ends in a list, and the Link header for it.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string link;  ///< empty when everything is on one page
};
[[nodiscard]] Page page_of(const State& state, const Request& request, std::size_t count);

template <typename Items, typename Render>
Response paginated(const Context& context, const Request& request, const Items& items, Render&& render) {
  const Page page = page_of(context.state, request, items.size());
  Response response{.body = Json::array()};
  for (std::size_t at = page.begin; at < page.end; ++at) response.body.push_back(render(items[at]));
  if (!page.link.empty()) response.headers.emplace_back("Link", page.link);
  return response;
}

/// Characters as GitHub counts them: code points.
[[nodiscard]] std::size_t characters(std::string_view utf8);
constexpr std::size_t kLongestBody = 65536;

}  // namespace mlx::sandbox::github
