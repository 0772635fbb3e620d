#pragma once

#include "engine/compat/rule.h"

/// The rules, by what they look at. Each of them is a function of what is read already; how its findings are
/// explained is in rule_table.cpp.
namespace mlx::compat {

// files.cpp
void check_file_collision(const Party&, const Party&, const CompatFacts&, RuleFindings&);
void check_module_collision(const Party&, const Party&, const CompatFacts&, RuleFindings&);
void check_test_name_collision(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// names.cpp
void check_symbol_collision(const Party&, const CompatFacts&, RuleFindings&);
void check_script_collision(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// routes.cpp
void check_route_collision(const Party&, const Party&, const CompatFacts&, RuleFindings&);
void check_route_repeated(const Party&, const CompatFacts&, RuleFindings&);

// variables.cpp
void check_variable_default(const Party&, const Party&, const CompatFacts&, RuleFindings&);
void check_variable_type(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// configuration.cpp
void check_config_key_collision(const Party&, const Party&, const CompatFacts&, RuleFindings&);
void check_config_group_collision(const Party&, const CompatFacts&, RuleFindings&);

// requirements.cpp
void check_requirement_disjoint(const Party&, const CompatFacts&, RuleFindings&);
void check_requirement_narrower(const Party&, const CompatFacts&, RuleFindings&);
void check_requirement_undeclared(const Party&, const CompatFacts&, RuleFindings&);
void check_extra_missing(const Party&, const CompatFacts&, RuleFindings&);
void check_python_version(const Party&, const CompatFacts&, RuleFindings&);

// components.cpp
void check_component_missing(const Party&, const CompatFacts&, RuleFindings&);
void check_component_needed(const Party&, const CompatFacts&, RuleFindings&);
void check_component_circle(const Party&, const CompatFacts&, RuleFindings&);
void check_component_conflict(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// plugins.cpp
void check_plugins_within(const Party&, const CompatFacts&, RuleFindings&);
void check_plugins_between(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// ports.cpp
void check_ports_within(const Party&, const CompatFacts&, RuleFindings&);
void check_ports_between(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// roles.cpp
void check_role_filled_twice(const Party&, const Party&, const CompatFacts&, RuleFindings&);

// removed_names.cpp
void check_name_removed(const Party&, const CompatFacts&, RuleFindings&);

// async_calls.cpp
void check_blocking_call(const Party&, const CompatFacts&, RuleFindings&);

// secrets.cpp
void check_secret_in_code(const Party&, const CompatFacts&, RuleFindings&);

// services.cpp
void check_service_missing(const Party&, const CompatFacts&, RuleFindings&);
void check_port_collision(const Party&, const CompatFacts&, RuleFindings&);

}  // namespace mlx::compat
