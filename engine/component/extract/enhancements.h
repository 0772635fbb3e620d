#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/extract/boundaries.h"
#include "engine/source/enhancement.h"

namespace mlx {

/// Lines that one component adds to a file of another.
struct FileEnhancement {
  std::string component;  ///< whose lines they are
  std::string source;     ///< the platform's file that has them
  std::string target;     ///< the file, as a component's target
  Enhancement enhancement;
};

struct Enhancements {
  std::vector<FileEnhancement> additions;
  std::map<std::string, std::string> rests;  ///< what is left of the files, by path
};

/// Takes the lines of components that enhance others (`enhances` in the configuration) out of those
/// others' files. Lines that cannot be taken out, and enhancements without a line, are findings.
[[nodiscard]] Enhancements find_enhancements(const Platform& platform, const Boundaries& boundaries,
                                             std::vector<Finding>& findings);

}  // namespace mlx
