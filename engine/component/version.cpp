#include "engine/component/version.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace mlx {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::optional<unsigned long> parse_number(std::string_view text) {
  const bool has_leading_zero = text.size() > 1 && text.front() == '0';
  unsigned long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!is_number(text) || has_leading_zero || error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_prerelease(std::string_view text) {
  return std::ranges::all_of(split(text, '.'), [](std::string_view part) {
    const bool has_leading_zero = is_number(part) && part.size() > 1 && part.front() == '0';
    return !part.empty() && !has_leading_zero &&
           part.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") ==
               std::string_view::npos;
  });
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool is_a_number = is_number(a);
  const bool is_b_number = is_number(b);
  if (is_a_number && is_b_number) {
    return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
  }
  if (is_a_number != is_b_number)
    return is_a_number ? std::strong_ordering::less : std::strong_ordering::greater;
  return a <=> b;
}

std::strong_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  const auto left = split(a, '.');
  const auto right = split(b, '.');
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const auto order = compare_identifiers(left[i], right[i]); order != 0) return order;
  }
  return left.size() <=> right.size();
}

/// One to three numbers, and how many of them were written.
struct PartialVersion {
  Version version;
  std::size_t parts = 0;
};

std::optional<PartialVersion> parse_partial(std::string_view text) {
  PartialVersion partial;
  const auto dash = text.find('-');
  if (dash != std::string_view::npos) {
    if (!is_prerelease(text.substr(dash + 1))) return std::nullopt;
    partial.version.prerelease = text.substr(dash + 1);
  }
  const auto numbers = split(text.substr(0, dash), '.');
  if (numbers.size() > 3) return std::nullopt;
  std::array<unsigned long, 3> values{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = parse_number(numbers[i]);
    if (!number) return std::nullopt;
    values.at(i) = *number;
  }
  partial.version.major = values[0];
  partial.version.minor = values[1];
  partial.version.patch = values[2];
  partial.parts = numbers.size();
  if (!partial.version.prerelease.empty() && partial.parts < 3) return std::nullopt;
  return partial;
}

/// The first version that a caret range leaves out: the leftmost number that is not 0 may not change.
Version caret_limit(const Version& v, std::size_t parts) {
  if (v.major > 0 || parts == 1) return {.major = v.major + 1};
  if (v.minor > 0 || parts == 2) return {.minor = v.minor + 1};
  return {.patch = v.patch + 1};
}

/// `2.x` and `2.3.x`, for people who think in lines of versions: the part before the `x`.
std::optional<std::string_view> before_wildcard(std::string_view text) {
  if (!text.ends_with(".x")) return std::nullopt;
  return text.substr(0, text.size() - 2);
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
  const auto partial = parse_partial(text);
  if (!partial || partial->parts != 3) {
    return fail(ErrorCode::kInvalidInput,
                "`" + std::string(text) + "` is not a version: write it like `1.2.3`");
  }
  return partial->version;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  return compare_prereleases(prerelease, other.prerelease);
}

std::string to_string(const Version& version) {
  std::string text = std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                     std::to_string(version.patch);
  return version.prerelease.empty() ? text : text + "-" + version.prerelease;
}

Result<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  range.text_ = text;
  range.lower_.prerelease = "0";  // 0.0.0-0 comes before all others
  if (text == "*") return range;
  if (const auto line = before_wildcard(text)) {
    const auto partial = parse_partial(*line);
    if (partial && partial->parts < 3) {
      range.lower_ = {.major = partial->version.major, .minor = partial->version.minor, .prerelease = "0"};
      range.upper_ = partial->parts == 1
                         ? Version{.major = partial->version.major + 1}
                         : Version{.major = partial->version.major, .minor = partial->version.minor + 1};
      range.is_bounded_above_ = true;
      return range;
    }
  }
  std::string_view rest = text;
  const auto takes = [&rest](std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
  };
  const bool is_caret = takes("^");
  const bool is_tilde = !is_caret && takes("~");
  const bool is_minimum = !is_caret && !is_tilde && takes(">=");
  const auto partial = parse_partial(rest);
  if (!partial) {
    return fail(ErrorCode::kInvalidInput,
                "`" + std::string(text) +
                    "` is not a version range: write `^1.2`, `~1.2`, `>=1.2`, `1.x`, `1.2.3` or `*`");
  }
  range.lower_ = partial->version;
  range.is_exact_ = !is_caret && !is_tilde && !is_minimum;
  range.is_bounded_above_ = is_caret || is_tilde;
  if (is_caret) range.upper_ = caret_limit(partial->version, partial->parts);
  if (is_tilde) {
    const Version& v = partial->version;
    range.upper_ =
        partial->parts == 1 ? Version{.major = v.major + 1} : Version{.major = v.major, .minor = v.minor + 1};
  }
  return range;
}

bool VersionRange::contains(const Version& version) const {
  if (is_exact_) return version == lower_;
  if (version < lower_) return false;
  if (!is_bounded_above_) return true;
  // 2.0.0-rc.1 comes before 2.0.0, yet is what `^1.0` wants to keep out.
  const Version release{.major = version.major, .minor = version.minor, .patch = version.patch};
  return release < upper_;
}

}  // namespace mlx
