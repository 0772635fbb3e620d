#include "bot/setup/pages.h"

#include <fmt/format.h>

#include "bot/forge/github/app_needs.h"
#include "engine/base/html.h"

namespace mlx::bot::setup {
namespace {

/// The style is in the page, since nothing else is here once the last of them is shown.
std::string page(std::string_view title, std::string_view body) {
  return fmt::format(
      R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{} · MLX</title>)"
      R"(<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">)"
      R"(<style>{}</style></head><body><header><div class="in">)"
      R"(<span class="name">MLX</span><span class="tag">set-up</span></div></header><main>{}</main></body></html>)"
      "\n",
      escape_html(title), style_sheet(), body);
}

std::string note(std::string_view kind, std::string_view text) {
  return fmt::format("<div class=\"note {}\">{}</div>", kind, escape_html(text));
}

std::string hidden(std::string_view name, std::string_view value) {
  return fmt::format(R"(<input type="hidden" name="{}" value="{}">)", name, escape_html(value));
}

struct Input {
  std::string_view name;
  std::string_view label;
  std::string_view value;
  std::string_view example;
  std::string_view hint;
};

std::string input(const Input& input) {
  return fmt::format(
      R"(<label for="{0}">{1}</label><input id="{0}" name="{0}" value="{2}" placeholder="{3}" autocomplete="off" )"
      R"(spellcheck="false"><p class="hint">{4}</p>)",
      input.name, escape_html(input.label), escape_html(input.value), escape_html(input.example),
      escape_html(input.hint));
}

std::string choice_form(const SetupView& view) {
  std::string html = fmt::format(R"(<form method="post" action="{}setup">)", escape_html(view.context.root));
  html += hidden("form_token", view.context.form_token);
  html += input(
      {.name = "address",
       .label = "Public address of this bot",
       .value = view.choice.address,
       .example = "https://mlx.example.com",
       .hint =
           "Where the forge sends its webhooks to, usually a proxy that speaks HTTPS. MLX_PUBLIC_URL sets "
           "it for good."});
  html += input(
      {.name = "organization",
       .label = "Organisation",
       .value = view.choice.organization,
       .example = "your own account",
       .hint = "The one that has the repositories, by its name on GitHub: the App can be installed where it "
               "belongs, and nowhere else. Empty: your own account."});
  html += input({.name = "github",
                 .label = "GitHub",
                 .value = view.choice.github,
                 .example = "https://github.com",
                 .hint = "Another address for GitHub Enterprise."});
  return html + "<button>Go on</button></form>";
}

std::string permission_rows() {
  std::string permissions;
  for (const AppPermission& permission : kAppPermissions) {
    permissions += fmt::format("{}{} ({})", permissions.empty() ? "" : ", ", permission.title,
                               permission.level == "write" ? "read and write" : "read");
  }
  std::string events;
  for (const AppEvent& event : kAppEvents)
    events += fmt::format("{}{}", events.empty() ? "" : ", ", event.title);
  return fmt::format("<tr><th>Permissions</th><td>{}</td></tr><tr><th>Events</th><td>{}</td></tr>",
                     permissions, events);
}

std::string offer_form(const Offer& offer) {
  const std::string owner =
      offer.owner.empty() ? "the account you are signed in with" : escape_html(offer.owner);
  return fmt::format(
             R"(<table><tr><th>Name</th><td>{} <span class="muted small">(you can change it there)</span></td></tr>)"
             "<tr><th>Owner</th><td>{}, and it can be installed there only</td></tr>"
             "<tr><th>Webhook</th><td><code>{}</code></td></tr>{}</table>",
             escape_html(offer.name), owner, escape_html(offer.webhook), permission_rows()) +
         fmt::format(R"(<form method="post" action="{}">{}<button class="go">Register on {}</button></form>)",
                     escape_html(offer.action), hidden("manifest", offer.manifest),
                     escape_html(offer.where)) +
         R"(<p class="hint below">Sign in there first. GitHub asks once more, then sends you back here. The App is )"
         "installed nowhere until you do so.</p>";
}

std::string github_box(const SetupView& view) {
  std::string html = R"(<section class="box"><div class="head"><h2>GitHub</h2></div><div class="body">)";
  for (const std::string& complaint : view.choice.complaints) html += note("wrong", complaint);
  for (const std::string& warning : view.warnings) html += note("", warning);
  if (view.offer) html += offer_form(*view.offer);
  html += "</div><div class=\"body\">";
  html += view.offer ? "<details><summary>Another address, an organisation, or GitHub Enterprise</summary>" +
                           choice_form(view) + "</details>"
                     : choice_form(view);
  return html + "</div></section>";
}

