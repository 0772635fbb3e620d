mlx_test(manifest_test
  SOURCES engine/manifest/compose_file_test.cpp engine/manifest/configuration_test.cpp
          engine/manifest/cron_schedule_test.cpp
          engine/manifest/dockerfile_test.cpp engine/manifest/environment_example_test.cpp
          engine/manifest/marker_possibility_test.cpp engine/manifest/marker_test.cpp
          engine/manifest/project_layout_test.cpp engine/manifest/projen/dependencies_test.cpp engine/manifest/pyproject_edit_test.cpp
          engine/manifest/pyproject_property_test.cpp engine/manifest/pyproject_test.cpp
          engine/manifest/ini_file_test.cpp engine/manifest/pytest_configuration_test.cpp engine/manifest/python_version_test.cpp
          engine/manifest/requirement_test.cpp engine/manifest/requirements_file_test.cpp
          engine/manifest/specifier_set_test.cpp engine/manifest/toml_document_test.cpp
          engine/manifest/toml_edit_test.cpp engine/manifest/uv_workspace_test.cpp engine/manifest/variable_expansion_test.cpp
          engine/manifest/yaml_document_test.cpp support/tzif.cpp
  USES mlx_manifest)
