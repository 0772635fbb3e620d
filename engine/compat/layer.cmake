include(compat/tables.cmake)

mlx_layer(mlx_compat
  SOURCES ${MLX_COMPAT_TABLES} compat/check_rules.cpp compat/facts.cpp compat/read_calls.cpp compat/read_configuration.cpp compat/read_party.cpp compat/removed_names.cpp compat/rule_table.cpp
          compat/sarif.cpp
          compat/rules/async_calls.cpp
          compat/rules/components.cpp compat/rules/configuration.cpp compat/rules/files.cpp compat/rules/names.cpp compat/rules/plugins.cpp
          compat/rules/ports.cpp
          compat/rules/removed_names.cpp compat/rules/report.cpp
          compat/rules/requirements.cpp compat/rules/roles.cpp compat/rules/routes.cpp
          compat/rules/secrets.cpp
          compat/rules/services.cpp compat/rules/variables.cpp compat/score.cpp
  USES mlx_component)
