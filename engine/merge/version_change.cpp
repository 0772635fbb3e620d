#include "engine/merge/version_change.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <compare>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"

namespace mlx {
namespace {

/// A version as PEP 440 orders them. What has other parts than a release and one stage is none.
struct Version {
  /// In the order of what comes first.
  enum class Stage : std::uint8_t { kDevelopment, kAlpha, kBeta, kCandidate, kRelease, kPost };

  std::vector<int> release;  ///< without zeros at its end
  Stage stage = Stage::kRelease;
  int number = 0;       ///< of the stage
  int development = 0;  ///< of a stage that has one, its number; the stage itself comes last

  auto operator<=>(const Version&) const = default;
};

constexpr int kNoDevelopment = 1'000'000'000;

class VersionReader {
 public:
  explicit VersionReader(std::string_view text) : rest_(text) {}

  std::optional<Version> run() {
    Version version;
    version.development = kNoDevelopment;
    do {
      const auto number = read_number();
      if (!number) return std::nullopt;
      version.release.push_back(*number);
    } while (rest_.size() > 1 && rest_.front() == '.' && is_digit(rest_[1]) && skip(1));
    if (version.release.size() < 2) return std::nullopt;
    while (version.release.size() > 1 && version.release.back() == 0) version.release.pop_back();
    if (rest_.empty()) return version;
    if (!read_stage(version)) return std::nullopt;
    if (!rest_.empty() && version.stage != Version::Stage::kDevelopment) {
      Version inner;
      if (!read_stage(inner) || inner.stage != Version::Stage::kDevelopment) return std::nullopt;
      version.development = inner.number;
    }
    return rest_.empty() ? std::optional(version) : std::nullopt;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  bool skip(std::size_t count) {
    rest_.remove_prefix(count);
    return true;
  }

  std::optional<int> read_number() {
    int number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc() || number < 0 || number >= kNoDevelopment) return std::nullopt;
    skip(static_cast<std::size_t>(end - rest_.data()));
    return number;
  }

  bool read_stage(Version& version) {
    using Named = std::pair<std::string_view, Version::Stage>;
    // Whatever begins with another stands before it.
    constexpr std::array<Named, 10> kStages = {
        Named{"alpha", Version::Stage::kAlpha},       Named{"a", Version::Stage::kAlpha},
        Named{"beta", Version::Stage::kBeta},         Named{"b", Version::Stage::kBeta},
        Named{"rc", Version::Stage::kCandidate},      Named{"c", Version::Stage::kCandidate},
        Named{"post", Version::Stage::kPost},         Named{"dev", Version::Stage::kDevelopment},
        Named{"preview", Version::Stage::kCandidate}, Named{"pre", Version::Stage::kCandidate}};
    const auto is_separator = [&] {
      return !rest_.empty() && (rest_.front() == '.' || rest_.front() == '-' || rest_.front() == '_');
    };
    if (is_separator()) skip(1);
    const auto* stage =
        std::ranges::find_if(kStages, [&](const Named& named) { return rest_.starts_with(named.first); });
    if (stage == kStages.end()) return false;
    version.stage = stage->second;
    skip(stage->first.size());
    if (is_separator() && rest_.size() > 1 && is_digit(rest_[1])) skip(1);
    if (!rest_.empty() && is_digit(rest_.front())) {
      const auto number = read_number();
      if (!number) return false;
      version.number = *number;
    }
    return true;
  }

