// Passwords, keys and tokens in plain text.

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "engine/source/python_practices.h"

namespace mlx {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";

/// What services begin their tokens with, so that they are recognized.
struct TokenShape {
  std::string_view prefix;
  std::size_t body;  ///< at least so many letters and digits follow
  std::string_view what;
};
constexpr std::array kShapes = {TokenShape{"sk-", 32, "an API key"},
                                TokenShape{"sk_live_", 20, "a Stripe key"},
                                TokenShape{"rk_live_", 20, "a Stripe key"},
                                TokenShape{"ghp_", 36, "a GitHub token"},
                                TokenShape{"gho_", 36, "a GitHub token"},
                                TokenShape{"ghs_", 36, "a GitHub token"},
                                TokenShape{"github_pat_", 40, "a GitHub token"},
                                TokenShape{"glpat-", 20, "a GitLab token"},
                                TokenShape{"AKIA", 16, "an AWS access key"},
                                TokenShape{"ASIA", 16, "an AWS access key"},
                                TokenShape{"AIza", 35, "a Google API key"},
                                TokenShape{"hf_", 30, "a Hugging Face token"},
                                TokenShape{"xoxb-", 20, "a Slack token"},
                                TokenShape{"xoxp-", 20, "a Slack token"},
                                TokenShape{"npm_", 36, "an npm token"},
                                TokenShape{"pypi-", 40, "a PyPI token"},
                                TokenShape{"SG.", 40, "a SendGrid key"}};

/// Bits for each character, after Shannon.
double entropy(std::string_view text) {
  std::array<std::size_t, 256> counts{};
  for (const char c : text) ++counts.at(static_cast<unsigned char>(c));
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

bool has(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

bool is_placeholder(std::string_view text) {
  return contains_any(
      text, {"example",     "changeme", "change-me", "change_me", "your",  "test",    "dummy",    "fake",
             "placeholder", "xxx",      "todo",      "sample",    "mock",  "default", "secret",   "passw",
             "insert",      "replace",  "foobar",    "1234",      "abcd",  "demo",    "redacted", "...",
             "***",         "0000",     "aaaa",      "qwerty",    "admin", "token",   "local",    "dev-",
             "not-a",       "hidden",   "invalid",   "deadbeef"});
}

/// Letters, digits and what keys are written with.
bool is_key_text(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+/=") ==
         std::string_view::npos;
}

std::optional<std::string_view> shape_of(std::string_view value) {
  if (value.starts_with("-----BEGIN ") && value.find("PRIVATE KEY-----") != std::string_view::npos &&
      value.size() > 200) {
    return "a private key";
  }
  for (const TokenShape& shape : kShapes) {
    if (!value.starts_with(shape.prefix)) continue;
    const std::string_view body = value.substr(shape.prefix.size());
    if (body.size() >= shape.body && is_key_text(body) && !is_placeholder(body) && entropy(body) >= 3.0 &&
        has(body, kDigits)) {
      return shape.what;
    }
  }
  return std::nullopt;
}

enum class Wanted : std::uint8_t { kNothing, kPassword, kKey };

/// What a name says that it holds; by its end, since `token_url` and `password_field` hold none.
Wanted wanted_by(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPasswords = {"password", "passwd", "pwd"};
  constexpr std::array<std::string_view, 9> kKeys = {"api_key",     "apikey",     "secret",
                                                     "secret_key",  "access_key", "auth_token",
                                                     "private_key", "api_token",  "access_token"};
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  const auto ends = [&](std::string_view end) {
    if (!lower.ends_with(end)) return false;
    return lower.size() == end.size() || lower[lower.size() - end.size() - 1] == '_';
  };
  if (std::ranges::any_of(kPasswords, ends)) return Wanted::kPassword;
  return std::ranges::any_of(kKeys, ends) || lower == "token" ? Wanted::kKey : Wanted::kNothing;
}

/// Keys that services make for programs on their users' machines: PostHog's of a project, Stripe's for pages.
bool is_public_key(std::string_view value) {
  return value.starts_with("phc_") || value.starts_with("pk_live_") || value.starts_with("pk_test_");
}

bool is_secret_value(std::string_view value, Wanted wanted) {
  if (wanted == Wanted::kNothing || is_placeholder(value) || is_public_key(value)) return false;
  const bool is_variable_name =
      value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos &&
      has(value, "_");
  if (is_variable_name) return false;
  const bool has_digits = has(value, kDigits);
  const bool has_letters = has(value, kLower) || has(value, kUpper);
  if (!has_digits || !has_letters) return false;
  if (wanted == Wanted::kKey) {
    return value.size() >= 20 && value.size() <= 200 && is_key_text(value) && entropy(value) >= 3.3 &&
           value.find("//") == std::string_view::npos;
  }
  if (value.size() < 8 || value.size() > 64 || has(value, " {}<>%/\\")) return false;
  const int kinds = static_cast<int>(has(value, kLower)) + static_cast<int>(has(value, kUpper)) + 1 +
                    static_cast<int>(has(value, "!@#$^&*()-_+=?.,:;~"));
  return kinds >= 3 && entropy(value) >= 2.8;
}

/// A first look at a literal as it is written: most are words or sentences.
bool may_be_secret(std::string_view literal) {
  if (literal.starts_with("\"-----BEGIN") || literal.find("-----BEGIN ") != std::string_view::npos)
    return true;
  return literal.size() >= 10 && literal.find(' ') == std::string_view::npos && has(literal, kDigits);
}

/// The name that a string is set to: of a variable, an attribute, a keyword or a key.
std::string name_before(const PythonTokenView& view, std::size_t literal) {
  if (literal < 2) return {};
  const PythonToken& before = view.at(literal - 1);
  if (before.is('=') && view.at(literal - 2).is_name()) {
    // Of `name: annotation = "…"` the name.
    std::size_t i = literal - 2;
    while (i >= 2 && (view.at(i - 1).is(':') || view.at(i - 1).is('.') || view.at(i - 1).is(']'))) {
      if (!view.at(i - 1).is(':')) break;
      i -= 2;
    }
    return std::string(view.text(i));
  }
  const bool is_key = before.is(':') || (before.is('=') && view.at(literal - 2).is(']'));
  const std::size_t key = before.is(':') ? literal - 2 : literal - 3;
  if (is_key && literal >= 3) return view.string({key, key + 1}).value_or("");
  return {};
}

bool means_example(std::string_view name) { return name == "example" || name == "examples"; }

/// Is a literal within what is shown to people as an example: `"example": {"access_token": "…"}`?
bool is_in_example(const PythonTokenView& view, std::size_t literal, std::string_view name) {
  constexpr std::size_t kFarthest = 1000;
  if (means_example(name)) return true;
  std::size_t closed = 0;
  for (std::size_t i = literal; i > 1 && literal - i < kFarthest; --i) {
    const PythonToken& token = view.at(i - 1);
    if (token.kind == TokenKind::kNewline) return false;
    if (closes(token)) ++closed;
    if (!opens(token)) continue;
    if (closed > 0) {
      --closed;
    } else if (means_example(name_before(view, i - 1))) {
      return true;
    }
  }
  return false;
}

}  // namespace

void find_literal_secrets(const PythonOutline& outline, FoundPractices& found) {
  for (const std::uint32_t literal : outline.literals) {
    if (!may_be_secret(outline.view->text(literal))) continue;
    const auto value = outline.view->string({literal, literal + 1});
    if (!value) continue;
    const std::string name = name_before(*outline.view, literal);
    const auto shape = shape_of(*value);
    const Wanted wanted = wanted_by(name);
    if (!shape && !is_secret_value(*value, wanted)) continue;
    if (is_in_example(*outline.view, literal, name)) continue;
    const std::string_view what = shape ? *shape : wanted == Wanted::kPassword ? "a password" : "a key";
    const std::size_t function = outline.function_at(literal);
    found.push_back({.kind = PracticeKind::kLiteralSecret,
                     .range = {literal, literal + 1},
                     .symbol = function == PythonBlock::kNone ? name : outline.qualified_name(function),
                     .detail = std::string(what) + " in plain text" + (name.empty() ? "" : ", as " + name)});
  }
}

}  // namespace mlx
