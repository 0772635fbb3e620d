mlx_layer(mlx_manifest
  SOURCES manifest/compose_file.cpp manifest/configuration.cpp manifest/cron_schedule.cpp
          manifest/declared_packages.cpp manifest/dependency_lists.cpp
          manifest/dependency_target.cpp manifest/dockerfile.cpp manifest/edit_origins.cpp
          manifest/environment_example.cpp manifest/environment_removal.cpp manifest/ini_file.cpp manifest/poetry_constraint.cpp
          manifest/projen/calls.cpp manifest/projen/dependencies.cpp manifest/projen/program.cpp manifest/projen/project.cpp manifest/project_layout.cpp
          manifest/list_edit.cpp manifest/marker.cpp manifest/marker_candidates.cpp manifest/marker_parser.cpp manifest/marker_possibility.cpp manifest/pyproject.cpp manifest/pyproject_edit.cpp manifest/pytest_configuration.cpp
          manifest/python_space.cpp manifest/python_version.cpp manifest/requirement.cpp manifest/requirements_file.cpp manifest/sorted_place.cpp
          manifest/source_root.cpp manifest/specifier_set.cpp manifest/toml_check.cpp
          manifest/toml_document.cpp manifest/toml_edit.cpp manifest/toml_removal.cpp manifest/toml_string.cpp
          manifest/toml_tree.cpp manifest/update_schedule.cpp manifest/uv_workspace.cpp manifest/variable_expansion.cpp
          manifest/version_intervals.cpp manifest/yaml_document.cpp
  USES mlx_index
  PRIVATE_USES tomlplusplus::tomlplusplus)
