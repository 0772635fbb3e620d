#include "sandbox/web/pages.h"

#include <charconv>

#include "sandbox/web/checks_view.h"
#include "sandbox/web/html.h"
#include "sandbox/web/views.h"

namespace mlx::sandbox::web {
namespace {

using Json = nlohmann::json;

HttpResponse html_response(int status, std::string html) {
  // Nothing on these pages runs or comes from elsewhere, and the browser shall see to it.
  return {
      .status = status,
      .headers = {{"Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
                   "frame-ancestors 'none'; base-uri 'none'"},
                  {"Cache-Control", "no-store"}},
      .content_type = "text/html; charset=utf-8",
      .body = std::move(html)};
}

HttpResponse not_found(const State& state) {
  return html_response(
      404,
      page(state, "Not found", "<h1>Not found</h1><p class=\"muted\">There is nothing at this address.</p>"));
}

HttpResponse redirect(const std::string& path, const std::string& user) {
  return {.status = 303,
          .headers = {{"Location", path},
                      {"Set-Cookie", "user=" + percent_encode(user) + "; Path=/; SameSite=Strict"}},
          .body = {}};
}

std::optional<int> parse_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Whom the browser acted as last.
std::string last_user(const HttpRequest& request) {
  const std::string cookies = request.header("cookie");
  const auto at = cookies.find("user=");
  if (at == std::string::npos) return "octocat";
  return percent_decode(cookies.substr(at + 5, cookies.find(';', at) - at - 5));
}

/// What comes after a prefix, if the path begins with it.
std::optional<std::string> after(const std::string& path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  return path.substr(prefix.size());
}

/// A form as the API request that does the same, and the page to go to afterwards.
struct Deed {
  std::string method;
  std::string path;  ///< below the repository
  Json body;
  std::string next;  ///< below the repository; empty: the address of what was made
};

std::optional<Deed> to_deed(const std::string& path, const Fields& form) {
  const auto value = [&form](const char* name) { return field(form, name).value_or(""); };
  if (path == "/issues") {
    return Deed{"POST", "/issues", {{"title", value("title")}, {"body", value("body")}}, ""};
  }
  for (const auto& [prefix, suffix] : {std::pair<std::string_view, std::string_view>("/issues/", "/comments"),
                                       {"/issues/", "/state"},
                                       {"/issues/", "/boxes"},
                                       {"/pull/", "/merge"},
                                       {"/deliveries/", "/attempts"}}) {
    if (!path.starts_with(prefix) || !path.ends_with(suffix) || path.size() <= prefix.size() + suffix.size())
      continue;
    const std::string number = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
    if (suffix == "/comments") return Deed{"POST", path, {{"body", value("body")}}, ""};
    if (suffix == "/state") return Deed{"PATCH", "/issues/" + number, {{"state", value("state")}}, ""};
    if (suffix == "/boxes") return Deed{"PATCH", "/issues/" + number, {{"box", value("box")}}, ""};
    if (suffix == "/merge")
      return Deed{"PUT", "/pulls/" + number + "/merge", Json::object(), "/pull/" + number};
    return Deed{"POST", "/deliveries/" + number, {}, "/deliveries"};
  }
  return std::nullopt;
}

/// Replaces the index of a check box by the text in which it is ticked. False if there is no such box.
bool tick(const State& state, Deed& deed) {
  const auto number = parse_number(after(deed.path, "/issues/").value_or(""));
  const auto box = parse_number(deed.body["box"].get<std::string>());
  const auto issue = state.issues.find(number.value_or(0));
  if (issue == state.issues.end() || !box || *box < 0) return false;
  const auto ticked = toggle_check_box(issue->second.body.value_or(""), static_cast<std::size_t>(*box));
  if (ticked) deed.body = {{"body", *ticked}};
  return ticked.has_value();
}

}  // namespace

Pages::Pages(State& state, GitStore& git, github::Service& service)
    : state_(state), git_(git), service_(service) {}

HttpResponse Pages::answer(const HttpRequest& request) {
  const std::string root = web_path(state_);
  const std::string path = percent_decode(request.path);
  if (path == "/") return show(request, "");
  if (auto apps = answer_apps(request, path)) return *std::move(apps);
  if (path != root && !path.starts_with(root + "/")) {
    const std::scoped_lock lock(state_.mutex);
    return not_found(state_);
  }
  const std::string below = path.substr(root.size());
  if (request.method == "POST") return submit(request, below);
  return show(request, below);
}

HttpResponse Pages::show(const HttpRequest& request, const std::string& path) {
  const std::scoped_lock lock(state_.mutex);
  const View view{.state = state_, .git = git_, .user = last_user(request)};
  const auto show_page = [this](std::string_view title, const std::string& body) {
    return body.empty() ? not_found(state_) : html_response(200, page(state_, title, body));
  };
  if (path.empty() || path == "/") return show_page("Overview", overview(view));
  if (path == "/issues") return show_page("Issues", issue_list(view, false));
  if (path == "/pulls") return show_page("Pull requests", issue_list(view, true));
  if (path == "/deliveries") return show_page("Webhooks", deliveries_page(view));
  if (const auto sha = after(path, "/commit/")) return show_page("Commit", commit_page(view, *sha));
  if (const auto rest = after(path, "/blob/")) return show_page(*rest, code_page(view, *rest));
  if (const auto rest = after(path, "/tree/")) return show_page(*rest, code_page(view, *rest));
  if (const auto rest = after(path, "/raw/")) {
    auto bytes = raw_file(view, *rest);
    if (!bytes) return not_found(state_);
    return {.status = 200, .headers = {{"X-Content-Type-Options", "nosniff"}}, .body = std::move(*bytes)};
  }
  if (const auto id = after(path, "/runs/")) {
    const auto run = state_.check_runs.find(std::strtoll(id->c_str(), nullptr, 10));
    if (run == state_.check_runs.end()) return not_found(state_);
    return show_page(run->second.name, check_run_page(view, run->second));
  }
  for (const std::string_view prefix : {"/issues/", "/pull/"}) {
    const auto number = parse_number(after(path, prefix).value_or(""));
    const auto issue = state_.issues.find(number.value_or(0));
    if (!number || issue == state_.issues.end()) continue;
    const bool is_pull = prefix == "/pull/";
    if (issue->second.pull.has_value() != is_pull) {
      return {.status = 302,
              .headers = {{"Location",
                           web_path(state_) + (is_pull ? "/issues/" : "/pull/") + std::to_string(*number)}},
              .body = {}};
    }
    return show_page(issue->second.title, issue_page(view, issue->second));
  }
  return not_found(state_);
}

/// The buttons on the page of a check run, for which GitHub's API has no requests.
std::optional<HttpResponse> Pages::press(const std::string& path, const Fields& form) {
  const auto rest = after(path, "/runs/");
  if (!rest) return std::nullopt;
  const auto slash = rest->find('/');
  const std::string id = rest->substr(0, slash);
  const std::string button = slash == std::string::npos ? "" : rest->substr(slash + 1);
  const bool is_action = button == "actions";
  if (!is_action && button != "rerequest") return std::nullopt;
  const std::string user = field(form, "user").value_or("octocat");
  const auto identifier = is_action ? std::optional(field(form, "identifier").value_or("")) : std::nullopt;
  return finish(service_.press(user, std::strtoll(id.c_str(), nullptr, 10), identifier), user, "");
}

HttpResponse Pages::submit(const HttpRequest& request, const std::string& path) {
  const Fields form = parse_form(request.body);
  if (auto pressed = press(path, form)) return *std::move(pressed);
  auto deed = to_deed(path, form);
  std::string repository;
  {
    const std::scoped_lock lock(state_.mutex);
    if (!deed) return not_found(state_);
    repository = "/repos/" + state_.repository.full_name();
    if (deed->body.contains("box") && !tick(state_, *deed)) return not_found(state_);
    if (const auto id = after(deed->path, "/deliveries/")) {
      const auto delivery = state_.deliveries.find(std::strtoll(id->c_str(), nullptr, 10));
      if (delivery == state_.deliveries.end()) return not_found(state_);
      deed->path = "/hooks/" + std::to_string(delivery->second.hook) + "/deliveries/" + *id + "/attempts";
    }
  }
  const std::string user = field(form, "user").value_or("octocat");
  return finish(service_.answer_as(user, deed->method, repository + deed->path, deed->body), user,
                deed->next);
}

HttpResponse Pages::finish(const HttpResponse& done, const std::string& user, const std::string& next) {
  const Json answer = Json::parse(done.body, nullptr, false);
  const std::scoped_lock lock(state_.mutex);
  if (done.status >= 400) {
    std::string reason = answer.is_object() ? answer.value("message", "") : "";
    if (answer.is_object() && answer.contains("errors")) reason += " " + answer["errors"].dump();
    return html_response(done.status,
                         page(state_, "Refused",
                              R"(<div class="box error"><div class="head">Refused for )" + escape_html(user) +
                                  " (" + std::to_string(done.status) + ")</div><div class=\"body\">" +
                                  escape_html(reason) + "</div></div>"));
  }
  if (!next.empty()) return redirect(web_path(state_) + next, user);
  const std::string address = answer.value("html_url", state_.url);
  return redirect(address.substr(std::min(state_.url.size(), address.size())), user);
}

HttpResponse Pages::avatar(const std::string& login) {
  unsigned hue = 0;
  for (const char c : login) hue = (hue * 31 + static_cast<unsigned char>(c)) % 360;
  const std::string letter(
      1, login.empty() ? '?' : static_cast<char>(std::toupper(static_cast<unsigned char>(login.front()))));
  return {.status = 200,
          .headers = {{"Cache-Control", "max-age=3600"}},
          .content_type = "image/svg+xml",
          .body =
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\"><rect width=\"40\" "
              "height=\"40\" fill=\"hsl(" +
              std::to_string(hue) +
              ",45%,45%)\"/><text x=\"20\" y=\"28\" font-family=\"sans-serif\" font-size=\"22\" "
              "fill=\"#fff\" text-anchor=\"middle\">" +
              escape_html(letter) + "</text></svg>"};
}

}  // namespace mlx::sandbox::web
