#include "bot/setup/site.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "engine/base/digest.h"

namespace mlx::bot::setup {
namespace {

constexpr std::string_view kRoot = "/setup";
constexpr const char* kCookie = "mlx_setup";
constexpr std::size_t kLongestCode = 200;
constexpr std::size_t kLongestOrganization = 39;

std::string content_security_policy(std::string_view form_target) {
  static const std::string style = base64(from_hex(sha256_hex(style_sheet())).value_or(""));
  // GitHub asks who is there on the way, at its own address.
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; img-src data:; form-action 'self'{}; base-uri 'none'; "
      "frame-ancestors 'none'",
      style, form_target.empty() ? "" : " " + std::string(form_target));
}

Response html(int status, std::string body, std::string_view form_target = {}) {
  return {.status = status,
          .headers = {{"Content-Security-Policy", content_security_policy(form_target)}},
          .body = std::move(body)};
}

Response only(std::string_view method) {
  Response response =
      html(405, problem_page({.context = {.root = "../"},
                              .title = "Not this way",
                              .text = "This address takes " + std::string(method) + " only."}));
  response.headers.emplace_back("Allow", method);
  return response;
}

/// Seen by every page, whatever it says: it is for one reader, and for no other site.
void harden(Response& response) {
  for (const auto& [name, value] : {std::pair<const char*, const char*>{"Cache-Control", "no-store"},
                                    {"Referrer-Policy", "no-referrer"},
                                    {"X-Content-Type-Options", "nosniff"},
                                    {"X-Frame-Options", "DENY"},
                                    {"Cross-Origin-Opener-Policy", "same-origin"},
                                    {"Cross-Origin-Resource-Policy", "same-origin"}}) {
    response.headers.emplace_back(name, value);
  }
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

bool is_session(std::string_view text) { return text.size() >= 32 && from_hex(text).has_value(); }

bool is_github_code(std::string_view text) {
  return !text.empty() && text.size() <= kLongestCode && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

bool is_organization(std::string_view text) {
  return text.size() <= kLongestOrganization && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '_';
         });
}

bool is_form(const Request& request) {
  return request.header("Content-Type").starts_with("application/x-www-form-urlencoded");
}

}  // namespace

/// A request of somebody who may set the bot up.
struct Site::Visit {
  const Request& request;
  Fields form;
  std::string session;
  bool is_new = false;  ///< the browser is yet to be told of its session
  std::string base;     ///< "http://127.0.0.1:8080", by which the browser reached us
  std::string root;     ///< relative
};

Site::Site(HttpClient& http, SiteOptions options)
    : http_(http),
      options_(std::move(options)),
      code_(options_.random()),
      key_(options_.random()),
      door_(code_) {}

bool Site::owns(std::string_view path) const {
  const std::scoped_lock lock(mutex_);
  return !is_done_ && (path == "/" || path == kRoot || path.starts_with(std::string(kRoot) + "/"));
}

std::string Site::form_token(const std::string& session) const {
  return hmac_sha256_hex(key_, "form " + session);
}

Response Site::answer(const Request& request) {
  Response response = route(request);
  harden(response);
  return response;
}

Response Site::route(const Request& request) {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (request.path == "/") {
    if (!is_read) return only("GET, HEAD");
    return {.status = 303, .headers = {{"Location", "setup"}}};
  }
  const bool is_post = request.method == "POST";
  if (is_post && !is_form(request)) {
    return html(415, problem_page({.context = {.root = "../"},
                                   .title = "Not understood",
                                   .text = "Forms are taken as application/x-www-form-urlencoded only."}));
  }
  if (request.path == "/setup/code") return is_post ? enter(request) : only("POST");
  const bool is_main = request.path == kRoot;
  const bool is_created = request.path == "/setup/created";
  const bool is_again = request.path == "/setup/again";
  if (!is_main && !is_created && !is_again) {
    return html(404,
                problem_page({.context = {.root = "../"}, .title = "Nothing is here", .text = request.path}));
  }
  // A look at it by HEAD must not use up what is good for once.
  if (is_created && request.method != "GET") return only("GET");
  if (is_again && !is_post) return only("POST");
  if (!is_read && !is_post) return only("GET, HEAD, POST");
  const auto visitor = visit(request);
  if (!visitor) return html(403, code_page({.root = is_main ? "" : "../", .form_token = {}}, "", false));
  if (is_post && !equal_in_constant_time(field(visitor->form, "form_token"), form_token(visitor->session))) {
    return html(
        403,
        problem_page({.context = {.root = visitor->root},
                      .title = "This form is not from here",
                      .text = "It comes from another site, or from before a restart. Nothing was done."}));
  }
  Response response = is_created ? created(*visitor)
                      : is_again ? again(*visitor)
                      : is_post  ? choose(*visitor)
                                 : show(*visitor, first_choice(*visitor));
  if (visitor->is_new) {
    const bool is_encrypted = visitor->base.starts_with("https://");
    response.headers.emplace_back(
        "Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}", kCookie, visitor->session,
                                  is_encrypted ? "; Secure" : ""));
  }
  return response;
}

