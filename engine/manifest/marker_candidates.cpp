#include "engine/manifest/marker_candidates.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace mlx {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_about_python(const std::optional<MarkerVariable>& variable) {
  return variable == MarkerVariable::kPythonVersion || variable == MarkerVariable::kPythonFullVersion;
}

bool is_containment(const MarkerComparison& comparison) {
  return comparison.comparison == "in" || comparison.comparison == "not in";
}

/// `'3.9' <= python_version`: the text is a plain release, so both directions mean the same.
bool is_mirrored(const MarkerComparison& comparison) {
  if (comparison.is_variable_left || is_containment(comparison)) return false;
  if (comparison.comparison == "~=" || comparison.comparison == "===") return false;
  const auto version = PythonVersion::parse(comparison.text);
  return version && !version->is_prerelease() && !version->post && version->local.empty();
}

/// Where the answer to a comparison changes.
std::vector<VersionCut> cuts_of(const MarkerComparison& comparison) {
  if (comparison.specifier) return comparison.specifier->versions().cuts();
  if (!is_mirrored(comparison)) return {};
  const PythonVersion version = PythonVersion::parse(comparison.text).value();
  return {VersionCut::below(version), VersionCut::above(version)};
}

PythonVersion python(std::uint64_t major, std::uint64_t minor, std::uint64_t micro) {
  PythonVersion version;
  version.release = {major, minor, micro};
  return version;
}

PythonVersion first_alpha(PythonVersion version) {
  version.prerelease = {.stage = PythonVersion::Stage::kAlpha, .number = 0};
  return version;
}

class PythonCandidates {
 public:
  PythonCandidates() { add(first_alpha(python(0, 0, 0))); }

  /// The first version of Python above the cut, and the first of the first `X.Y` above it; before them
  /// versions that people know.
  void add_around(const VersionCut& cut) {
    const PythonVersion& near = cut.version();
    const auto part = [&](std::size_t index) {
      return index < near.release.size() ? near.release[index] : 0;
    };
    const PythonVersion final = python(part(0), part(1), part(2));
    if (part(1) > 0) add(python(part(0), part(1) - 1, 0));
    add(final);

    std::vector<PythonVersion> rising = {first_alpha(final)};
    if (const auto& named = near.prerelease) {
      for (const std::uint64_t later : {0U, 1U}) {
        rising.push_back(final);
        rising.back().prerelease = {.stage = named->stage, .number = named->number + later};
      }
    }
    rising.push_back(final);
    rising.push_back(first_alpha(python(part(0), part(1), part(2) + 1)));
    add_first(rising, [&](const PythonVersion& version) { return cut.is_below(version); });

    add_first({first_alpha(python(part(0), part(1), 0)), first_alpha(python(part(0), part(1) + 1, 0))},
              [&](PythonVersion version) {
                version.prerelease.reset();
                version.release.pop_back();
                return cut.is_below(version);
              });
  }

  /// Every `X.Y` that is somewhere in a text, and the one behind it.
  void add_minors_in(std::string_view text) {
    constexpr std::size_t kMostDigits = 3;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
      for (std::size_t before = 1; before <= std::min(dot, kMostDigits); ++before) {
        if (!is_digit(text[dot - before])) break;
        for (std::size_t after = 1; after <= kMostDigits && dot + after < text.size(); ++after) {
          if (!is_digit(text[dot + after])) break;
          const auto major = number(text.substr(dot - before, before));
          const auto minor = number(text.substr(dot + 1, after));
          for (const PythonVersion& version : {python(major, minor, 0), python(major, minor + 1, 0)}) {
            add(version);
            add(first_alpha(version));
          }
        }
      }
    }
  }

  [[nodiscard]] std::vector<std::string> admitted_by(const SpecifierSet& set) const {
    std::vector<std::string> unique;
    std::set<std::string> seen;
    for (const PythonVersion& version : found_) {
      std::string text = to_string(version);
      if (!set.contains(text, Prereleases::kAdmitted) || !seen.insert(text).second) continue;
      unique.push_back(std::move(text));
    }
    return unique;
  }

 private:
  static std::uint64_t number(std::string_view digits) {
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  void add(PythonVersion version) { found_.push_back(std::move(version)); }

  template <typename Predicate>
  void add_first(const std::vector<PythonVersion>& rising, Predicate is_above) {
    const auto found = std::ranges::find_if(rising, is_above);
    if (found != rising.end()) add(*found);
  }

  std::vector<PythonVersion> found_;
};

}  // namespace

bool has_candidates(const MarkerComparison& comparison) {
  if (comparison.specifier) return comparison.specifier->comparison != Specifier::Operator::kArbitrary;
  if (!is_about_python(comparison.variable)) return false;
  if (is_mirrored(comparison)) return true;
  return comparison.variable == MarkerVariable::kPythonVersion && comparison.is_variable_left &&
         is_containment(comparison);
}

std::vector<std::string> python_candidates(const std::vector<const MarkerComparison*>& comparisons,
                                           const SpecifierSet& admitted) {
  PythonCandidates candidates;
  for (const MarkerComparison* const comparison : comparisons) {
    for (const VersionCut& cut : cuts_of(*comparison)) candidates.add_around(cut);
    if (is_containment(*comparison)) candidates.add_minors_in(comparison->text);
  }
  for (const VersionCut& cut : admitted.versions().cuts()) candidates.add_around(cut);
  return candidates.admitted_by(admitted);
}

std::vector<std::string> version_candidates(const std::vector<const MarkerComparison*>& comparisons) {
  std::vector<std::string> found = {"none", "0.dev0"};
  std::size_t longest = 0;
  for (const MarkerComparison* const comparison : comparisons) {
    longest = std::max(longest, comparison->text.size());
  }
  for (const MarkerComparison* const comparison : comparisons) {
    for (const VersionCut& cut : cuts_of(*comparison)) found.push_back(to_string(cut.version_above(longest)));
  }
  return found;
}

std::string minor_version(const std::string& full_version) {
  const auto version = PythonVersion::parse(full_version);
  if (!version) return full_version;
  const auto& release = version->release;
  return std::to_string(release[0]) + "." + std::to_string(release.size() > 1 ? release[1] : 0);
}

}  // namespace mlx
