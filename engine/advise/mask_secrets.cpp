#include "engine/advise/mask_secrets.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "engine/advise/secret_assignments.h"
#include "engine/base/text_edit.h"

namespace mlx {
namespace {

using Spans = std::vector<Span>;

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_token_character(char c) { return is_alphanumeric(c) || c == '_' || c == '-'; }
bool is_random_character(char c) { return is_token_character(c) || c == '+' || c == '/' || c == '='; }

template <typename Predicate>
std::size_t end_while(std::string_view text, std::size_t at, Predicate predicate) {
  while (at < text.size() && predicate(text[at])) ++at;
  return at;
}

/// From `-----BEGIN … PRIVATE KEY` to the end of it, or of the text.
void find_private_keys(std::string_view text, Spans& found) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  for (auto at = text.find(kBegin); at != text.npos; at = text.find(kBegin, at + 1)) {
    const std::size_t head_end = std::min(text.find_first_of("\n\\", at), text.size());
    if (!text.substr(at, head_end - at).contains("PRIVATE KEY")) continue;
    const auto tail = text.find("-----END ", at);
    const auto tail_end = tail == text.npos ? text.npos : text.find("-----", tail + 9);
    found.push_back({.begin = at, .end = tail_end == text.npos ? text.size() : tail_end + 5});
    if (tail_end == text.npos) return;
  }
}

/// `user:password` in `scheme://user:password@host`, and what stands before the last `@` of what could be
/// meant as one though its password has a slash. Words are looked at once, however many addresses are in
/// them.
void find_credentials_in_addresses(std::string_view text, Spans& found) {
  constexpr std::string_view kWordEnds = "\"'`<> \t\r\n";
  constexpr std::string_view kAuthorityEnds = "/?#";
  for (auto at = text.find("://"); at != text.npos;) {
    const std::size_t begin = at + 3;
    const std::size_t word_end = std::min(text.find_first_of(kWordEnds, begin), text.size());
    const std::string_view word = text.substr(begin, word_end - begin);
    const auto sign = word.rfind('@');
    const auto colon = word.find(':');
    const std::string_view authority = word.substr(0, word.find_first_of(kAuthorityEnds));
    const bool has_user = authority.contains('@') && !authority.starts_with('@');
    const bool has_password = sign != word.npos && colon != word.npos && colon < sign;
    if (has_password || has_user) {
      found.push_back({.begin = begin, .end = begin + (has_password ? sign : authority.rfind('@'))});
    }
    at = text.find("://", word_end);
  }
}

struct TokenShape {
  std::string_view prefix;
  std::size_t least = 0;  ///< characters after it
};
constexpr std::array<TokenShape, 32> kTokenShapes = {{
    {"ghp_", 20},        {"gho_", 20},      {"ghu_", 20},     {"ghs_", 20},     {"ghr_", 20},
    {"github_pat_", 20}, {"glpat-", 16},    {"glrt-", 16},    {"AKIA", 16},     {"ASIA", 16},
    {"sk-", 16},         {"sk_live_", 12},  {"sk_test_", 12}, {"rk_live_", 12}, {"pk_live_", 12},
    {"xoxb-", 10},       {"xoxp-", 10},     {"xoxa-", 10},    {"xoxr-", 10},    {"xoxs-", 10},
    {"xapp-", 10},       {"AIza", 30},      {"ya29.", 16},    {"hf_", 20},      {"npm_", 30},
    {"pypi-", 30},       {"SG.", 20},       {"eyJ", 16},      {"dop_v1_", 30},  {"whsec_", 16},
    {"gsk_", 20},        {"dckr_pat_", 16},
}};

void find_known_tokens(std::string_view text, Spans& found) {
  const auto is_part = [](char c) { return is_token_character(c) || c == '.'; };
  for (const auto& [prefix, least] : kTokenShapes) {
    std::size_t end = 0;
    for (auto at = text.find(prefix); at != text.npos; at = text.find(prefix, end)) {
      end = at + 1;
      if (at > 0 && is_alphanumeric(text[at - 1])) continue;
      end = end_while(text, at + prefix.size(), is_part);
      if (end - at - prefix.size() >= least) found.push_back({.begin = at, .end = end});
    }
  }
}

/// `Bearer …` and `Basic …`; but not in "Basic authentication".
void find_authorizations(std::string_view text, Spans& found) {
  constexpr std::size_t kShortest = 8;
  for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic ", "basic "}) {
    for (auto at = text.find(scheme); at != text.npos; at = text.find(scheme, at + 1)) {
      const std::size_t begin = at + scheme.size();
      const std::size_t end =
          end_while(text, begin, [](char c) { return is_random_character(c) || c == '.' || c == '~'; });
      const std::string_view value = text.substr(begin, end - begin);
      const bool is_word = std::ranges::all_of(value, [](char c) { return c >= 'a' && c <= 'z'; });
      if (value.size() >= kShortest && !is_word) found.push_back({.begin = begin, .end = end});
    }
  }
}

