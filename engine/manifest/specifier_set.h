#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/version_intervals.h"

namespace mlx {

/// How a set of specifiers treats pre-releases when it chooses among versions.
enum class Prereleases {
  kByDefault,  ///< taken if a specifier names one, or if no final version fits (PEP 440)
  kAdmitted,
  kExcluded,
};

/// One clause of a version specifier: `>=1.2`, `==1.4.*`, `===any text`.
struct Specifier {
  enum class Operator {
    kCompatible,
    kEqual,
    kNotEqual,
    kLessEqual,
    kGreaterEqual,
    kLess,
    kGreater,
    kArbitrary
  };

  Operator comparison = Operator::kEqual;
  std::string version_text;  ///< as written, without the spaces around it; for kArbitrary any text
  PythonVersion version;     ///< without the `.*`; for kArbitrary only if the text is a version
  bool is_prefix = false;    ///< ends with `.*`

  /// Fails with kInvalidInput and the column.
  [[nodiscard]] static Result<Specifier> parse(std::string_view text);

  /// True if the version named is a pre-release and asks for them.
  [[nodiscard]] bool asks_for_prereleases() const;
  /// The versions that it admits; all of them for kArbitrary, which compares spellings.
  [[nodiscard]] VersionIntervals versions() const;
  /// Whether this admits a version, pre-releases too, given as text; false for what is no version, but
  /// for the text of `===`.
  [[nodiscard]] bool admits(std::string_view version_text) const;
};

/// A PEP 440 version specifier such as `>=1.2, <2, !=1.5.*`: versions that all of its clauses admit. Without
/// clauses it admits every version.
class SpecifierSet {
 public:
  /// Empty clauses are passed over (`>=1,,<2,`). Fails with kInvalidInput; message and Location::column say
  /// where.
  [[nodiscard]] static Result<SpecifierSet> parse(std::string_view text);

  /// Whether this version would be taken if it were the only one: so pre-releases are refused only where
  /// they are excluded.
  [[nodiscard]] bool contains(std::string_view version,
                              Prereleases prereleases = Prereleases::kByDefault) const;
  [[nodiscard]] bool contains(const PythonVersion& version,
                              Prereleases prereleases = Prereleases::kByDefault) const;
  /// Which of these an installer may choose from, in the order given.
  [[nodiscard]] std::vector<std::string> filter(const std::vector<std::string>& versions,
                                                Prereleases prereleases = Prereleases::kByDefault) const;

  /// False if no version at all fits: with kExcluded none that is no pre-release, otherwise pre-releases
  /// count.
  [[nodiscard]] bool is_satisfiable(Prereleases prereleases = Prereleases::kByDefault) const;
  /// What both admit.
  [[nodiscard]] SpecifierSet intersected(const SpecifierSet& other) const;

  [[nodiscard]] const std::vector<Specifier>& specifiers() const { return specifiers_; }
  /// The versions that all clauses but `===` admit.
  [[nodiscard]] const VersionIntervals& versions() const { return versions_; }
  /// A clause `===`, which admits one spelling.
  [[nodiscard]] const Specifier* arbitrary() const;

 private:
  explicit SpecifierSet(std::vector<Specifier> specifiers);

  std::vector<Specifier> specifiers_;
  VersionIntervals versions_;
};

/// True if no version satisfies both; pre-releases and local versions count as versions, so that a clash is
/// never claimed where an installer could find a way out. Exact.
[[nodiscard]] bool are_disjoint(const SpecifierSet& a, const SpecifierSet& b);
/// True if b admits all that a admits. Exact, but that a set without `===` is no subset of one with it
/// unless it is empty: `===` distinguishes spellings of the same version.
[[nodiscard]] bool is_subset(const SpecifierSet& a, const SpecifierSet& b);
/// True if after admits less than before, and nothing that before did not.
[[nodiscard]] bool tightens(const SpecifierSet& before, const SpecifierSet& after);

/// What both specifiers admit, as one: the clauses of both without those that say nothing beside the others,
/// lower bounds first (`>=3.9,<3.13` and `>=3.11` give `>=3.11,<3.13`). The second as it is if the first is
/// none, if no version satisfies both, or if they have more than 32 clauses, which nobody would read.
[[nodiscard]] std::string joined_specifier(std::string_view first, std::string_view second);

/// The same for two specifiers as text; false if one of them is none.
[[nodiscard]] bool are_disjoint(std::string_view a, std::string_view b);

}  // namespace mlx
