#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sandbox/git/git_store.h"
#include "sandbox/github/service.h"
#include "sandbox/http/message.h"
#include "sandbox/state.h"

/// GitLab's REST API, version 4, on the sandbox's one repository. What has consequences (webhooks, merge
/// requests that follow their branch) is done through the GitHub side, which knows them.
namespace mlx::sandbox::gitlab {

using Json = nlohmann::json;

/// An answer other than success, as GitLab words it: `{"message": …}` or `{"error": …}`.
struct Refusal {
  int status = 400;
  Json body;
};

template <typename T>
using Answer = std::expected<T, Refusal>;

/// `{"message": …}`; a text, a list, or an object of fields.
[[nodiscard]] std::unexpected<Refusal> refuse(int status, Json message);
/// `404 Branch Not Found`; without a thing `404 Not found`.
[[nodiscard]] std::unexpected<Refusal> not_found(std::string_view thing = {});
/// `title is missing`, as GitLab's own parameter check says it.
[[nodiscard]] std::unexpected<Refusal> missing(std::string_view parameter);

struct Response {
  int status = 200;
  Json body = {};  ///< null: no content, unless `text` is used
  std::string text = {};
  Fields headers = {};
};

/// A request and what it is about. The state's mutex is held while a handler runs.
struct Call {
  State& state;
  GitStore& git;
  github::Service& github;
  const User& user;  ///< who asks
  std::map<std::string, std::string, std::less<>> parameters = {};
  std::string path;  ///< below `/api/v4`, encoded
  Fields query = {};
  Json body = Json::object();

  [[nodiscard]] const std::string& parameter(std::string_view name) const;
  [[nodiscard]] Answer<Id> number(std::string_view name) const;
  /// Of the body, or of the query.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view name) const;
  [[nodiscard]] Answer<std::string> required(std::string_view name) const;
  /// Texts in a list or separated by commas.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name) const;

  /// Does it through the GitHub side, as the user; `place` is below the repository. Its refusals become
  /// GitLab's.
  [[nodiscard]] Answer<Json> do_on_github(const std::string& method, const std::string& place,
                                          const Json& body = nullptr);
  /// The items of the page that the query asks for, with GitLab's headers.
  [[nodiscard]] Response paginated(const std::vector<Json>& items) const;
};

using Handler = Answer<Response> (*)(Call&);

/// Who may use a route.
enum class Need { kNothing, kReporter, kDeveloper, kMaintainer };

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< `{name}` is one segment, which may have encoded slashes
  Handler handler;
  Need need = Need::kNothing;
};

/// GitLab's number for a role: 10 guest … 50 owner; 0 for none.
[[nodiscard]] int access_level(Role role);

}  // namespace mlx::sandbox::gitlab