void find_random_words(std::string_view text, Spans& found) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_while(text, at, is_random_character);
    if (looks_random(text.substr(at, end - at))) found.push_back({.begin = at, .end = end});
    // What stands before an `=` is another word than what stands behind it.
    for (std::size_t part = at; part < end;) {
      const std::size_t part_end = std::min(text.substr(0, end).find('=', part), end);
      if (looks_random(text.substr(part, part_end - part))) found.push_back({.begin = part, .end = part_end});
      part = part_end + 1;
    }
    at = std::max(end, at + 1);
  }
}

void find_known_values(std::string_view text, std::span<const std::string> values, Spans& found) {
  for (const std::string& value : values) {
    if (value.empty()) continue;
    for (auto at = text.find(value); at != text.npos; at = text.find(value, at + value.size())) {
      found.push_back({.begin = at, .end = at + value.size()});
    }
  }
}

/// A span over several lines is masked in each of them.
void append_masked(std::string& masked, std::string_view hidden) {
  while (true) {
    const auto end = hidden.find('\n');
    const std::string_view line = hidden.substr(0, end);
    if (line.find_first_not_of(" \t\r") != line.npos) masked += kMasked;
    if (end == hidden.npos) return;
    masked += '\n';
    hidden.remove_prefix(end + 1);
  }
}

std::string without(std::string_view text, Spans spans) {
  std::ranges::sort(spans, {}, [](const Span& span) { return std::pair(span.begin, span.end); });
  std::string masked;
  std::size_t at = 0;
  for (std::size_t i = 0; i < spans.size();) {
    Span whole = spans[i];
    for (++i; i < spans.size() && spans[i].begin <= whole.end; ++i)
      whole.end = std::max(whole.end, spans[i].end);
    masked += text.substr(at, whole.begin - at);
    append_masked(masked, text.substr(whole.begin, whole.size()));
    at = whole.end;
  }
  return masked.append(text.substr(at));
}

std::string_view unquoted(std::string_view value) {
  const bool is_quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  return begin == text.npos ? std::string_view()
                            : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

MaskedLanguage masked_language(std::string_view path) {
  return path.ends_with(".py") || path.ends_with(".pyi") ? MaskedLanguage::kPython : MaskedLanguage::kOther;
}

std::string mask_secrets(std::string_view text, MaskedLanguage language, std::span<const std::string> known) {
  Spans found = secret_assignments(text, language);
  find_private_keys(text, found);
  find_credentials_in_addresses(text, found);
  find_known_tokens(text, found);
  find_authorizations(text, found);
  find_random_words(text, found);
  find_known_values(text, known, found);
  return without(text, std::move(found));
}

std::vector<std::string> environment_file_values(std::string_view text) {
  constexpr std::size_t kShortest = 8;
  constexpr std::size_t kShortestSecret = 4;
  std::vector<std::string> values;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = line.find('=');
    if (line.starts_with('#') || equals == line.npos) continue;
    const std::string_view value = unquoted(trimmed(line.substr(equals + 1)));
    const std::size_t least = is_secret_name(line.substr(0, equals)) ? kShortestSecret : kShortest;
    if (value.size() >= least) values.emplace_back(value);
  }
  return values;
}

}  // namespace mlx
