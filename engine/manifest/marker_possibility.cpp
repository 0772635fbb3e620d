#include "engine/manifest/marker_possibility.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/manifest/marker_candidates.h"
#include "engine/manifest/requirement.h"

namespace mlx {
namespace {

using enum MarkerVariable;

/// Larger markers, and longer searches, end without an answer.
constexpr std::size_t kMostComparisons = 500;
constexpr std::size_t kMostText = 10'000;
constexpr std::size_t kMostAnswers = 500'000;

struct Platform {
  std::string_view os_name;
  std::string_view sys_platform;
  std::string_view platform_system;
};
constexpr std::array<Platform, 3> kPlatforms = {
    {{"posix", "linux", "Linux"}, {"posix", "darwin", "Darwin"}, {"nt", "win32", "Windows"}}};

struct Implementation {
  std::string_view name;
  std::string_view platform_name;
};
constexpr std::array<Implementation, 2> kImplementations = {{{"cpython", "CPython"}, {"pypy", "PyPy"}}};

/// False if what is chosen cannot be together; what is not chosen yet fits.
bool is_consistent(const MarkerEnvironment& chosen) {
  const auto fits = [](const std::optional<std::string>& value, std::string_view expected) {
    return !value || *value == expected;
  };
  for (const Platform& platform : kPlatforms) {
    const bool is_windows = platform.os_name == "nt";
    const bool is_this = chosen.sys_platform == platform.sys_platform ||
                         (is_windows && (chosen.os_name == platform.os_name ||
                                         chosen.platform_system == platform.platform_system));
    if (is_this &&
        !(fits(chosen.os_name, platform.os_name) && fits(chosen.sys_platform, platform.sys_platform) &&
          fits(chosen.platform_system, platform.platform_system))) {
      return false;
    }
  }
  return std::ranges::all_of(kImplementations, [&](const Implementation& implementation) {
    const auto& [name, platform_name] = implementation;
    if (chosen.implementation_name == name) return fits(chosen.platform_python_implementation, platform_name);
    if (chosen.platform_python_implementation == platform_name) return fits(chosen.implementation_name, name);
    return true;
  });
}

/// Values that are_consistent() knows, which therefore must be told from any other.
std::vector<std::string> known_values(MarkerVariable variable) {
  std::vector<std::string> values;
  for (const Platform& platform : kPlatforms) {
    if (variable == kOsName) values.emplace_back(platform.os_name);
    if (variable == kSysPlatform) values.emplace_back(platform.sys_platform);
    if (variable == kPlatformSystem) values.emplace_back(platform.platform_system);
  }
  for (const Implementation& implementation : kImplementations) {
    if (variable == kImplementationName) values.emplace_back(implementation.name);
    if (variable == kPlatformPythonImplementation) values.emplace_back(implementation.platform_name);
  }
  return values;
}

bool is_python(MarkerVariable variable) {
  return variable == kPythonVersion || variable == kPythonFullVersion;
}
bool is_version(MarkerVariable variable) {
  return is_python(variable) || variable == kImplementationVersion || variable == kPlatformRelease;
}
bool is_set(MarkerVariable variable) { return variable == kExtras || variable == kDependencyGroups; }

/// Tries, for each thing that the markers ask about, one value of every kind that they tell apart: a search
/// in depth, which turns back as soon as what is chosen makes a marker false.
class Search {
 public:
  Search(std::vector<const Marker*> markers, const MarkerAssumptions& where)
      : markers_(std::move(markers)), where_(where), environments_(markers_.size(), where.known) {
    const auto& full_version = where.known.python_full_version;
    for (MarkerEnvironment& environment : environments_) {
      if (full_version && !environment.python_version)
        environment.python_version = minor_version(*full_version);
    }
    for (const Marker* const marker : markers_) {
      truths_.emplace_back(marker->comparisons().size(), Truth::kUnknown);
    }
  }