  std::string_view rest_;
};

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// Does a name say that its value is the version of the code?
bool names_version(std::string_view name) {
  const std::string lower = lowered(name);
  constexpr std::array<std::string_view, 5> kNames = {"__version__", "__version_info__", "release", "version",
                                                      "version_info"};
  return std::ranges::binary_search(kNames, lower);
}

/// A version in the text that has it.
struct StatedVersion {
  Version version;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// `(4, 1, 0, -100)`
std::optional<StatedVersion> tuple_at(const Outline& outline, std::size_t open) {
  const std::size_t close = outline.atoms[open].partner;
  if (close <= open + 1) return std::nullopt;
  Version version;
  version.development = kNoDevelopment;
  bool is_negative = false;
  bool is_number_next = true;
  for (std::size_t i = open + 1; i < close; ++i) {
    const std::string_view text = outline.text_of(outline.atoms[i]);
    if (is_number_next && text == "-" && !is_negative) {
      is_negative = true;
      continue;
    }
    if (!is_number_next && text != ",") return std::nullopt;
    is_number_next = !is_number_next;
    if (text == ",") continue;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    version.release.push_back(is_negative ? -number : number);
    is_negative = false;
  }
  if (version.release.size() < 2) return std::nullopt;
  // A comment between the numbers is no part of the version, and must not go with it.
  if (outline.part(outline.atoms[open].begin, outline.atoms[close].end).contains('#')) return std::nullopt;
  return StatedVersion{
      .version = std::move(version), .begin = outline.atoms[open].begin, .end = outline.atoms[close].end};
}

std::optional<StatedVersion> stated_at(const Outline& outline, std::size_t i) {
  const Atom& atom = outline.atoms[i];
  if (atom.sign == '(') return tuple_at(outline, i);
  const std::string_view text = outline.text_of(atom);
  const auto quote = text.find_first_of("'\"");
  if (!atom.is_text || quote == std::string_view::npos || text.size() < quote + 2) return std::nullopt;
  const std::string_view inner = text.substr(quote + 1, text.size() - quote - 2);
  auto version = VersionReader(inner).run();
  if (!version) return std::nullopt;
  const auto begin = static_cast<std::uint32_t>(atom.begin + quote + 1);
  return StatedVersion{.version = *std::move(version),
                       .begin = begin,
                       .end = static_cast<std::uint32_t>(begin + inner.size())};
}

/// What `name = "1.2"` or `name = (1, 2)` says for each name, unless it is there again.
std::map<std::string, StatedVersion> versions_of(const Outline& outline) {
  std::map<std::string, std::vector<StatedVersion>> found;
  for (std::size_t i = 2; i < outline.atoms.size(); ++i) {
    const Atom& name = outline.atoms[i - 2];
    if (outline.atoms[i - 1].sign != '=' || !name.is_name || !names_version(outline.text_of(name))) continue;
    if (auto stated = stated_at(outline, i))
      found[std::string(outline.text_of(name))].push_back(*std::move(stated));
  }
  std::map<std::string, StatedVersion> once;
  for (auto& [name, all] : found) {
    if (all.size() == 1) once.emplace(name, std::move(all.front()));
  }
  return once;
}

}  // namespace

std::optional<RaisedVersions> raise_versions(const Outline& base, const Outline& ours,
                                             const Outline& theirs) {
  const auto in_ours = versions_of(ours);
  const auto in_theirs = versions_of(theirs);
  std::vector<TextEdit> by_ours;
  std::vector<TextEdit> by_theirs;
  for (const auto& [name, before] : versions_of(base)) {
    const auto our = in_ours.find(name);
    const auto their = in_theirs.find(name);
    if (our == in_ours.end() || their == in_theirs.end()) continue;
    const StatedVersion& left = our->second;
    const StatedVersion& right = their->second;
    if (left.version <= before.version || right.version <= before.version) continue;
    if (left.version > right.version)
      by_theirs.push_back({.span = {.begin = right.begin, .end = right.end},
                           .replacement = std::string(ours.part(left.begin, left.end))});
    if (right.version > left.version)
      by_ours.push_back({.span = {.begin = left.begin, .end = left.end},
                         .replacement = std::string(theirs.part(right.begin, right.end))});
  }
  // None, or not the same side is ahead by all of them.
  if (by_ours.empty() == by_theirs.empty()) return std::nullopt;
  auto raised_ours = apply_edits(ours.text, std::move(by_ours));
  auto raised_theirs = apply_edits(theirs.text, std::move(by_theirs));
  if (!raised_ours || !raised_theirs) return std::nullopt;
  return RaisedVersions{.ours = *std::move(raised_ours), .theirs = *std::move(raised_theirs)};
}

}  // namespace mlx
