#include <ranges>

#include "sandbox/web/html.h"
#include "sandbox/web/views.h"

namespace mlx::sandbox::web {

std::string deliveries_page(const View& view) {
  const State& state = view.state;
  std::string html = "<h2>Webhooks</h2><div class=\"box\">";
  if (state.hooks.empty()) {
    html += "<div class=\"row muted\">No hooks. Add one with POST " + escape_html(state.api_url()) +
            "/repos/" + escape_html(state.repository.full_name()) + "/hooks</div>";
  }
  for (const auto& [id, hook] : state.hooks) {
    std::string events;
    for (const std::string& event : hook.events) events += (events.empty() ? "" : ", ") + event;
    html += R"(<div class="row"><span class="grow mono">)" + escape_html(hook.url) + "<div class=\"sub\">" +
            escape_html(events) + "</div></span><span class=\"sub\">" + escape_html(hook.last_status) +
            "</span></div>";
  }
  html += "</div><h2>Recent deliveries</h2><div class=\"box\">";
  if (state.deliveries.empty()) html += "<div class=\"row muted\">Nothing was sent yet.</div>";
  for (const auto& [id, delivery] : std::views::reverse(state.deliveries)) {
    const bool is_ok = delivery.status == "OK";
    html += R"(<div class="row"><span class="dot )" + std::string(is_ok ? "o" : "c") + "\">" +
            (is_ok ? "✓" : "✗") + "</span><span class=\"grow\"><strong>" + escape_html(delivery.event) +
            (delivery.action.empty() ? "" : "." + escape_html(delivery.action)) + "</strong>" +
            (delivery.is_redelivery ? " <span class=\"badge\">redelivery</span>" : "") +
            "<div class=\"sub mono\">" + delivery.guid +
            "</div><details class=\"small\"><summary class=\"muted\">payload and answer</summary><pre "
            "style=\"overflow:auto\">" +
            escape_html(delivery.payload.substr(0, 4000)) + "\n\n" +
            escape_html(delivery.response_body.substr(0, 2000)) +
            "</pre></details></span><span class=\"sub\">" +
            (delivery.status_code > 0 ? std::to_string(delivery.status_code) : escape_html(delivery.status)) +
            " · " + std::to_string(static_cast<int>(delivery.seconds * 1000)) + " ms · " +
            relative_time(delivery.delivered_at) + R"(</span><form class="inline" method="post" action=")" +
            web_path(state) + "/deliveries/" + std::to_string(id) +
            "/attempts\"><button>Redeliver</button></form></div>";
  }
  return html + "</div>";
}

}  // namespace mlx::sandbox::web
