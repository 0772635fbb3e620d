mlx_test(base_test
  SOURCES engine/base/repo_path_test.cpp engine/base/text_edit_test.cpp
          engine/base/suggest_test.cpp engine/base/digest_test.cpp engine/base/encoding_test.cpp
          engine/base/git_text_test.cpp engine/base/git_tree_test.cpp engine/base/html_test.cpp engine/base/http_test.cpp engine/base/json_reader_test.cpp engine/base/time_zone_test.cpp
          support/git_repository.cpp support/tzif.cpp
  USES mlx_base)

include(engine/source/tests.cmake)

mlx_test(index_test
  SOURCES engine/index/directory_view_test.cpp engine/index/memory_snapshot_test.cpp
          engine/index/module_codec_test.cpp engine/index/repo_index_test.cpp
          engine/index/watched_snapshot_test.cpp
  USES mlx_index)

include(engine/manifest/tests.cmake)

# Registries in memory, for everything that reads one.
add_library(mlx_test_registry STATIC support/registry_builder.cpp)
target_link_libraries(mlx_test_registry PUBLIC mlx_options mlx_component)

mlx_test(component_test
  SOURCES engine/component/catalogue_files_test.cpp engine/component/catalogue_test.cpp
          engine/component/component_test.cpp
          engine/component/import_names_test.cpp engine/component/registries_test.cpp
          engine/component/registry_address_test.cpp engine/component/registry_test.cpp
          engine/component/served_item_test.cpp engine/component/signature_test.cpp engine/component/version_test.cpp
  USES mlx_test_registry)
target_compile_definitions(component_test PRIVATE MLX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# Components that are extracted from projects in memory.
add_library(mlx_test_extraction STATIC engine/component/extract/extracted_project.cpp)
target_link_libraries(mlx_test_extraction PUBLIC mlx_options mlx_component)

mlx_test(extract_test
  SOURCES engine/component/component_changes_test.cpp engine/component/extract/boundaries_test.cpp
          engine/component/extract/distributions_test.cpp engine/component/extract/extract_test.cpp
          engine/component/extract/containers_test.cpp engine/component/extract/provisions_test.cpp
          engine/component/extract/services_test.cpp
          engine/component/extract/variables_test.cpp
  USES mlx_test_extraction)

mlx_test(merge_test
  SOURCES engine/merge/generated_data_test.cpp engine/merge/line_diff_test.cpp
          engine/merge/merge_input_test.cpp
          engine/merge/three_way_merge_test.cpp
  USES mlx_merge tomlplusplus::tomlplusplus)
target_compile_definitions(merge_test PRIVATE MLX_GOLDEN_MERGES="${CMAKE_CURRENT_SOURCE_DIR}/golden/merge")

mlx_test(compat_test
  SOURCES engine/compat/score_test.cpp
  USES mlx_compat)

mlx_test(plan_test
  SOURCES engine/plan/add_manifests_test.cpp engine/plan/add_property_test.cpp engine/plan/add_test.cpp engine/plan/create/create_test.cpp engine/plan/projen_test.cpp
          engine/plan/added_lines_test.cpp engine/plan/closure_test.cpp engine/plan/extract_test.cpp
          engine/plan/lock_test.cpp engine/plan/locked_layout_test.cpp engine/plan/planned_project.cpp
          engine/plan/raise_versions_test.cpp
          support/test_platform.cpp
          engine/plan/remove_property_test.cpp engine/plan/remove_test.cpp engine/plan/render_template_test.cpp
          engine/plan/several_registries_test.cpp engine/plan/status_test.cpp
          engine/plan/update/update_files_test.cpp engine/plan/update/update_manifests_test.cpp
          engine/plan/update/update_targets_test.cpp engine/plan/update/updated_project.cpp
  USES mlx_plan mlx_test_extraction mlx_test_registry)

mlx_test(rules_test
  SOURCES engine/plan/planned_project.cpp engine/plan/rules/marked_sections_test.cpp
          engine/plan/rules/rules_file_test.cpp engine/plan/rules/rules_test.cpp
  USES mlx_io mlx_test_registry)
target_compile_definitions(rules_test PRIVATE
  MLX_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  MLX_GOLDEN_RULES="${CMAKE_CURRENT_SOURCE_DIR}/golden/rules")

mlx_test(check_test
  SOURCES engine/plan/check/change_story.cpp engine/plan/check/change_story_test.cpp engine/plan/planned_project.cpp
  USES mlx_plan mlx_test_registry)
target_compile_definitions(check_test PRIVATE MLX_CHANGE_STORIES="${CMAKE_CURRENT_SOURCE_DIR}/golden/changes")

mlx_test(advise_test
  SOURCES engine/advise/labelled_projects_test.cpp engine/advise/recommend_test.cpp
  USES mlx_advise)
target_compile_definitions(advise_test PRIVATE
  MLX_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  MLX_LABELLED_PROJECTS="${CMAKE_CURRENT_SOURCE_DIR}/engine/advise/projects")

mlx_test(io_test
  SOURCES engine/io/apply_plan_test.cpp engine/io/catalogue_test.cpp engine/io/directory_test.cpp
          engine/io/download_test.cpp engine/io/git_mirror_test.cpp engine/io/git_snapshot_test.cpp
          engine/io/http_client_test.cpp engine/io/http_network_test.cpp engine/io/http_policies_test.cpp engine/io/local_proxy.cpp
          engine/io/http_registry_test.cpp engine/io/index_store_test.cpp engine/io/raw_server.cpp engine/io/registry_cache_test.cpp
          engine/io/registry_source_test.cpp engine/io/run_program_test.cpp engine/io/scratch_project_test.cpp engine/io/time_zone_directory_test.cpp support/git_repository.cpp
          support/tzif.cpp
  USES mlx_io mlx_test_registry PkgConfig::httplib Threads::Threads)

include(engine/advise/advisor_tests.cmake)
include(engine/advise/test_selection/tests.cmake)
