#include "engine/manifest/python_version.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <tuple>
#include <utility>

#include "engine/manifest/python_space.h"

namespace mlx {
namespace {

constexpr std::size_t kLongestNumber = 18;
constexpr std::size_t kLongestQuote = 80;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_number(std::string_view text) { return std::ranges::all_of(text, is_digit); }

std::string_view without_leading_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

class VersionParser {
 public:
  explicit VersionParser(std::string_view written)
      : written_(written), text_(without_python_space(written)) {}

  Result<PythonVersion> parse() {
    PythonVersion version;
    take_word({"v"});
    const std::size_t begin = position_;
    const std::string_view digits = take_digits();
    if (take('!')) {
      if (digits.empty()) return complaint("expected a number before `!`", begin);
      version.epoch = MLX_TRY(number(digits, begin));
    } else {
      position_ = begin;
    }
    version.release = MLX_TRY(release());
    MLX_CHECK(read_suffixes(version));
    if (take('+')) version.local = MLX_TRY(local());
    if (position_ < text_.size()) return complaint("this belongs to no version", position_);
    return version;
  }

 private:
  [[nodiscard]] std::unexpected<Error> complaint(std::string_view what, std::size_t at) const {
    std::string quote(written_.substr(0, kLongestQuote));
    if (written_.size() > kLongestQuote) quote += "...";
    const std::size_t column = static_cast<std::size_t>(text_.data() - written_.data()) + at + 1;
    return fail(ErrorCode::kInvalidInput,
                "`" + quote + "`, column " + std::to_string(column) + ": " + std::string(what),
                {.column = column});
  }

  bool take(char wanted) {
    if (position_ >= text_.size() || text_[position_] != wanted) return false;
    ++position_;
    return true;
  }

  std::string_view take_digits() {
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  }

  void take_separator() {
    if (position_ < text_.size() && is_separator(text_[position_])) ++position_;
  }

  /// The index of the first word that comes next, in any case.
  std::optional<std::size_t> take_word(std::initializer_list<std::string_view> words) {
    const std::string_view rest = text_.substr(position_);
    for (std::size_t index = 0; index < words.size(); ++index) {
      const std::string_view word = std::data(words)[index];
      if (rest.size() < word.size()) continue;
      if (!std::ranges::equal(rest.substr(0, word.size()), word, {}, lower)) continue;
      position_ += word.size();
      return index;
    }
    return std::nullopt;
  }