  MarkerPossibility run() {
    if (is_too_large()) return {};
    collect_subjects();
    std::vector<std::size_t> next_values;
    bool is_undecided = false;
    Truth truth = truth_of_all();
    while (true) {
      if (answers_ > kMostAnswers) return {};
      const bool is_complete = next_values.size() == subjects_.size();
      if (is_complete && truth == Truth::kTrue) return found();
      if (is_complete && truth == Truth::kUnknown) is_undecided = true;
      // What is true already is so for any value of the rest, if there is one.
      const bool goes_deeper = !is_complete && truth != Truth::kFalse;
      if (goes_deeper) next_values.push_back(0);
      while (!next_values.empty() && !choose(next_values.size() - 1, next_values.back())) {
        next_values.pop_back();
      }
      if (next_values.empty()) break;
      ++next_values.back();
      truth = is_consistent(environments_.front()) ? truth_of_all() : Truth::kFalse;
    }
    return {.is_possible = is_undecided ? Truth::kUnknown : Truth::kFalse, .first = {}, .second = {}};
  }

 private:
  struct Place {
    std::size_t marker;
    std::size_t comparison;
  };

  struct Value {
    std::string text;
    bool is_other = false;   ///< stands for all texts that are not mentioned
    bool is_member = false;  ///< of a set of names
  };

  /// One thing that is chosen: a variable, both variables of Python's version, an `extra` of one of the
  /// markers, or whether a set has a name.
  struct Subject {
    MarkerVariable variable = kOsName;
    std::string name;  ///< that a set has or not
    std::vector<Place> places;
    std::vector<Value> values = {};
    std::size_t chosen = 0;
  };

  [[nodiscard]] const MarkerComparison& at(const Place& place) const {
    return markers_[place.marker]->comparisons()[place.comparison];
  }

  [[nodiscard]] bool is_too_large() const {
    std::size_t comparisons = 0;
    std::size_t text = 0;
    for (const Marker* const marker : markers_) {
      comparisons += marker->comparisons().size();
      for (const MarkerComparison& comparison : marker->comparisons()) text += comparison.text.size();
    }
    return comparisons > kMostComparisons || text > kMostText;
  }

  [[nodiscard]] bool is_given(MarkerVariable variable) const {
    if (variable == kExtras) return where_.known.extras.has_value();
    if (variable == kDependencyGroups) return where_.known.dependency_groups.has_value();
    return environments_.front().text_of(variable).has_value() &&
           (variable != kPythonVersion || where_.known.python_full_version.has_value());
  }

  void collect_subjects() {
    std::map<std::tuple<MarkerVariable, std::size_t, std::string>, std::vector<Place>> places;
    for (std::size_t marker = 0; marker < markers_.size(); ++marker) {
      for (std::size_t index = 0; index < truths_[marker].size(); ++index) {
        const Place place = {.marker = marker, .comparison = index};
        const MarkerComparison& comparison = at(place);
        if (!comparison.variable) continue;
        const MarkerVariable variable =
            is_python(*comparison.variable) ? kPythonFullVersion : *comparison.variable;
        if (is_given(*comparison.variable)) {
          set_truth(place, comparison.evaluate(environments_[marker]));
        } else if (is_set(variable)) {
          if (comparison.is_variable_left) continue;
          places[{variable, 0, normalized_name(comparison.text)}].push_back(place);
        } else {
          places[{variable, variable == kExtra ? marker : 0, ""}].push_back(place);
        }
      }
    }
    for (const auto& [key, where] : places) {
      subjects_.push_back(
          {.variable = std::get<MarkerVariable>(key), .name = std::get<2>(key), .places = where});
      add_values(subjects_.back());
    }
  }

  void add_values(Subject& subject) const {
    std::vector<const MarkerComparison*> comparisons;
    comparisons.reserve(subject.places.size());
    for (const Place& place : subject.places) comparisons.push_back(&at(place));
    const auto add_texts = [&](std::vector<std::string> texts) {
      for (std::string& text : texts) subject.values.push_back({.text = std::move(text)});
    };
    if (is_set(subject.variable)) {
      subject.values = {{.text = "", .is_member = true}, {.text = ""}};
    } else if (is_python(subject.variable)) {
      SpecifierSet admitted = where_.python ? *where_.python : SpecifierSet::parse("").value();
      if (where_.known.python_version) {
        const auto minor = SpecifierSet::parse("==" + *where_.known.python_version + ".*");
        if (minor) admitted = admitted.intersected(*minor);
      }
      add_texts(python_candidates(comparisons, admitted));
    } else if (is_version(subject.variable)) {
      add_texts(version_candidates(comparisons));
    } else {
      std::vector<std::string> texts = known_values(subject.variable);
      std::string other = subject.variable == kExtra ? "" : "other";
      for (const MarkerComparison* const comparison : comparisons) {
        if (std::ranges::find(texts, comparison->text) == texts.end()) texts.push_back(comparison->text);
      }
      while (std::ranges::find(texts, other) != texts.end()) other += "-x";
      add_texts(std::move(texts));
      subject.values.push_back({.text = other, .is_other = true});
    }
  }

