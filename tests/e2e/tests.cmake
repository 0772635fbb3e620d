# The program from outside: by its command line, by its bot, and by what comes out of it. `make test`
# puts pytest, uv and poetry into build/python (requirements.lock).
set(E2E_PYTHON ${PROJECT_SOURCE_DIR}/build/python/bin/python)

# mlx_e2e_test(NAME PYTEST_ARGUMENTS…): pytest in tests/e2e, registered with CTest as one test.
function(mlx_e2e_test name)
  add_test(NAME ${name} COMMAND ${E2E_PYTHON} -B -m pytest -q ${ARGN} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/e2e)
  # What uv has fetched once is not fetched again.
  set_tests_properties(${name} PROPERTIES TIMEOUT 600
    ENVIRONMENT "MLX_BINARY=$<TARGET_FILE:mlx>;UV_CACHE_DIR=${PROJECT_SOURCE_DIR}/build/uv-cache")
endfunction()

mlx_e2e_test(e2e_cli test_cli_add.py test_cli_manifests.py test_cli_registries.py test_cli_remote_registries.py
  test_cli_serve.py test_cli_sync.py test_cli_usage.py)
mlx_e2e_test(e2e_cli_views test_cli_check.py test_cli_completion.py test_cli_extract_bump.py test_cli_json.py test_cli_merge.py test_cli_remove.py test_cli_test.py test_cli_views.py)
mlx_e2e_test(e2e_cli_registry test_cli_registry.py test_cli_registry_serve.py test_schemas.py)
mlx_e2e_test(e2e_cli_update test_cli_update.py test_cli_update_story.py)
set(action_tests test_action.py test_action_catalogue.py test_action_github.py test_action_inputs.py test_action_story.py)
mlx_e2e_test(e2e_action test_action.py test_action_catalogue.py test_action_github.py test_action_story.py)
mlx_e2e_test(e2e_action_sync test_action_sync.py)
mlx_e2e_test(e2e_action_inputs test_action_inputs.py test_action_workflows.py)
mlx_e2e_test(e2e_action_gitlab test_action_gitlab.py test_action_gitlab_template.py)
# The container image, which the first of these builds where it is not current (tools/image), and the same jobs in it.
# It is the same for every preset, and compiled as in `release`.
if(CMAKE_BUILD_TYPE STREQUAL Release AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_test(NAME image COMMAND ${PROJECT_SOURCE_DIR}/tools/image)
  set_tests_properties(image PROPERTIES TIMEOUT 3600 COST 3600 SKIP_RETURN_CODE 3 FIXTURES_SETUP image)
  mlx_e2e_test(e2e_container test_container.py test_deploy.py)
  mlx_e2e_test(e2e_action_in_image ${action_tests} -k "not gitlab")
  set_property(TEST e2e_action_in_image APPEND PROPERTY ENVIRONMENT MLX_STEP=image)
  mlx_e2e_test(e2e_sync_in_image test_action_sync.py -k "github and lock or projen")
  set_property(TEST e2e_sync_in_image APPEND PROPERTY ENVIRONMENT MLX_STEP=image-with-tools)
  set_tests_properties(e2e_container e2e_action_in_image e2e_sync_in_image PROPERTIES FIXTURES_REQUIRED image TIMEOUT 1200)
endif()
mlx_e2e_test(e2e_advice test_advice.py)
mlx_e2e_test(e2e_assistants test_cli_rules.py test_mcp.py)
mlx_e2e_test(e2e_bot_update test_bot_update_story.py)
mlx_e2e_test(e2e_gitlab test_gitlab.py)
mlx_e2e_test(e2e_release test_facts_version.py test_own_workflows.py test_readme.py test_release.py
  test_tools_setup.py)
mlx_e2e_test(e2e_create test_create.py)
set_tests_properties(e2e_create PROPERTIES TIMEOUT 1800)
mlx_e2e_test(e2e_tutorial test_tutorial.py)
set_tests_properties(e2e_tutorial PROPERTIES TIMEOUT 1200)
mlx_e2e_test(e2e_demo test_demo.py)
mlx_e2e_test(e2e_setup test_setup.py)
mlx_e2e_test(e2e_setup_troubles test_setup_troubles.py)
foreach(target pull-request merge-request bare flat poetry)
  mlx_e2e_test(e2e_targets_${target} test_targets.py -k ${target})
endforeach()
foreach(kind demo bare flat poetry requirements)
  mlx_e2e_test(e2e_components_${kind} test_components.py -k ${kind})
  set_tests_properties(e2e_components_${kind} PROPERTIES TIMEOUT 1800)
endforeach()
mlx_e2e_test(platform_tests test_platform.py test_catalogue.py)
mlx_e2e_test(e2e_projen_project test_projen_project.py)
mlx_e2e_test(e2e_projen_tasks test_projen_tasks.py)
set_tests_properties(e2e_projen_tasks PROPERTIES TIMEOUT 1200)
mlx_e2e_test(platform_selection test_platform_selection.py)
set_tests_properties(platform_selection PROPERTIES TIMEOUT 1200)

# The weights of the compatibility score are what the examples give.
add_test(NAME train_compat COMMAND ${E2E_PYTHON} -B ${PROJECT_SOURCE_DIR}/tools/train-compat --check)