  [[nodiscard]] Result<std::uint64_t> number(std::string_view digits, std::size_t at) const {
    digits = without_leading_zeros(digits);
    if (digits.size() > kLongestNumber) return complaint("a number of more than 18 digits", at);
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  /// The number that comes next, 0 if none does.
  Result<std::uint64_t> number_or_zero() {
    const std::size_t begin = position_;
    const std::string_view digits = take_digits();
    return digits.empty() ? Result<std::uint64_t>(0) : number(digits, begin);
  }

  Result<std::vector<std::uint64_t>> release() {
    std::vector<std::uint64_t> parts;
    while (true) {
      const std::size_t begin = position_;
      const std::string_view digits = take_digits();
      if (digits.empty()) return complaint("expected a number", begin);
      parts.push_back(MLX_TRY(number(digits, begin)));
      const std::string_view rest = text_.substr(position_);
      const bool has_more = rest.size() > 1 && rest[0] == '.' && is_digit(rest[1]);
      if (!has_more) return parts;
      ++position_;
    }
  }

  Result<void> read_suffixes(PythonVersion& version) {
    using enum PythonVersion::Stage;
    constexpr std::array kStages = {kAlpha,     kAlpha,     kBeta,      kBeta,
                                    kCandidate, kCandidate, kCandidate, kCandidate};
    if (const auto word = separated_word({"alpha", "a", "beta", "b", "preview", "pre", "c", "rc"})) {
      const std::uint64_t number = MLX_TRY(separated_number());
      version.prerelease = {.stage = kStages.at(*word), .number = number};
    }
    const std::string_view rest = text_.substr(position_);
    if (rest.size() > 1 && rest[0] == '-' && is_digit(rest[1])) {
      ++position_;
      version.post = MLX_TRY(number_or_zero());
    } else if (separated_word({"post", "rev", "r"})) {
      version.post = MLX_TRY(separated_number());
    }
    if (separated_word({"dev"})) version.dev = MLX_TRY(separated_number());
    return {};
  }

  std::optional<std::size_t> separated_word(std::initializer_list<std::string_view> words) {
    const std::size_t begin = position_;
    take_separator();
    const auto found = take_word(words);
    if (!found) position_ = begin;
    return found;
  }

  Result<std::uint64_t> separated_number() {
    take_separator();
    return number_or_zero();
  }

  Result<std::vector<std::string>> local() {
    std::vector<std::string> parts;
    while (true) {
      const std::size_t begin = position_;
      std::string part;
      while (position_ < text_.size() && (is_digit(text_[position_]) || is_letter(text_[position_]))) {
        part += lower(text_[position_++]);
      }
      if (part.empty()) return complaint("expected a letter or a digit of the local part", begin);
      parts.push_back(is_number(part) ? std::string(without_leading_zeros(part)) : std::move(part));
      if (position_ >= text_.size() || !is_separator(text_[position_])) return parts;
      ++position_;
    }
  }

  std::string_view written_;
  std::string_view text_;  ///< without the spaces around it
  std::size_t position_ = 0;
};

std::span<const std::uint64_t> without_trailing_zeros(std::span<const std::uint64_t> release) {
  while (!release.empty() && release.back() == 0) release = release.first(release.size() - 1);
  return release;
}

/// What follows the release, as numbers whose order is that of the versions: a development release comes
/// before all else of its stage, and the stage of one that has no other is below the alphas.
std::array<std::uint64_t, 6> suffix_order(const PythonVersion& version) {
  std::uint64_t stage = 4;
  if (version.prerelease) {
    stage = 1 + static_cast<std::uint64_t>(version.prerelease->stage);
  } else if (version.dev && !version.post) {
    stage = 0;
  }
  return {stage,
          version.prerelease ? version.prerelease->number : 0,
          version.post ? 1U : 0U,
          version.post.value_or(0),
          version.dev ? 0U : 1U,
          version.dev.value_or(0)};
}

/// Words come before numbers.
std::strong_ordering compare_local_parts(const std::string& a, const std::string& b) {
  const bool a_is_number = is_number(a);
  const bool b_is_number = is_number(b);
  if (a_is_number != b_is_number) return a_is_number <=> b_is_number;
  if (a_is_number && a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

}  // namespace

Result<PythonVersion> PythonVersion::parse(std::string_view text) { return VersionParser(text).parse(); }

std::weak_ordering PythonVersion::operator<=>(const PythonVersion& other) const {
  if (epoch != other.epoch) return epoch <=> other.epoch;
  const auto a = without_trailing_zeros(release);
  const auto b = without_trailing_zeros(other.release);
  if (const auto order = std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
      is_neq(order)) {
    return order;
  }
  if (const auto order = suffix_order(*this) <=> suffix_order(other); is_neq(order)) return order;
  return std::lexicographical_compare_three_way(local.begin(), local.end(), other.local.begin(),
                                                other.local.end(), compare_local_parts);
}

std::string to_string(const PythonVersion& version) {
  constexpr std::array<std::string_view, 3> kStages = {"a", "b", "rc"};
  std::string text = version.epoch == 0 ? "" : std::to_string(version.epoch) + "!";
  for (std::size_t part = 0; part < version.release.size(); ++part) {
    if (part > 0) text += '.';
    text += std::to_string(version.release[part]);
  }
  if (version.prerelease) {
    text += kStages.at(static_cast<std::size_t>(version.prerelease->stage));
    text += std::to_string(version.prerelease->number);
  }
  if (version.post) text += ".post" + std::to_string(*version.post);
  if (version.dev) text += ".dev" + std::to_string(*version.dev);
  char separator = '+';
  for (const std::string& part : version.local) {
    text += separator;
    text += part;
    separator = '.';
  }
  return text;
}

}  // namespace mlx
