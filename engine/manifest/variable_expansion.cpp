#include "engine/manifest/variable_expansion.h"

#include <algorithm>

namespace mlx {
namespace {

constexpr int kDeepestDefault = 8;

std::size_t name_length(std::string_view text) {
  constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  return std::min(text.find_first_not_of(kCharacters), text.size());
}

/// Where the brace closes that is open before `text`; defaults may hold variables.
std::size_t closing_brace(std::string_view text) {
  std::size_t depth = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

class Expansion {
 public:
  explicit Expansion(const VariableLookup& value_of) : value_of_(value_of) {}

  [[nodiscard]] std::optional<std::string> of(std::string_view text, int depth) const {
    if (depth > kDeepestDefault) return std::nullopt;
    std::string result;
    while (!text.empty()) {
      const auto dollar = std::min(text.find('$'), text.size());
      result += text.substr(0, dollar);
      text.remove_prefix(dollar);
      if (text.empty()) break;
      const bool is_escaped = text.starts_with("$$");
      const std::size_t length = name_length(text.substr(1));
      if (is_escaped || (length == 0 && !text.starts_with("${"))) {
        result += '$';
        text.remove_prefix(is_escaped ? 2 : 1);
        continue;
      }
      std::optional<std::string> value;
      if (length != 0) {
        value = value_of_(text.substr(1, length));
        text.remove_prefix(1 + length);
      } else {
        const auto close = closing_brace(text.substr(2));
        if (close == std::string_view::npos) return std::nullopt;
        value = braced(text.substr(2, close), depth);
        text.remove_prefix(close + 3);
      }
      if (!value) return std::nullopt;
      result += *value;
    }
    return result;
  }

 private:
  [[nodiscard]] std::optional<std::string> braced(std::string_view inner, int depth) const {
    const std::size_t length = name_length(inner);
    auto value = value_of_(inner.substr(0, length));
    std::string_view modifier = inner.substr(length);
    if (modifier.empty()) return value;
    const bool counts_empty = modifier.front() == ':';
    if (counts_empty) modifier.remove_prefix(1);
    if (modifier.empty()) return std::nullopt;
    const bool is_set = value && !(counts_empty && value->empty());
    if (modifier.front() == '-') return is_set ? value : of(modifier.substr(1), depth + 1);
    if (modifier.front() == '+') return is_set ? of(modifier.substr(1), depth + 1) : "";
    return value;
  }

  const VariableLookup& value_of_;
};

}  // namespace

std::optional<std::string> expand_variables(std::string_view text, const VariableLookup& value_of) {
  return Expansion(value_of).of(text, 0);
}

}  // namespace mlx
