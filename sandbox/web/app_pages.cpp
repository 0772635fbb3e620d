#include <algorithm>

#include "sandbox/github/manifests.h"
#include "sandbox/web/html.h"
#include "sandbox/web/pages.h"

namespace mlx::sandbox::web {
namespace {

constexpr std::string_view kNew = "/settings/apps/new";
constexpr std::string_view kCreate = "/settings/apps/manifests";

/// `also` is another site that a form of the page may lead to, by a redirect.
HttpResponse app_response(int status, std::string html, const std::string& also = {}) {
  return {
      .status = status,
      .headers = {{"Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'" +
                       (also.empty() ? "" : " " + also) + "; frame-ancestors 'none'; base-uri 'none'"},
                  {"Cache-Control", "no-store"}},
      .content_type = "text/html; charset=utf-8",
      .body = std::move(html)};
}

std::string origin_of(const std::string& address) {
  const auto begin = address.find("://");
  return begin == std::string::npos ? std::string()
                                    : address.substr(0, address.find_first_of("/?#", begin + 3));
}

HttpResponse refused(const State& state, const github::Refusal& refusal) {
  return app_response(
      refusal.status,
      page(state, "Refused",
           R"(<div class="box error"><div class="head">Refused ()" + std::to_string(refusal.status) +
               ")</div><div class=\"body\">" + escape_html(refusal.message) + "</div></div>"));
}

/// The account in `/organizations/ORG/settings/apps/new`; empty for `/settings/apps/new`.
std::optional<std::string> owner_in(const std::string& path, std::string_view end) {
  if (path == end) return "";
  constexpr std::string_view kOrganizations = "/organizations/";
  if (!path.starts_with(kOrganizations) || !path.ends_with(end)) return std::nullopt;
  const std::string owner =
      path.substr(kOrganizations.size(), path.size() - kOrganizations.size() - end.size());
  return owner.empty() || owner.contains('/') ? std::nullopt : std::optional(owner);
}

std::string hidden(std::string_view name, std::string_view value) {
  return R"(<input type="hidden" name=")" + std::string(name) + "\" value=\"" + escape_html(value) + "\">";
}

/// What the App would be, and the button that makes it so.
HttpResponse confirm_page(const State& state, const HttpRequest& request, const std::string& owner) {
  const Fields form = parse_form(request.body);
  const auto text = field(form, "manifest");
  if (!text) {
    return app_response(
        200, page(state, "Register new GitHub App",
                  "<h1>Register new GitHub App</h1><p class=\"muted\">The sandbox makes Apps from a "
                  "manifest only: POST one here, as the form field <code>manifest</code>.</p>"));
  }
  const auto manifest = github::read_manifest(*text);
  if (!manifest) return refused(state, manifest.error());
  std::string permissions;
  for (const auto& [name, level] : manifest->permissions) {
    permissions.append(permissions.empty() ? "" : ", ").append(name).append(": ").append(level);
  }
  std::string events;
  for (const std::string& event : manifest->events) events += (events.empty() ? "" : ", ") + event;
  const auto row = [](std::string_view what, const std::string& value) {
    return "<div class=\"row\"><strong>" + std::string(what) + "</strong><span class=\"grow\">" +
           escape_html(value) + "</span></div>";
  };
  const std::string action =
      owner.empty() ? std::string(kCreate) : "/organizations/" + owner + std::string(kCreate);
  return app_response(
      200,
      page(state, "Create GitHub App",
           "<h1>Create GitHub App" + (owner.empty() ? "" : " for " + escape_html(owner)) +
               "</h1><div class=\"box\">" + row("Homepage", manifest->url) +
               row("Webhook", manifest->hook_url) + row("Permissions", permissions) + row("Events", events) +
               row("Who may install it", manifest->is_public ? "everybody" : "its owner") +
               R"(</div><div class="box"><form class="body" method="post" action=")" + escape_html(action) +
               "\">" + hidden("manifest", *text) +
               hidden("state", field(request.query, "state").value_or("")) +
               R"(<label>GitHub App name <input type="text" name="name" value=")" +
               escape_html(manifest->name) + R"("></label><div class="actions">)" +
               user_select(state, "octocat") +
               "<button class=\"go\">Create GitHub App</button></div></form></div>"),
      origin_of(manifest->redirect_url));
}

}  // namespace

std::optional<HttpResponse> Pages::answer_apps(const HttpRequest& request, const std::string& path) {
  const std::scoped_lock lock(state_.mutex);
  const bool is_post = request.method == "POST";
  if (const auto owner = owner_in(path, kNew)) return confirm_page(state_, request, *owner);
  const Fields form = parse_form(request.body);
  const std::string user = field(form, "user").value_or("octocat");
  if (const auto owner = owner_in(path, kCreate); owner && is_post) {
    auto manifest = github::read_manifest(field(form, "manifest").value_or(""));
    if (!manifest) return refused(state_, manifest.error());
    if (const auto name = field(form, "name"); name && !name->empty()) manifest->name = *name;
    const auto code = service_.register_app_as(user, *manifest, owner->empty() ? user : *owner);
    if (!code) return refused(state_, code.error());
    std::string next =
        manifest->redirect_url + (manifest->redirect_url.contains('?') ? "&" : "?") + "code=" + *code;
    const std::string state = field(form, "state").value_or("");
    if (!state.empty()) next += "&state=" + percent_encode(state);
    return HttpResponse{.status = 302, .headers = {{"Location", next}}, .body = {}};
  }
  const std::string own = "/apps/" + state_.app.slug;
  if (path == own || (path == own + "/installations/new" && !is_post)) {
    const std::string body =
        state_.app.is_installed
            ? "<p>It is installed on " + escape_html(state_.repository.owner.login) + ".</p>"
            : R"(<div class="box"><form class="body" method="post" action=")" + own +
                  "/installations/new\"><p>Install it on " + escape_html(state_.repository.owner.login) +
                  ", with access to " + escape_html(state_.repository.full_name()) +
                  ".</p><div class=\"actions\">" + user_select(state_, "octocat") +
                  "<button class=\"go\">Install</button></div></form></div>";
    return app_response(
        200, page(state_, state_.app.name, "<h1>" + escape_html(state_.app.name) + "</h1>" + body));
  }
  if (path == own + "/installations/new") {
    const auto done = service_.install_app_as(user);
    if (!done) return refused(state_, done.error());
    return HttpResponse{.status = 303, .headers = {{"Location", own}}, .body = {}};
  }
  return std::nullopt;
}

}  // namespace mlx::sandbox::web
