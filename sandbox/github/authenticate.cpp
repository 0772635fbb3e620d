#include "sandbox/github/authenticate.h"

#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

using Kind = Identity::Kind;

constexpr std::int64_t kLongestJwt = 600;
constexpr std::int64_t kClockDrift = 60;

std::unexpected<Refusal> bad_credentials() { return refuse(401, "Bad credentials"); }

/// The checks of an app's JWT, in GitHub's order and words.
Answer<Identity> authenticate_app(const State& state, const std::string& token) {
  const auto claims = verify_jwt(token, app_key());
  if (!claims) return refuse(401, claims.error().message);
  const std::int64_t time = now().time_since_epoch().count();
  const Json expires = claims->value("exp", Json());
  const Json issued = claims->value("iat", Json());
  const Json issuer = claims->value("iss", Json());
  if (!expires.is_number() || expires.get<std::int64_t>() <= time) {
    return refuse(401,
                  "'Expiration time' claim ('exp') must be a numeric value representing the future time at "
                  "which the assertion expires");
  }
  if (expires.get<std::int64_t>() > time + kLongestJwt) {
    return refuse(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (!issued.is_number() || issued.get<std::int64_t>() > time + kClockDrift) {
    return refuse(401,
                  "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was "
                  "issued");
  }
  const bool is_this_app =
      issuer == state.app.id || issuer == std::to_string(state.app.id) || issuer == state.app.client_id;
  if (!is_this_app) return refuse(404, "Integration not found");
  return Identity{.kind = Kind::kApp, .login = state.app.bot_login};
}

std::string credential(const std::string& authorization) {
  const auto space = authorization.find(' ');
  const std::string scheme = to_lower(authorization.substr(0, space));
  std::string rest = space == std::string::npos ? std::string() : authorization.substr(space + 1);
  if (scheme == "bearer" || scheme == "token") return rest;
  if (scheme != "basic") return {};
  // `user:token`, as git sends it.
  const std::string pair = base64_decode(rest).value_or(std::string());
  const auto colon = pair.find(':');
  return colon == std::string::npos ? std::string() : pair.substr(colon + 1);
}

std::optional<Role> needed_role(Need need) {
  if (need == Need::kPush) return Role::kWrite;
  if (need == Need::kAdmin) return Role::kAdmin;
  return std::nullopt;
}

}  // namespace

Answer<Identity> authenticate(const State& state, const std::string& authorization) {
  if (authorization.empty()) return Identity{};
  const std::string token = credential(authorization);
  const auto known = state.tokens.find(token);
  if (known != state.tokens.end()) {
    const Identity& identity = known->second;
    if (identity.expires_at && *identity.expires_at <= now()) return bad_credentials();
    return identity;
  }
  if (token.find('.') != std::string::npos) return authenticate_app(state, token);
  return bad_credentials();
}

bool is_permitted(const Identity& actor, const std::string& permission) {
  if (actor.kind != Kind::kInstallation) return true;
  const auto found = actor.permissions.find(permission);
  return found != actor.permissions.end() && (found->second == "write" || found->second == "admin");
}

Answer<void> check_access(const Context& context, const Route& route) {
  const Identity& actor = context.actor;
  if (route.need == Need::kApp) {
    if (actor.kind != Kind::kApp) return refuse(401, "A JSON web token could not be decoded");
    return {};
  }
  if (route.need == Need::kNothing) return {};
  if (actor.kind == Kind::kAnonymous) return refuse(401, "Requires authentication");
  const auto by_integration = [] { return refuse(403, "Resource not accessible by integration"); };
  if (actor.kind == Kind::kApp) return by_integration();
  if (route.need == Need::kInstallation) {
    if (actor.kind != Kind::kInstallation) {
      return refuse(403,
                    "You must authenticate with an installation access token in order to list repositories "
                    "for an installation.");
    }
    return {};
  }
  if (actor.kind == Kind::kInstallation) {
    if (route.permission.empty() || is_permitted(actor, std::string(route.permission))) return {};
    // Comments and the like on pull requests may be allowed either way.
    const bool is_either = route.permission == "issues" && is_permitted(actor, "pull_requests");
    if (is_either) return {};
    return by_integration();
  }
  const auto role = needed_role(route.need);
  if (!role || context.role() >= *role) return {};
  if (!route.refusal.empty()) return refuse(403, std::string(route.refusal));
  return not_found();
}

}  // namespace mlx::sandbox::github
