#include "engine/component/signature.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace mlx {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

struct Parameter {
  std::string_view name;
  std::string_view declaration;  ///< with its annotation, without its default
  bool has_default = false;
};

struct Signature {
  std::vector<Parameter> positional;
  std::vector<Parameter> by_name;  ///< behind `*`
  std::size_t positional_only = 0;
  bool takes_more_positions = false;  ///< `*args`
  bool takes_more_names = false;      ///< `**kwargs`
  std::string_view result;
};

/// Walks over a text and knows where it is outside of brackets and strings.
class TopLevel {
 public:
  /// Is this character outside of all of them? To be asked for each in order.
  bool contains(char c) {
    if (quote_ != 0) {
      if (c == quote_ && !is_escaped_) quote_ = 0;
      is_escaped_ = c == '\\' && !is_escaped_;
      return false;
    }
    if (c == '"' || c == '\'') quote_ = c;
    if (std::string_view("([{").contains(c)) ++depth_;
    if (std::string_view(")]}").contains(c)) --depth_;
    return quote_ == 0 && depth_ == 0;
  }

 private:
  int depth_ = 0;
  char quote_ = 0;
  bool is_escaped_ = false;
};

std::vector<std::string_view> split_parameters(std::string_view text) {
  std::vector<std::string_view> parts;
  TopLevel top;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!top.contains(text[i]) || text[i] != ',') continue;
    parts.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  parts.push_back(trimmed(text.substr(begin)));
  std::erase(parts, std::string_view());
  return parts;
}

Parameter read_parameter(std::string_view text) {
  TopLevel top;
  std::size_t equals = std::string_view::npos;
  for (std::size_t i = 0; i < text.size() && equals == std::string_view::npos; ++i) {
    if (top.contains(text[i]) && text[i] == '=') equals = i;
  }
  const std::string_view declaration = trimmed(text.substr(0, equals));
  return {.name = trimmed(declaration.substr(0, declaration.find(':'))),
          .declaration = declaration,
          .has_default = equals != std::string_view::npos};
}

std::optional<Signature> read_signature(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  TopLevel top;
  std::size_t end = std::string_view::npos;
  for (std::size_t i = 0; i < text.size() && end == std::string_view::npos; ++i) {
    if (top.contains(text[i]) && text[i] == ')') end = i;
  }
  if (end == std::string_view::npos) return std::nullopt;
  Signature signature;
  signature.result = trimmed(text.substr(end + 1));
  bool is_by_name = false;
  for (const std::string_view part : split_parameters(text.substr(1, end - 1))) {
    if (part == "/") {
      signature.positional_only = signature.positional.size();
    } else if (part.starts_with("**")) {
      signature.takes_more_names = true;
    } else if (part.starts_with('*')) {
      is_by_name = true;
      signature.takes_more_positions = part != "*";
    } else {
      (is_by_name ? signature.by_name : signature.positional).push_back(read_parameter(part));
    }
  }
  return signature;
}

bool takes_the_place_of(const Parameter& after, const Parameter& before) {
  return after.declaration == before.declaration && (after.has_default || !before.has_default);
}

bool accepts_positions(const Signature& before, const Signature& after) {
  if (after.positional.size() < before.positional.size()) return false;
  for (std::size_t i = 0; i < before.positional.size(); ++i) {
    if (!takes_the_place_of(after.positional[i], before.positional[i])) return false;
  }
  return std::all_of(after.positional.begin() + static_cast<std::ptrdiff_t>(before.positional.size()),
                     after.positional.end(), [](const Parameter& one) { return one.has_default; });
}

bool accepts_names(const Signature& before, const Signature& after) {
  const auto named = [](const std::vector<Parameter>& parameters, std::string_view name) {
    return std::ranges::find(parameters, name, &Parameter::name);
  };
  const bool has_all = std::ranges::all_of(before.by_name, [&](const Parameter& one) {
    const auto now = named(after.by_name, one.name);
    return now != after.by_name.end() && takes_the_place_of(*now, one);
  });
  return has_all && std::ranges::all_of(after.by_name, [&](const Parameter& one) {
           return one.has_default || named(before.by_name, one.name) != before.by_name.end();
         });
}

}  // namespace

bool accepts_calls_of(std::string_view before, std::string_view after) {
  if (before == after) return true;
  const auto old_one = read_signature(before);
  const auto new_one = read_signature(after);
  if (!old_one || !new_one || old_one->result != new_one->result) return false;
  const bool takes_less = (old_one->takes_more_positions && !new_one->takes_more_positions) ||
                          (old_one->takes_more_names && !new_one->takes_more_names);
  // A new parameter in front of `*args` takes what went there.
  const bool shifts_positions =
      old_one->takes_more_positions && new_one->positional.size() != old_one->positional.size();
  return !takes_less && !shifts_positions && new_one->positional_only <= old_one->positional_only &&
         accepts_positions(*old_one, *new_one) && accepts_names(*old_one, *new_one);
}

}  // namespace mlx