  /// Chooses a value, or gives the subject up if there are no more of them.
  bool choose(std::size_t index, std::size_t value_index) {
    Subject& subject = subjects_[index];
    const bool is_chosen = value_index < subject.values.size();
    subject.chosen = value_index;
    for (std::size_t marker = 0; marker < environments_.size(); ++marker) {
      if (is_set(subject.variable)) break;
      const bool is_for_this = subject.variable != kExtra || subject.places.front().marker == marker;
      if (!is_for_this) continue;
      std::optional<std::string>& text = environments_[marker].text_of(subject.variable);
      text = is_chosen ? std::optional(subject.values[value_index].text) : std::nullopt;
      if (!is_python(subject.variable)) continue;
      environments_[marker].python_version =
          is_chosen ? std::optional(minor_version(*text)) : where_.known.python_version;
    }
    for (const Place& place : subject.places) {
      truths_[place.marker][place.comparison] = Truth::kUnknown;
      if (is_chosen) answer(place, subject.variable, subject.values[value_index]);
    }
    return is_chosen;
  }

  void answer(const Place& place, MarkerVariable variable, const Value& value) {
    const MarkerComparison& comparison = at(place);
    const bool is_containment = comparison.comparison == "in" || comparison.comparison == "not in";
    ++answers_;
    if (is_set(variable)) {
      if (is_containment) set_truth(place, value.is_member == (comparison.comparison == "in"));
    } else if (is_version(variable) ? has_candidates(comparison) : !(value.is_other && is_containment)) {
      set_truth(place, comparison.evaluate(environments_[place.marker]));
    }
  }

  void set_truth(const Place& place, const Result<bool>& answer) {
    const Truth truth = !answer ? Truth::kUnknown : *answer ? Truth::kTrue : Truth::kFalse;
    truths_[place.marker][place.comparison] = truth;
  }

  Truth truth_of_all() {
    Truth all = Truth::kTrue;
    for (std::size_t marker = 0; marker < markers_.size(); ++marker) {
      answers_ += truths_[marker].size() / 8 + 1;
      const Truth truth = markers_[marker]->combined(truths_[marker]);
      if (truth == Truth::kFalse) return truth;
      if (truth == Truth::kUnknown) all = truth;
    }
    return all;
  }

  MarkerPossibility found() {
    for (const Subject& subject : subjects_) {
      if (!is_set(subject.variable)) continue;
      for (MarkerEnvironment& environment : environments_) {
        auto& names = subject.variable == kExtras ? environment.extras : environment.dependency_groups;
        if (!names) names.emplace();
        if (subject.values[subject.chosen].is_member) names->insert(subject.name);
      }
    }
    return {.is_possible = Truth::kTrue, .first = environments_.front(), .second = environments_.back()};
  }

  std::vector<const Marker*> markers_;
  const MarkerAssumptions& where_;
  std::vector<MarkerEnvironment> environments_;
  std::vector<std::vector<Truth>> truths_;
  std::vector<Subject> subjects_;
  std::size_t answers_ = 0;
};

}  // namespace

MarkerPossibility possibility(const Marker& marker, const MarkerAssumptions& where) {
  return Search({&marker}, where).run();
}

MarkerPossibility possibility_of_both(const Marker& a, const Marker& b, const MarkerAssumptions& where) {
  return Search({&a, &b}, where).run();
}

Truth can_hold(const Marker& marker, const MarkerAssumptions& where) {
  return possibility(marker, where).is_possible;
}

Truth can_both_hold(const Marker& a, const Marker& b, const MarkerAssumptions& where) {
  return possibility_of_both(a, b, where).is_possible;
}

}  // namespace mlx
