#include "tests/bot/setup/visitor.h"

#include <stdexcept>

namespace mlx::testing {

using bot::setup::Request;
using bot::setup::Response;
using bot::setup::SiteOptions;

namespace {

std::string unescaped(std::string text) {
  for (const auto& [entity, character] : {std::pair<std::string, std::string>{"&quot;", "\""},
                                          {"&#39;", "'"},
                                          {"&lt;", "<"},
                                          {"&gt;", ">"},
                                          {"&amp;", "&"}}) {
    for (auto at = text.find(entity); at != text.npos; at = text.find(entity, at + 1)) {
      text.replace(at, entity.size(), character);
    }
  }
  return text;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto at = text.find(begin);
  if (at == text.npos) throw std::runtime_error("no `" + begin + "` in: " + text);
  return text.substr(at + begin.size(), text.find(end, at + begin.size()) - at - begin.size());
}

}  // namespace

SetupWorld::SetupWorld(const std::function<void(SiteOptions&)>& change) : site(http, options(change)) {}

SiteOptions SetupWorld::options(const std::function<void(SiteOptions&)>& change) {
  SiteOptions all{.github = {.web = "https://github.com", .api = "https://api.github.com"},
                  .file = "/var/lib/mlx/github-app.env",
                  .now = [this] { return now; },
                  .random =
                      [this] {
                        const std::string digits = std::to_string(++random_count);
                        return std::string(40 - digits.size(), 'a') + digits;
                      },
                  .check = [this] { return check; },
                  .take =
                      [this](const bot::setup::RegisteredApp& app) {
                        if (take) taken.push_back(app);
                        return take;
                      },
                  .tell =
                      [this](std::string_view what, std::string_view detail) {
                        log += std::string(what) + ": " + std::string(detail) + "\n";
                      }};
  change(all);
  return all;
}

Response SetupWorld::send(Request request) {
  request.peer = peer;
  if (!host.empty()) request.headers.emplace_back("Host", host);
  if (!cookie.empty()) request.headers.emplace_back("Cookie", "other=1; mlx_setup=" + cookie);
  request.headers.insert(request.headers.end(), more_headers.begin(), more_headers.end());
  Response response = site.answer(request);
  const std::string set = header_of(response, "Set-Cookie");
  if (!set.empty()) cookie = between(set, "mlx_setup=", ";");
  return response;
}

Response SetupWorld::get(const std::string& path, const std::string& query) {
  return send({.method = "GET", .path = path, .query = bot::setup::parse_form(query)});
}

Response SetupWorld::post(const std::string& path, const std::string& form) {
  return send({.method = "POST",
               .path = path,
               .headers = {{"content-type", "application/x-www-form-urlencoded"}},
               .body = form});
}

SetupWorld::Posted SetupWorld::begin(const std::string& address) {
  const std::string token = form_token(get("/setup").body);
  const Response page =
      post("/setup", "form_token=" + token + "&github=https://github.com&address=" + percent_encode(address));
  if (page.status != 200) throw std::runtime_error(page.body);
  Posted posted{.action = unescaped(between(page.body, "<form method=\"post\" action=\"https", "\"")),
                .state = {},
                .manifest = nlohmann::json::parse(hidden(page.body, "manifest"))};
  posted.action = "https" + posted.action;
  posted.state = posted.action.substr(posted.action.find("state=") + 6);
  return posted;
}

std::string SetupWorld::form_token(const std::string& page) { return hidden(page, "form_token"); }

nlohmann::json conversion() {
  return {{"id", 4711},
          {"slug", "mlx-bot-example-com"},
          {"html_url", "https://github.com/apps/mlx-bot-example-com"},
          {"client_id", "Iv1"},
          {"client_secret", "client-secret-of-it"},
          {"webhook_secret", kWebhookSecret},
          {"pem", kKey}};
}

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string hidden(const std::string& page, const std::string& name) {
  return unescaped(between(page, "name=\"" + name + "\" value=\"", "\""));
}

}  // namespace mlx::testing
