#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/specifier_set.h"

namespace mlx {

enum class Truth { kFalse, kTrue, kUnknown };

/// The variables of PEP 508 and of the lock file format, in the order of MarkerEnvironment.
enum class MarkerVariable {
  kImplementationName,
  kImplementationVersion,
  kOsName,
  kPlatformMachine,
  kPlatformPythonImplementation,
  kPlatformRelease,
  kPlatformSystem,
  kPlatformVersion,
  kPythonFullVersion,
  kPythonVersion,
  kSysPlatform,
  kExtra,
  kExtras,
  kDependencyGroups,
};

/// As it is written today: `platform_python_implementation`.
[[nodiscard]] std::string_view to_string(MarkerVariable variable);

/// What markers are evaluated against. What is not given is not known.
struct MarkerEnvironment {
  std::optional<std::string> implementation_name;
  std::optional<std::string> implementation_version;
  std::optional<std::string> os_name;
  std::optional<std::string> platform_machine;
  std::optional<std::string> platform_python_implementation;
  std::optional<std::string> platform_release;
  std::optional<std::string> platform_system;
  std::optional<std::string> platform_version;
  std::optional<std::string> python_full_version;  ///< `3.12.1`
  std::optional<std::string> python_version;       ///< `3.12`
  std::optional<std::string> sys_platform;
  std::optional<std::string> extra;  ///< in any spelling; empty where no extra was asked for
  std::optional<std::set<std::string>> extras;
  std::optional<std::set<std::string>> dependency_groups;

  /// The value of a variable that is a text, so neither of the last two.
  [[nodiscard]] const std::optional<std::string>& text_of(MarkerVariable variable) const;
  [[nodiscard]] std::optional<std::string>& text_of(MarkerVariable variable);

  bool operator==(const MarkerEnvironment&) const = default;
};

/// One comparison in a marker, of a variable with a text: `python_version < '3.9'`, `'linux' in
/// sys_platform`.
struct MarkerComparison {
  /// Nothing if two texts are compared, which the grammar allows and no environment can answer.
  std::optional<MarkerVariable> variable;
  bool is_variable_left = true;
  std::string comparison;  ///< `<`, `==`, `in`, `not in`, …
  std::string text;        ///< of an `extra` in its normal form

  /// The comparison as one of versions: set if the variable, on the left, is a version and the text is one
  /// too.
  std::optional<Specifier> specifier;

  /// Fails with kNotFound if the environment lacks the variable, with kInvalidInput if the comparison has no
  /// meaning (`os_name ~= 'x'`).
  [[nodiscard]] Result<bool> evaluate(const MarkerEnvironment& environment) const;
};

/// A PEP 508 marker: `python_version < '3.9' and (os_name == 'nt' or extra == 'test')`.
class Marker {
 public:
  /// Takes any depth of parentheses. Fails with kInvalidInput; message and Location::column say where.
  [[nodiscard]] static Result<Marker> parse(std::string_view text);

  /// What `packaging` answers: fails where any comparison does, whatever the others say.
  [[nodiscard]] Result<bool> evaluate(const MarkerEnvironment& environment) const;
  /// What can be said with what is known: a comparison that fails is unknown.
  [[nodiscard]] Truth truth_in(const MarkerEnvironment& environment) const;

  /// In the order of the text.
  [[nodiscard]] const std::vector<MarkerComparison>& comparisons() const { return comparisons_; }
  /// The truth of the whole, if this is that of each comparison.
  [[nodiscard]] Truth combined(const std::vector<Truth>& truths) const;

 private:
  friend class MarkerParser;
  enum class Step { kComparison, kAnd, kOr };

  Marker() = default;

  std::vector<MarkerComparison> comparisons_;
  std::vector<Step> steps_;  ///< in postfix order: operands before `and` and `or`
};

}  // namespace mlx
