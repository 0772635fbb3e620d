#include "engine/manifest/poetry_constraint.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <vector>

#include "engine/manifest/requirement.h"

namespace mlx {
namespace {

/// The leading numbers of a version: `1.2.3rc1` is 1, 2, 3.
std::vector<unsigned long> release_numbers(std::string_view version) {
  std::vector<unsigned long> numbers;
  while (true) {
    unsigned long number = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc()) return numbers;
    numbers.push_back(number);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (!version.starts_with('.')) return numbers;
    version.remove_prefix(1);
  }
}

/// `>=version`, and below the version whose part `bumped` is one higher.
std::string up_to_next(std::string_view version, const std::vector<unsigned long>& numbers,
                       std::size_t bumped) {
  std::string upper;
  for (std::size_t part = 0; part < bumped; ++part) upper += std::to_string(numbers[part]) + ".";
  return ">=" + std::string(version) + ",<" + upper + std::to_string(numbers[bumped] + 1);
}

std::optional<std::string> specifier_of_one(std::string_view constraint) {
  if (constraint == "*") return "";
  const char first = constraint.front();
  if ((first == '^' || first == '~') && !constraint.starts_with("~=")) {
    std::string_view version = constraint.substr(1);
    if (version.starts_with('v')) version.remove_prefix(1);
    const std::vector<unsigned long> numbers = release_numbers(version);
    if (numbers.empty() || version.find('*') != std::string_view::npos) return std::nullopt;
    const auto significant = static_cast<std::size_t>(
        std::ranges::find_if(numbers, [](unsigned long n) { return n != 0; }) - numbers.begin());
    const std::size_t bumped = first == '^' ? std::min(significant, numbers.size() - 1)
                                            : std::min<std::size_t>(1, numbers.size() - 1);
    return up_to_next(version, numbers, bumped);
  }
  const bool is_plain = std::string_view("<>=!~").find(first) == std::string_view::npos;
  if (!is_plain && first == '=' && !constraint.starts_with("==")) constraint.remove_prefix(1);
  const bool needs_operator = is_plain || (first == '=' && constraint.front() != '=');
  const auto parsed =
      parse_requirement("x" + std::string(needs_operator ? "==" : "") + std::string(constraint));
  if (!parsed || !parsed->url.empty() || !parsed->marker.empty() || parsed->specifier.empty())
    return std::nullopt;
  return parsed->specifier;
}

}  // namespace

std::optional<std::string> specifier_of_poetry_constraint(std::string_view constraint) {
  if (constraint.find('|') != std::string_view::npos) return std::nullopt;
  // Commas and spaces both join; a space may also follow an operator.
  std::vector<std::string> parts;
  bool is_open = false;
  for (const char c : constraint) {
    const bool is_separator = c == ',' || c == ' ' || c == '\t';
    if (!is_separator) {
      if (!is_open) parts.emplace_back();
      parts.back() += c;
      is_open = true;
    } else if (is_open &&
               (c == ',' || std::string_view("<>=!~^").find(parts.back().back()) == std::string_view::npos)) {
      is_open = false;
    }
  }
  std::string joined;
  for (const std::string& part : parts) {
    const std::optional<std::string> specifier = specifier_of_one(part);
    if (!specifier) return std::nullopt;
    if (!joined.empty() && !specifier->empty()) joined += ',';
    joined += *specifier;
  }
  return parts.empty() ? std::nullopt : std::optional(joined);
}

}  // namespace mlx
