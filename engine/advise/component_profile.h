#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advise/name_ranking.h"
#include "engine/component/registries.h"
#include "engine/source/python_practice.h"

namespace mlx {

/// That a component provides what a practice does by hand.
struct PracticeAnswer {
  double strength = 0;               ///< 1 if its title says so, less if only its description does
  std::vector<std::string> symbols;  ///< that do it, the shortest names first: `TtlCache`
};

/// What recommending a component needs to know of it.
struct ComponentProfile {
  ComponentName name;
  Version version;
  std::string title;
  std::set<std::string> distributions;   ///< that it requires, by normalized name
  std::set<std::string> web_frameworks;  ///< those of them that are web frameworks
  std::set<std::string> components;      ///< that it requires
  std::map<PracticeKind, PracticeAnswer> answers;
  WordCounts words;  ///< of its texts and public names
};

/// What a component answers is told by its own words: its title, categories, description and modules must
/// name the matter, and so must its public symbols, or its code (`templates`, Python texts) show the
/// practice.
[[nodiscard]] ComponentProfile profile_of(const Component& component, const ComponentName& name,
                                          const std::vector<std::string>& templates);

/// Of every component that the registries have.
[[nodiscard]] Result<std::vector<ComponentProfile>> read_profiles(const Registries& registries);

/// Is this a distribution with which web services are made?
[[nodiscard]] bool is_web_framework(std::string_view distribution);

/// Libraries that do what the practice does by hand: who has one should use it.
[[nodiscard]] const std::set<std::string>& libraries_for(PracticeKind kind);

}  // namespace mlx
