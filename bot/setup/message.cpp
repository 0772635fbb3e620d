#include "bot/setup/message.h"

#include <algorithm>
#include <charconv>

namespace mlx::bot::setup {
namespace {

bool is_same_name(std::string_view a, std::string_view b) {
  const HeaderNameLess less;
  return !less(a, b) && !less(b, a);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

/// The byte behind `%41`; nothing if there is no such escape.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < 3 || text.front() != '%') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, value, 16);
  if (error != std::errc() || end != text.data() + 3) return std::nullopt;
  return static_cast<char>(value);
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (const auto byte = escaped_byte(text.substr(at))) {
      result += *byte;
      at += 2;
    } else {
      result += text[at] == '+' ? ' ' : text[at];
    }
  }
  return result;
}

}  // namespace

std::string Request::header(std::string_view name) const {
  const auto is_it = [name](const auto& header) { return is_same_name(header.first, name); };
  if (std::ranges::count_if(headers, is_it) != 1) return {};
  return std::ranges::find_if(headers, is_it)->second;
}

bool Request::has_header(std::string_view name) const {
  return std::ranges::any_of(headers,
                             [name](const auto& header) { return is_same_name(header.first, name); });
}

std::optional<std::string> Request::cookie(std::string_view name) const {
  const std::string cookies = header("Cookie");
  std::string_view rest = cookies;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return std::string(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

Fields parse_form(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.empty()) continue;
    fields.emplace(decoded(pair.substr(0, equals)), decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return fields;
}

std::string field(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : std::string(trimmed(found->second));
}

}  // namespace mlx::bot::setup
