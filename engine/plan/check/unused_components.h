#pragma once

#include "engine/compat/rule_finding.h"
#include "engine/index/snapshot.h"
#include "engine/plan/check/checked_project.h"

namespace mlx {

/// Components that are installed before and after a change, and whose last import from outside of them the
/// change takes away. One that another component requires, that can be started by itself, or that a
/// configuration file or a program that loads modules by name still names, is left alone; so is everything
/// where there are too many such files to look at. `files` are those after the change; they are read only if
/// there is such a component. Fails if they cannot be read.
[[nodiscard]] Result<RuleFindings> unused_components(const CheckedProject& before,
                                                     const CheckedProject& after, const Snapshot& files);

}  // namespace mlx
