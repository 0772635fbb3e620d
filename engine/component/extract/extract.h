#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/component.h"
#include "engine/component/extract/platform.h"

namespace mlx {

/// A fact of a component, and every place that shows it.
struct ExtractedFact {
  std::string field;  ///< as in component.json: `requires.distributions`
  std::string value;
  std::vector<Evidence> evidence;
};

/// A component with its templates: all that a catalogue needs of it.
struct ExtractedComponent {
  Component component;
  std::map<std::string, std::string> templates;  ///< bytes by ComponentFile::path
  std::vector<ExtractedFact> facts;
};

struct Extraction {
  std::vector<ExtractedComponent> components;  ///< by name
  std::vector<Finding> findings;

  [[nodiscard]] bool has_errors() const;
};

/// Extracts every component of a platform. A pure function of the snapshot: the same files give
/// the same bytes, wherever they lie. What cannot be read or told is a finding; the rest is
/// extracted. Fails only if the snapshot does.
[[nodiscard]] Result<Extraction> extract_components(const Snapshot& snapshot, const RepoIndex& index,
                                                    const ProjectConfiguration& configuration);

}  // namespace mlx
