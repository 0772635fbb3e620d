mlx_layer(mlx_compat
  SOURCES compat/check_rules.cpp compat/facts.cpp compat/read_party.cpp compat/rule_table.cpp
          compat/rules/components.cpp compat/rules/configuration.cpp compat/rules/files.cpp compat/rules/names.cpp
          compat/rules/report.cpp compat/rules/requirements.cpp compat/rules/roles.cpp compat/rules/routes.cpp
          compat/rules/services.cpp compat/rules/variables.cpp
  USES mlx_component)
