#include "sandbox/web/html.h"

#include "sandbox/http/message.h"
#include "sandbox/web/style.h"

namespace mlx::sandbox::web {

std::string escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string relative_time(Time time) {
  const auto count = [](auto number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s") + " ago";
  };
  const auto seconds = (now() - time).count();
  std::string text;
  if (seconds < 60) {
    text = "just now";
  } else if (seconds < 3600) {
    text = count(seconds / 60, "minute");
  } else if (seconds < 86400) {
    text = count(seconds / 3600, "hour");
  } else {
    text = timestamp(time).substr(0, 10);
  }
  return "<time datetime=\"" + timestamp(time) + "\" title=\"" + timestamp(time) + "\">" + text + "</time>";
}

std::string web_path(const State& state) { return "/" + state.repository.full_name(); }

std::string page(const State& state, std::string_view title, std::string_view body) {
  const std::string path = web_path(state);
  std::string html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  html += escape(title) + " · " + escape(state.repository.full_name()) + "</title>";
  html +=
      R"(<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,"><style>)";
  html += kStyle;
  html += "</style></head><body><header><div class=\"in\"><span class=\"name\"><a href=\"/\">";
  html += escape(state.repository.owner.login) + " / " + escape(state.repository.name) + "</a></span>";
  html += "<span class=\"tag\">sandbox</span><nav><a href=\"/\">Code</a><a href=\"" + path +
          "/issues\">Issues</a>";
  html += "<a href=\"" + path + "/pulls\">Pull requests</a><a href=\"" + path +
          "/deliveries\">Webhooks</a></nav>";
  html += "</div></header><main>";
  html += body;
  html += "</main></body></html>\n";
  return html;
}

std::string user_link(const State& state, const std::string& login) {
  const User* user = state.find_user(login);
  const bool is_bot = user != nullptr && user->type == "Bot";
  const std::string shown = is_bot ? login.substr(0, login.find('[')) : login;
  return "<img class=\"avatar\" alt=\"\" src=\"/_sandbox/avatars/" + percent_encode(login) + "\"> <strong>" +
         escape(shown) + "</strong>" + (is_bot ? " <span class=\"badge\">bot</span>" : "");
}

std::string user_select(const State& state, const std::string& chosen) {
  std::string html = "<select name=\"user\" aria-label=\"Act as\">";
  for (const User& user : state.users) {
    if (user.type != "User") continue;
    const std::string role(user.is_collaborator ? to_string(user.role) : "no role");
    html += "<option value=\"" + escape(user.login) + "\"" + (user.login == chosen ? " selected" : "") + ">" +
            escape(user.login) + " (" + role + ")</option>";
  }
  return html + "</select>";
}

std::string commit_link(const State& state, const std::string& sha) {
  return "<a class=\"mono\" href=\"" + web_path(state) + "/commit/" + sha + "\">" + sha.substr(0, 7) + "</a>";
}

}  // namespace mlx::sandbox::web