/// What is there before anybody chose.
Choice Site::first_choice(const Visit& visit) const {
  Choice choice{.address = options_.public_url, .organization = "", .github = options_.github.web};
  const auto base = parse_web_address(visit.base);
  const auto github = parse_web_address(options_.github.web);
  const bool is_reachable = base && github && (!is_loopback(base->host) || is_loopback(github->host));
  if (choice.address.empty() && is_reachable) choice.address = visit.base;
  return choice;
}

std::optional<Site::Visit> Site::visit(const Request& request) {
  Visit visit{.request = request,
              .form = parse_form(request.body),
              .session = request.cookie(kCookie).value_or(""),
              .base = browser_base(request, options_.public_url),
              .root = request.path == kRoot ? "" : "../"};
  if (visit.base.empty()) return std::nullopt;
  if (is_local(request, options_.public_url)) {
    visit.is_new = !is_session(visit.session);
    if (visit.is_new) visit.session = options_.random();
    return visit;
  }
  const std::scoped_lock lock(mutex_);
  const bool is_let_in = !let_in_.empty() && equal_in_constant_time(let_in_, visit.session);
  return is_let_in ? std::optional(std::move(visit)) : std::nullopt;
}

Response Site::enter(const Request& request) {
  const PageContext context{.root = "../", .form_token = {}};
  const std::string text = field(parse_form(request.body), "code");
  const std::scoped_lock lock(mutex_);
  const int tries = door_.tries_left();
  switch (door_.redeem(text)) {
    case OneTimeCode::Try::kRight: break;
    case OneTimeCode::Try::kWrong:
      options_.tell("a wrong code for the set-up page", request.peer);
      return html(
          403,
          code_page(context, fmt::format("This is not the code. {} more tries.", door_.tries_left()), false));
    case OneTimeCode::Try::kSpent:
      if (tries > 0) options_.tell("too many wrong codes: the set-up page takes none any more", request.peer);
      return html(403, code_page(context, "This code is not taken.", true));
  }
  let_in_ = options_.random();
  options_.tell("the code for the set-up page was used", request.peer);
  const bool is_encrypted = browser_base(request, options_.public_url).starts_with("https://");
  return {.status = 303,
          .headers = {{"Location", "../setup"},
                      {"Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}", kCookie, let_in_,
                                                 is_encrypted ? "; Secure" : "")}}};
}

std::optional<Offer> Site::offer(const Visit& visit, Choice& choice, std::vector<std::string>& warnings) {
  if (const auto check = options_.check(); !check) {
    choice.complaints.push_back("The credentials could not be kept: " + to_string(check.error()) + ".");
  }
  if (choice.address.empty() && visit.request.method != "POST") {
    warnings.emplace_back(
        "Which address does GitHub reach this bot at? It sends its webhooks there; this machine’s own will "
        "not do.");
    return std::nullopt;
  }
  const auto address = parse_web_address(choice.address);
  const auto github = parse_web_address(choice.github);
  if (!address) choice.complaints.push_back("Public address: " + address.error().message);
  if (!github) choice.complaints.push_back("GitHub: " + github.error().message);
  if (!is_organization(choice.organization)) {
    choice.complaints.emplace_back(
        "Organisation: write its name as it stands in its address, such as my-company.");
  }
  if (!choice.complaints.empty()) return std::nullopt;
  // What was set for the whole bot goes as it is; github.com and the API beside it are one thing.
  const GithubHost host = choice.github == options_.github.web ? options_.github : github_at(*github);
  if (!github->is_encrypted && !is_loopback(github->host) && host.web != options_.github.web) {
    choice.complaints.emplace_back(
        "GitHub: it hands over a private key, so its address has to begin with https://.");
    return std::nullopt;
  }
  if (is_loopback(address->host) && !is_loopback(github->host)) {
    warnings.emplace_back(
        "GitHub cannot reach " + address->text +
        ": it is this machine’s own address. Give the public one, which leads here by a proxy or a tunnel.");
    return std::nullopt;
  }
  if (!address->is_encrypted && !is_loopback(address->host)) {
    warnings.emplace_back("Webhooks to an address without https can be read on their way.");
  }
  const std::string state = options_.random();
  const AppPlan plan{.github = host,
                     .organization = choice.organization,
                     .address = address->text,
                     .return_to = visit.base + "/setup/created",
                     .name = app_name(address->host, state)};
  {
    const std::scoped_lock lock(mutex_);
    tickets_.put(state, {.session = visit.session, .github = host, .webhook = plan.webhook()},
                 options_.now());
  }
  return Offer{.action = registration_address(plan, state),
               .manifest = app_manifest(plan),
               .name = plan.name,
               .webhook = plan.webhook(),
               .where = parse_web_address(host.web).value().host,
               .owner = choice.organization,
               .origin = parse_web_address(host.web).value().origin()};
}

