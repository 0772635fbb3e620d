#include "engine/manifest/specifier_set.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "engine/manifest/python_space.h"

namespace mlx {
namespace {

using Operator = Specifier::Operator;

constexpr std::size_t kLongestQuote = 80;

struct OperatorName {
  std::string_view text;
  Operator comparison;
};

/// Longer ones before those that they begin with.
constexpr std::array<OperatorName, 8> kOperators = {{{"===", Operator::kArbitrary},
                                                     {"==", Operator::kEqual},
                                                     {"~=", Operator::kCompatible},
                                                     {"!=", Operator::kNotEqual},
                                                     {"<=", Operator::kLessEqual},
                                                     {">=", Operator::kGreaterEqual},
                                                     {"<", Operator::kLess},
                                                     {">", Operator::kGreater}}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same_spelling(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::unexpected<Error> complaint(std::string_view text, std::string_view what, std::size_t at) {
  std::string quote(text.substr(0, kLongestQuote));
  if (text.size() > kLongestQuote) quote += "...";
  return fail(ErrorCode::kInvalidInput,
              "`" + quote + "`, column " + std::to_string(at + 1) + ": " + std::string(what),
              {.column = at + 1});
}

/// The clauses as written, without the spaces around them.
std::vector<std::string> clauses_of(std::string_view text) {
  std::vector<std::string> clauses;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const std::string_view clause = without_python_space(text.substr(begin, end - begin));
    if (!clause.empty()) clauses.emplace_back(clause);
    begin = end + 1;
  }
  return clauses;
}

std::string written(const std::vector<std::string>& clauses) {
  std::string text;
  for (const std::string& clause : clauses) text += (text.empty() ? "" : ",") + clause;
  return text;
}

/// Reads the clause that `clause`, a part of `text`, consists of.
Result<Specifier> parse_clause(std::string_view text, std::string_view clause) {
  const auto column_of = [&](std::string_view part) {
    return static_cast<std::size_t>(part.data() - text.data());
  };
  const auto* const found = std::ranges::find_if(
      kOperators, [&](const OperatorName& name) { return clause.starts_with(name.text); });
  if (found == kOperators.end()) {
    return complaint(text, "expected `==`, `>=`, `<=`, `>`, `<`, `!=`, `~=` or `===`", column_of(clause));
  }
  const std::string_view written = without_python_space(clause.substr(found->text.size()));
  const std::size_t column = written.empty() ? column_of(clause) + clause.size() : column_of(written);
  Specifier specifier;
  specifier.comparison = found->comparison;
  specifier.version_text = written;
  if (specifier.comparison == Operator::kArbitrary) {
    for (std::size_t at = 0; at < written.size(); ++at) {
      const bool is_allowed =
          written[at] != ';' && written[at] != ')' && leading_python_space(written.substr(at)) == 0;
      if (!is_allowed)
        return complaint(text, "a space, `;` or `)` cannot be part of what follows `===`", column + at);
    }
    if (auto version = PythonVersion::parse(written)) specifier.version = *std::move(version);
    return specifier;
  }
  specifier.is_prefix = written.ends_with(".*");
  const std::string_view plain = specifier.is_prefix ? written.substr(0, written.size() - 2) : written;
  auto version = PythonVersion::parse(plain);
  if (!version) {
    if (plain.empty())
      return complaint(text, "expected a version after `" + std::string(found->text) + "`", column);
    const std::string& message = version.error().message;
    const std::size_t offset = version.error().location.column - 1;
    return complaint(text, std::string_view(message).substr(message.rfind(": ") + 2), column + offset);
  }
  specifier.version = *std::move(version);
  const bool is_equality = found->comparison == Operator::kEqual || found->comparison == Operator::kNotEqual;
  const PythonVersion& named = specifier.version;
  if (specifier.is_prefix && !is_equality) {
    return complaint(text, "`.*` goes with `==` and `!=` only", column + plain.size());
  }
  if (specifier.is_prefix &&
      (named.is_prerelease() || named.post || !named.local.empty() || without_python_space(plain) != plain)) {
    return complaint(text, "`.*` follows a release such as `1.2` only", column + plain.size());
  }
  if (!named.local.empty() && !is_equality) {
    return complaint(text, "a local version goes with `==` and `!=` only", column + plain.find('+'));
  }
  if (found->comparison == Operator::kCompatible && named.release.size() < 2) {
    return complaint(text, "`~=` needs a release of at least two parts, such as `~=1.0`", column);
  }
  return specifier;
}

PythonVersion first_of_release(const PythonVersion& version) {
  PythonVersion first;
  first.epoch = version.epoch;
  first.release = version.release;
  first.dev = 0;
  return first;
}

/// All versions whose release begins with this one's first `length` parts, in order: they are neighbours.
VersionCut end_of_prefix(const PythonVersion& version, std::size_t length) {
  PythonVersion next = first_of_release(version);
  next.release.resize(length);
  ++next.release.back();
  return VersionCut::below(std::move(next));
}

/// The intersection of many sets, two by two, so that the time for n clauses is that of sorting them.
VersionIntervals intersection(std::vector<VersionIntervals> sets) {
  if (sets.empty()) return VersionIntervals::all();
  while (sets.size() > 1) {
    std::size_t kept = 0;
    for (std::size_t next = 0; next < sets.size(); next += 2) {
      VersionIntervals merged =
          next + 1 < sets.size() ? sets[next].intersected(sets[next + 1]) : std::move(sets[next]);
      sets[kept++] = std::move(merged);
    }
    sets.resize(kept);
  }
  return std::move(sets.front());
}

}  // namespace

Result<Specifier> Specifier::parse(std::string_view text) {
  return parse_clause(text, without_python_space(text));
}

bool Specifier::asks_for_prereleases() const {
  return comparison != Operator::kNotEqual && !is_prefix && version.is_prerelease();
}

VersionIntervals Specifier::versions() const {
  switch (comparison) {
    case Operator::kArbitrary: return VersionIntervals::all();
    case Operator::kGreaterEqual: return VersionIntervals::from(VersionCut::below(version));
    case Operator::kLessEqual: return VersionIntervals::until(VersionCut::above(version));
    case Operator::kGreater: return VersionIntervals::from(VersionCut::above_post_releases(version));
    case Operator::kCompatible:
      return VersionIntervals::between(VersionCut::below(version),
                                       end_of_prefix(version, version.release.size() - 1));
    case Operator::kLess: {
      PythonVersion end = version;
      // Pre-releases of what must not be reached are left out, unless one is named.
      if (!end.is_prerelease()) end.dev = 0;
      return VersionIntervals::until(VersionCut::below(std::move(end)));
    }
    case Operator::kEqual:
    case Operator::kNotEqual: break;
  }
  VersionIntervals equal =
      is_prefix ? VersionIntervals::between(VersionCut::below(first_of_release(version)),
                                            end_of_prefix(version, version.release.size()))
                : VersionIntervals::between(VersionCut::below(version), VersionCut::above(version));
  return comparison == Operator::kEqual ? equal : equal.complement();
}

bool Specifier::admits(std::string_view text) const {
  if (comparison == Operator::kArbitrary) return is_same_spelling(text, version_text);
  const auto parsed = PythonVersion::parse(text);
  return parsed && versions().contains(*parsed);
}

Result<SpecifierSet> SpecifierSet::parse(std::string_view text) {
  std::vector<Specifier> specifiers;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view clause = without_python_space(text.substr(begin, end - begin));
    if (!clause.empty()) specifiers.push_back(MLX_TRY(parse_clause(text, clause)));
    begin = end + 1;
  }
  return SpecifierSet(std::move(specifiers));
}

SpecifierSet::SpecifierSet(std::vector<Specifier> specifiers) : specifiers_(std::move(specifiers)) {
  std::vector<VersionIntervals> sets;
  sets.reserve(specifiers_.size());
  for (const Specifier& specifier : specifiers_) sets.push_back(specifier.versions());
  versions_ = intersection(std::move(sets));
}

bool SpecifierSet::contains(const PythonVersion& version, Prereleases prereleases) const {
  return contains(to_string(version), prereleases);
}

bool SpecifierSet::contains(std::string_view version, Prereleases prereleases) const {
  const auto parsed = PythonVersion::parse(version);
  if (prereleases == Prereleases::kExcluded && parsed && parsed->is_prerelease()) return false;
  const bool has_spelling = std::ranges::all_of(specifiers_, [&](const Specifier& specifier) {
    return specifier.comparison != Operator::kArbitrary || is_same_spelling(version, specifier.version_text);
  });
  if (!has_spelling) return false;
  if (parsed) return versions_.contains(*parsed);
  return std::ranges::all_of(specifiers_,
                             [](const Specifier& s) { return s.comparison == Operator::kArbitrary; });
}

std::vector<std::string> SpecifierSet::filter(const std::vector<std::string>& versions,
                                              Prereleases prereleases) const {
  if (prereleases == Prereleases::kByDefault &&
      std::ranges::any_of(specifiers_, &Specifier::asks_for_prereleases)) {
    prereleases = Prereleases::kAdmitted;
  }
  std::vector<std::string> fitting;
  std::ranges::copy_if(versions, std::back_inserter(fitting),
                       [&](const std::string& version) { return contains(version, prereleases); });
  if (prereleases != Prereleases::kByDefault) return fitting;
  const auto is_of_kind = [](const std::string& text, bool wants_prerelease) {
    const auto version = PythonVersion::parse(text);
    return version && version->is_prerelease() == wants_prerelease;
  };
  if (std::ranges::any_of(fitting, [&](const std::string& text) { return is_of_kind(text, false); })) {
    std::erase_if(fitting, [&](const std::string& text) { return is_of_kind(text, true); });
  }
  return fitting;
}

const Specifier* SpecifierSet::arbitrary() const {
  const auto found = std::ranges::find(specifiers_, Operator::kArbitrary, &Specifier::comparison);
  return found == specifiers_.end() ? nullptr : &*found;
}

bool SpecifierSet::is_satisfiable(Prereleases prereleases) const {
  // `===` leaves one candidate.
  if (const Specifier* const spelling = arbitrary()) return contains(spelling->version_text, prereleases);
  if (prereleases == Prereleases::kExcluded) return !versions_.has_only_prereleases();
  return !versions_.is_empty();
}

SpecifierSet SpecifierSet::intersected(const SpecifierSet& other) const {
  SpecifierSet both = *this;
  both.specifiers_.insert(both.specifiers_.end(), other.specifiers_.begin(), other.specifiers_.end());
  both.versions_ = versions_.intersected(other.versions_);
  return both;
}

bool are_disjoint(const SpecifierSet& a, const SpecifierSet& b) { return !a.intersected(b).is_satisfiable(); }

bool is_subset(const SpecifierSet& a, const SpecifierSet& b) {
  if (!a.is_satisfiable()) return true;
  if (const Specifier* const spelling = a.arbitrary()) return b.contains(spelling->version_text);
  return b.arbitrary() == nullptr && a.versions().intersected(b.versions().complement()).is_empty();
}

bool tightens(const SpecifierSet& before, const SpecifierSet& after) {
  return is_subset(after, before) && !is_subset(before, after);
}

std::string joined_specifier(std::string_view first, std::string_view second) {
  constexpr std::size_t kMostClauses = 32;
  std::vector<std::string> clauses = clauses_of(second);
  std::ranges::move(clauses_of(first), std::back_inserter(clauses));
  const bool is_readable = SpecifierSet::parse(first) && SpecifierSet::parse(second);
  if (!is_readable || are_disjoint(first, second) || clauses.size() > kMostClauses)
    return std::string(second);
  // From the last on, so that of two that say the same the second specifier's stays.
  for (std::size_t i = clauses.size(); i-- > 0;) {
    std::vector<std::string> others = clauses;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    const auto without = SpecifierSet::parse(written(others));
    const auto clause = SpecifierSet::parse(clauses[i]);
    if (without && clause && is_subset(*without, *clause)) clauses = std::move(others);
  }
  std::ranges::stable_sort(clauses, {}, [](std::string_view clause) {
    return clause.starts_with('<') ? 1 : clause.starts_with("!=") ? 2 : 0;
  });
  return written(clauses);
}

bool are_disjoint(std::string_view a, std::string_view b) {
  const auto first = SpecifierSet::parse(a);
  const auto second = SpecifierSet::parse(b);
  return first && second && are_disjoint(*first, *second);
}

}  // namespace mlx
