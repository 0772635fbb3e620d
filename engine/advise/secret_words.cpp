// What secrets are called, and what they look like.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

#include "engine/advise/mask_secrets.h"

namespace mlx {
namespace {

constexpr std::array<std::string_view, 17> kSecretWords = {
    "password", "passwords", "passwd",     "passphrase", "passcode",    "pwd",
    "secret",   "secrets",   "credential", "jwt",        "credentials", "authorization",
    "apikey",   "dsn",       "bearer",     "salt",       "cookie"};
/// Only at the end of a name: `DB_PASS`, not `pass_through`.
constexpr std::array<std::string_view, 3> kLastSecretWords = {"pass", "auth", "pat"};
/// What makes a key a secret one.
constexpr std::array<std::string_view, 14> kKindsOfKeys = {
    "api",     "access", "secret",  "private", "encryption", "signing", "auth",
    "account", "master", "service", "shared",  "session",    "license", "storage"};
/// In names without any seams.
constexpr std::array<std::string_view, 9> kSecretParts = {"password",  "passwd",      "secret",
                                                          "apikey",    "accesskey",   "privatekey",
                                                          "authtoken", "accesstoken", "credential"};
/// What language models call tokens.
constexpr std::array<std::string_view, 16> kKindsOfTextTokens = {
    "pad", "eos", "bos",  "unk", "mask", "sep",     "cls",   "next",
    "num", "max", "stop", "end", "min",  "special", "start", "per"};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// `apiKey`, `API_KEY` and `api-key` as {"api", "key"}.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_hump =
        is_upper(c) && i > 0 && (is_lower(name[i - 1]) || (i + 1 < name.size() && is_lower(name[i + 1])));
    const bool is_letter = is_upper(c) || is_lower(c);
    if ((is_hump || !is_letter) && !words.back().empty()) words.emplace_back();
    if (is_letter) words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

struct Shape {
  std::size_t lower = 0;
  std::size_t upper = 0;
  std::size_t digits = 0;
  std::size_t hex = 0;
  std::size_t changes = 0;  ///< of kind between neighbours, but for `Word`: few in what is made of words
  std::size_t digit_changes = 0;  ///< between letters and digits
  bool has_slash = false;
};

Shape shape_of(std::string_view word) {
  Shape shape;
  const auto kind = [](char c) { return is_lower(c) ? 1 : is_upper(c) ? 2 : is_digit(c) ? 3 : 0; };
  int before = 0;
  for (const char c : word) {
    const int now = kind(c);
    shape.lower += now == 1 ? 1U : 0U;
    shape.upper += now == 2 ? 1U : 0U;
    shape.digits += now == 3 ? 1U : 0U;
    shape.hex += is_hex(c) ? 1U : 0U;
    const bool is_change = now != before && now != 0 && before != 0;
    const bool begins_word = before == 2 && now == 1;
    shape.changes += is_change && !begins_word ? 1U : 0U;
    shape.digit_changes += is_change && (now == 3 || before == 3) ? 1U : 0U;
    shape.has_slash = shape.has_slash || c == '/';
    before = now;
  }
  return shape;
}

}  // namespace

bool is_secret_name(std::string_view name) {
  const auto words = words_of(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view before = i == 0 ? std::string_view() : words[i - 1];
    if (contains(kSecretWords, words[i])) return true;
    if (words[i] == "token" && !contains(kKindsOfTextTokens, before)) return true;
    if (words[i] == "key" && contains(kKindsOfKeys, before)) return true;
    if (words[i] == "string" && before == "connection") return true;
    if (std::ranges::any_of(kSecretParts, [&](std::string_view part) { return words[i].contains(part); })) {
      return true;
    }
  }
  return !words.empty() && contains(kLastSecretWords, words.back());
}

bool looks_random(std::string_view word) {
  constexpr std::size_t kShortest = 20;
  constexpr std::size_t kShortestHex = 32;
  while (word.ends_with('=')) word.remove_suffix(1);
  if (word.size() < kShortest) return false;
  const Shape shape = shape_of(word);
  const auto size = static_cast<double>(word.size());
  const auto changes = static_cast<double>(shape.changes);
  const auto dashes = static_cast<std::size_t>(std::ranges::count(word, '-'));
  if (shape.hex >= kShortestHex && shape.hex + dashes == word.size() && shape.digits > 0) return true;
  const bool has_all = shape.lower > 0 && shape.upper > 0 && shape.digits > 0;
  if (shape.has_slash && !has_all) return false;  // a path
  const std::size_t letters = shape.lower + shape.upper;
  if (letters == 0) return false;
  const double disorder = entropy(word);
  if (shape.digits > 0) {
    constexpr std::size_t kManyDigitChanges = 5;
    const double least = shape.has_slash ? 0.2 : 0.25;
    return disorder >= 3.2 && (changes >= least * size || shape.digit_changes >= kManyDigitChanges);
  }
  if (shape.lower > 0 && shape.upper > 0) {
    return (disorder >= 3.5 && changes >= 0.25 * size) || (disorder >= 4.0 && changes >= 0.17 * size);
  }
  return letters == word.size() && disorder >= 3.6;
}

}  // namespace mlx
