#include "engine/manifest/marker.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "engine/manifest/requirement.h"

namespace mlx {
namespace {

struct Variable {
  std::string_view name;
  std::optional<std::string> MarkerEnvironment::* value;
};

/// By MarkerVariable.
constexpr std::array<Variable, 14> kVariables = {{
    {"implementation_name", &MarkerEnvironment::implementation_name},
    {"implementation_version", &MarkerEnvironment::implementation_version},
    {"os_name", &MarkerEnvironment::os_name},
    {"platform_machine", &MarkerEnvironment::platform_machine},
    {"platform_python_implementation", &MarkerEnvironment::platform_python_implementation},
    {"platform_release", &MarkerEnvironment::platform_release},
    {"platform_system", &MarkerEnvironment::platform_system},
    {"platform_version", &MarkerEnvironment::platform_version},
    {"python_full_version", &MarkerEnvironment::python_full_version},
    {"python_version", &MarkerEnvironment::python_version},
    {"sys_platform", &MarkerEnvironment::sys_platform},
    {"extra", &MarkerEnvironment::extra},
    {"extras", nullptr},
    {"dependency_groups", nullptr},
}};

const Variable& facts_of(MarkerVariable variable) {
  return kVariables.at(static_cast<std::size_t>(variable));
}

std::unexpected<Error> not_given(MarkerVariable variable) {
  return fail(ErrorCode::kNotFound, "the environment gives no `" + std::string(to_string(variable)) + "`");
}

bool is_version(MarkerVariable variable) {
  return variable == MarkerVariable::kImplementationVersion || variable == MarkerVariable::kPlatformRelease ||
         variable == MarkerVariable::kPythonFullVersion || variable == MarkerVariable::kPythonVersion;
}

bool is_set(MarkerVariable variable) {
  return variable == MarkerVariable::kExtras || variable == MarkerVariable::kDependencyGroups;
}

Result<std::string> value_in(const MarkerEnvironment& environment, MarkerVariable variable) {
  const std::optional<std::string>& value = environment.text_of(variable);
  if (!value) return not_given(variable);
  // A build of Python between releases calls itself `3.14.0a1+`.
  if (variable == MarkerVariable::kPythonFullVersion && value->ends_with('+')) return *value + "local";
  return variable == MarkerVariable::kExtra ? normalized_name(*value) : *value;
}

Result<bool> compare_texts(std::string_view left, std::string_view comparison, std::string_view right) {
  if (comparison == "in") return right.find(left) != std::string_view::npos;
  if (comparison == "not in") return right.find(left) == std::string_view::npos;
  if (comparison == "<" || comparison == ">") return false;
  if (comparison == "==" || comparison == "<=" || comparison == ">=") return left == right;
  if (comparison == "!=") return left != right;
  return fail(ErrorCode::kInvalidInput,
              "`" + std::string(comparison) + "` compares versions, and here one side is none");
}

Result<bool> look_up(const MarkerComparison& asked, MarkerVariable variable,
                     const MarkerEnvironment& environment) {
  const auto& names =
      variable == MarkerVariable::kExtras ? environment.extras : environment.dependency_groups;
  if (asked.is_variable_left) {
    return fail(ErrorCode::kInvalidInput, "a set of names goes to the right of `in` or `not in`");
  }
  if (!names) return not_given(variable);
  if (asked.comparison == "in" || asked.comparison == "not in") {
    const std::string wanted = normalized_name(asked.text);
    const bool is_in =
        std::ranges::any_of(*names, [&](const std::string& name) { return normalized_name(name) == wanted; });
    return is_in == (asked.comparison == "in");
  }
  // A text is never a set.
  return compare_texts("a text", asked.comparison, "a set");
}

}  // namespace

std::string_view to_string(MarkerVariable variable) { return facts_of(variable).name; }

const std::optional<std::string>& MarkerEnvironment::text_of(MarkerVariable variable) const {
  return this->*facts_of(variable).value;
}

std::optional<std::string>& MarkerEnvironment::text_of(MarkerVariable variable) {
  return this->*facts_of(variable).value;
}

Result<bool> MarkerComparison::evaluate(const MarkerEnvironment& environment) const {
  if (!variable) return fail(ErrorCode::kNotFound, "a marker compares a variable with a text, not two texts");
  if (is_set(*variable)) return look_up(*this, *variable, environment);
  const std::string value = MLX_TRY(value_in(environment, *variable));
  if (specifier) return specifier->admits(value);
  if (is_variable_left) return compare_texts(value, comparison, text);
  if (is_version(*variable)) {
    if (const auto right = Specifier::parse(comparison + value)) return right->admits(text);
  }
  return compare_texts(text, comparison, value);
}

Result<bool> Marker::evaluate(const MarkerEnvironment& environment) const {
  std::vector<Truth> truths;
  truths.reserve(comparisons_.size());
  for (const MarkerComparison& comparison : comparisons_) {
    truths.push_back(MLX_TRY(comparison.evaluate(environment)) ? Truth::kTrue : Truth::kFalse);
  }
  return combined(truths) == Truth::kTrue;
}

Truth Marker::truth_in(const MarkerEnvironment& environment) const {
  std::vector<Truth> truths;
  truths.reserve(comparisons_.size());
  for (const MarkerComparison& comparison : comparisons_) {
    const auto answer = comparison.evaluate(environment);
    truths.push_back(!answer ? Truth::kUnknown : *answer ? Truth::kTrue : Truth::kFalse);
  }
  return combined(truths);
}

Truth Marker::combined(const std::vector<Truth>& truths) const {
  std::vector<Truth> operands;
  std::size_t next = 0;
  for (const Step step : steps_) {
    if (step == Step::kComparison) {
      operands.push_back(truths.at(next++));
      continue;
    }
    const Truth right = operands.back();
    operands.pop_back();
    Truth& left = operands.back();
    const Truth deciding = step == Step::kAnd ? Truth::kFalse : Truth::kTrue;
    if (left == deciding || right == deciding) {
      left = deciding;
    } else if (right == Truth::kUnknown) {
      left = Truth::kUnknown;
    }
  }
  return operands.back();
}

}  // namespace mlx