std::string gitlab_box(const SetupView& view) {
  const std::string address = view.choice.address.empty() ? "https://YOUR-BOT" : view.choice.address;
  return fmt::format(R"(<section class="box"><div class="head"><h2>GitLab</h2></div><div class="body"><ol>)"
                     "<li>Make an access token with the scope <code>api</code> and the role "
                     "<em>Developer</em>: of the project, of a "
                     "group, or of a user that you add to them (<em>Settings → Access tokens</em>).</li>"
                     "<li>Make a secret: <code>openssl rand -hex 32</code></li>"
                     "<li>Make a webhook of the project or the group (<em>Settings → Webhooks</em>):"
                     "<table><tr><th>URL</th><td><code>{}/webhooks/gitlab</code></td></tr>"
                     "<tr><th>Secret token</th><td>the secret</td></tr>"
                     "<tr><th>Trigger</th><td>Comments, Confidential comments, Issues events, Merge request "
                     "events</td></tr></table></li>"
                     "<li>Start the bot again with these "
                     "set:<pre>MLX_GITLAB_URL=https://gitlab.com\nMLX_GITLAB_TOKEN=the token\n"
                     "MLX_GITLAB_WEBHOOK_SECRET=the secret</pre></li></ol>"
                     "<p class=\"muted small\">This page is then gone. To serve both forges, register on "
                     "GitHub here first.</p>"
                     "</div></section>",
                     escape_html(address));
}

}  // namespace

std::string setup_page(const SetupView& view) {
  return page(
      "Set up the bot",
      "<h1>Set up the bot</h1><p class=\"muted\">It has no credentials yet. Give it some on the forge where "
      "your repositories are; it then goes on by itself.</p>" +
          github_box(view) + gitlab_box(view));
}

std::string code_page(const PageContext& context, std::string_view complaint, bool is_spent) {
  std::string body = "<h1>This bot is not set up yet</h1>";
  if (!complaint.empty()) body += note("wrong", complaint);
  if (is_spent) {
    body += "<p>The code is used up. Start the bot again for a new one.</p>";
    return page("Set up the bot", body);
  }
  body += "<p>Whoever may read its log may set it up: a line there has a code, good for once.</p>";
  body += fmt::format(
      R"(<div class="box"><div class="body"><form method="post" action="{}setup/code">)"
      R"(<label for="code">Code from the log</label><input id="code" name="code" type="password" autocomplete="off" )"
      R"(autofocus required><p class="hint">Look for “not set up yet”.</p><button class="go">Go on</button></form></div></div>)",
      escape_html(context.root));
  return page("Set up the bot", body);
}

std::string problem_page(const ProblemView& view) {
  const std::string root = escape_html(view.context.root);
  std::string body = fmt::format("<h1>{}</h1>{}", escape_html(view.title), note("wrong", view.text));
  if (!view.retry_state.empty()) {
    body += fmt::format(
        R"(<form method="post" action="{}setup/again">{}{}<p><button class="go">Try again</button></p></form>)",
        root, hidden("form_token", view.context.form_token), hidden("state", view.retry_state));
  }
  body += fmt::format(R"(<p><a href="{}setup">Back to the beginning</a></p>)", root);
  return page(view.title, body);
}

std::string done_page(const DoneView& view) {
  return page(
      "The bot is set up",
      fmt::format(
          R"(<h1>The bot is set up</h1><div class="note good">The App <strong>{}</strong> is registered, and the bot works with it from now on.</div>)"
          R"(<div class="box"><div class="head"><h2>What is next</h2></div><div class="body"><ol>)"
          "<li>Install the App on the repositories where people shall use it.</li>"
          "<li>Write <code>/mlx help</code> on an issue there.</li></ol>"
          R"(<a class="button go" href="{}">Install the App</a></div></div>)"
          R"(<p class="muted small">Webhooks come to <code>{}</code>. The App’s key and secret are in <code>{}</code>, for )"
          "the bot alone to read; back it up with the database. This page is gone now.</p>",
          escape_html(view.app), escape_html(view.install_address), escape_html(view.webhook),
          escape_html(view.file)));
}

}  // namespace mlx::bot::setup