Response Site::show(const Visit& visit, Choice choice) {
  SetupView view{.context = {.root = visit.root, .form_token = form_token(visit.session)},
                 .choice = std::move(choice),
                 .offer = {}};
  view.offer = offer(visit, view.choice, view.warnings);
  const std::string target = view.offer ? view.offer->origin : std::string();
  const bool is_wrong = visit.request.method == "POST" && !view.choice.complaints.empty();
  return html(is_wrong ? 422 : 200, setup_page(view), target);
}

Response Site::choose(const Visit& visit) {
  Choice choice{.address = field(visit.form, "address"),
                .organization = field(visit.form, "organization"),
                .github = field(visit.form, "github")};
  while (choice.address.ends_with('/')) choice.address.pop_back();
  while (choice.github.ends_with('/')) choice.github.pop_back();
  return show(visit, std::move(choice));
}

Response Site::created(const Visit& visit) {
  const std::string state = field(visit.request.query, "state");
  const std::string code = field(visit.request.query, "code");
  std::optional<Ticket> ticket;
  {
    const std::scoped_lock lock(mutex_);
    // Looked at first, so that a link without a code uses nothing up.
    if (is_github_code(code)) ticket = tickets_.take(state, visit.session, options_.now());
  }
  if (!ticket) {
    options_.tell("an answer to no registration that was begun here", visit.request.peer);
    return html(
        403,
        problem_page(
            {.context = {.root = visit.root},
             .title = "This is not an answer to a registration from here",
             .text = "It was begun in another browser, used already, is older than an hour, or the bot was "
                     "started again meanwhile. If GitHub shows an App that was just made, delete it there "
                     "(Settings, Developer settings, GitHub Apps) and start again."}));
  }
  ticket->code = code;
  return finish(visit, *std::move(ticket));
}

Response Site::again(const Visit& visit) {
  std::optional<Ticket> ticket;
  {
    const std::scoped_lock lock(mutex_);
    ticket = tickets_.take(field(visit.form, "state"), visit.session, options_.now());
  }
  // Those without a code have yet to go to GitHub.
  if (!ticket || ticket->code.empty()) {
    return html(403, problem_page({.context = {.root = visit.root},
                                   .title = "There is nothing to try again",
                                   .text = "This was tried already, or is older than an hour."}));
  }
  return finish(visit, *std::move(ticket));
}

Response Site::finish(const Visit& visit, Ticket ticket) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_done_ || is_asking_) {
      return html(
          409, problem_page({.context = {.root = visit.root},
                             .title = "Another page is at it",
                             .text = "The bot is being set up from another page. The App that was just made "
                                     "from this one is not used: delete it on GitHub."}));
    }
    is_asking_ = true;
  }
  const auto release = [](Site* site) {
    const std::scoped_lock lock(site->mutex_);
    site->is_asking_ = false;
  };
  const std::unique_ptr<Site, decltype(release)> asking(this, release);
  // Before GitHub hands over what it does only once.
  if (const auto check = options_.check(); !check) {
    return retry_later(visit, std::move(ticket),
                       "The credentials could not be kept: " + to_string(check.error()) + ".");
  }
  if (!ticket.app) {
    auto app = read_conversion(ticket.github, http_.send(conversion_request(ticket.github, ticket.code)));
    if (!app) {
      // The address that was asked has the code in it, which may be good still.
      replace_all(app.error().message, ticket.code, "…");
      options_.tell("the App was not handed over", app.error().message);
      if (app.error().may_pass) return retry_later(visit, std::move(ticket), app.error().message);
      return html(502, problem_page({.context = {.root = visit.root},
                                     .title = "The App was not handed over",
                                     .text = app.error().message}));
    }
    ticket.app = *std::move(app);
  }
  if (const auto taken = options_.take(*ticket.app); !taken) {
    options_.tell("the App could not be taken", to_string(taken.error()));
    const std::string problem =
        "The App is registered, but the bot could not go on with it: " + to_string(taken.error()) + ".";
    return retry_later(visit, std::move(ticket), problem);
  }
  const std::scoped_lock lock(mutex_);
  is_done_ = true;
  tickets_.clear();
  return html(200, done_page({.app = ticket.app->slug,
                              .install_address = ticket.app->page + "/installations/new",
                              .webhook = ticket.webhook,
                              .file = options_.file}));
}

Response Site::retry_later(const Visit& visit, Ticket ticket, const std::string& problem) {
  const std::string state = options_.random();
  {
    const std::scoped_lock lock(mutex_);
    tickets_.put(state, std::move(ticket), options_.now());
  }
  return html(502, problem_page({.context = {.root = visit.root, .form_token = form_token(visit.session)},
                                 .title = "Not yet",
                                 .text = problem,
                                 .retry_state = state}));
}

}  // namespace mlx::bot::setup
