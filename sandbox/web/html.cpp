#include "sandbox/web/html.h"

#include <array>

#include "sandbox/http/message.h"
#include "sandbox/web/style.h"

namespace mlx::sandbox::web {

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

std::string icon(std::string_view name) {
  struct Drawing {
    std::string_view name;
    std::string_view path;
  };
  constexpr std::array<Drawing, 9> kDrawings{
      {{"folder", "M1 3h5l2 2h7v9H1z"},
       {"file", "M3 1h7l3 3v11H3zm1.5 1.5v11h7V5H9V2.5z"},
       {"comment", "M1 2h14v9H8l-4 4v-4H1zm1.5 1.5v6h3v2l2-2h6v-6z"},
       {"check",
        "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-1 10L3.8 7.800l1.100-1.100L7 8.800l4.100-4.100 1.100 1.100z"},
       {"cross",
        "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM5.400 4.300 8 6.900l2.600-2.600 1.100 1.100L9.100 8l2.600 "
        "2.600-1.100 "
        "1.100L8 9.100l-2.600 2.600-1.100-1.100L6.900 8 4.300 5.400z"},
       {"notice", "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 3h1.600v1.600H7.200zm0 3h1.600v5H7.200z"},
       {"neutral", "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4.500 7.200h7v1.600h-7z"},
       {"waiting", "M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z"},
       {"warning", "M8 1l7 13H1zm-.8 4.500v4h1.600v-4zm0 5.500v1.600h1.600V11z"}}};
  for (const Drawing& drawing : kDrawings) {
    if (drawing.name != name) continue;
    return "<svg class=\"icon " + std::string(name) +
           R"(" viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d=")" +
           std::string(drawing.path) + "\"/></svg>";
  }
  return {};
}

std::string web_path(const State& state) { return "/" + state.repository.full_name(); }

std::string page(const State& state, std::string_view title, std::string_view body) {
  const std::string path = web_path(state);
  std::string html = R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><title>)";
  html += escape_html(title) + " · " + escape_html(state.repository.full_name()) + "</title>";
  html +=
      R"(<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,"><style>)";
  html += kStyle;
  html += R"(</style></head><body><header><div class="in"><span class="name"><a href="/">)";
  html +=
      escape_html(state.repository.owner.login) + " / " + escape_html(state.repository.name) + "</a></span>";
  html +=
      R"(<span class="tag">sandbox</span><nav><a href="/">Code</a><a href=")" + path + "/issues\">Issues</a>";
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
  return R"(<img class="avatar" alt="" src="/_sandbox/avatars/)" + percent_encode(login) + "\"> <strong>" +
         escape_html(shown) + "</strong>" + (is_bot ? " <span class=\"badge\">bot</span>" : "");
}

std::string user_select(const State& state, const std::string& chosen) {
  std::string html = R"(<select name="user" aria-label="Act as">)";
  for (const User& user : state.users) {
    if (user.type != "User") continue;
    const std::string role(user.is_collaborator ? to_string(user.role) : "no role");
    html += "<option value=\"" + escape_html(user.login) + "\"" + (user.login == chosen ? " selected" : "") +
            ">" + escape_html(user.login) + " (" + role + ")</option>";
  }
  return html + "</select>";
}

std::string commit_link(const State& state, const std::string& sha) {
  return R"(<a class="mono" href=")" + web_path(state) + "/commit/" + sha + "\">" + sha.substr(0, 7) + "</a>";
}

}  // namespace mlx::sandbox::web
