#pragma once

#include <vector>

#include "engine/component/component.h"
#include "engine/component/extract/boundaries.h"
#include "engine/component/extract/variables.h"

namespace mlx {

struct FoundService {
  RequiredService service;
  std::vector<Evidence> evidence;
};

/// The programs that must run beside a component: those of compose files that its addresses name, or
/// that compose hands to it in a variable that it reads; and those whose address its code or its
/// configuration has although no compose file starts them.
[[nodiscard]] std::vector<FoundService> find_services(const Platform& platform, const ComponentPart& part,
                                                      const std::vector<FoundVariable>& variables);

}  // namespace mlx
