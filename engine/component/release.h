#pragma once

#include <map>
#include <string>

#include "engine/component/component.h"

namespace mlx {

/// One version of a component, whole: what a catalogue holds, and what a registry publishes of it.
struct Release {
  Component component;
  std::map<std::string, std::string> templates;  ///< bytes by ComponentFile::path
  std::string sha256 = {};                       ///< of its component.json, if it is from a registry
};

}  // namespace mlx
