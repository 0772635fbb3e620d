# GitHub's own clients, examples and description against the bot and the sandbox: see
# tests/contract/openapi for the tool that checks requests and answers.
find_program(NODE node REQUIRED)

# mlx_contract_test(NAME FILE): a file of node:test, registered with CTest as one test.
function(mlx_contract_test name file)
  add_test(NAME ${name} COMMAND ${NODE} --test ${CMAKE_CURRENT_SOURCE_DIR}/contract/${file})
  set_tests_properties(${name} PROPERTIES TIMEOUT 180 ENVIRONMENT MLX_BINARY=$<TARGET_FILE:mlx>)
endfunction()

mlx_contract_test(contract_openapi_tool openapi/validate.test.mjs)
mlx_contract_test(contract_mcp mcp.test.mjs)
mlx_contract_test(contract_octokit_story octokit_story.test.mjs)
mlx_contract_test(contract_gitbeaker_story gitbeaker_story.test.mjs)
mlx_contract_test(contract_webhook_examples webhook_examples.test.mjs)
mlx_contract_test(contract_bot_requests bot_requests.test.mjs)
# `make test` puts the client of shadcn into build/shadcn (contract/shadcn/package-lock.json).
mlx_contract_test(contract_shadcn shadcn.test.mjs)

# mlx_check_requests(NAME [OPTIONS…] TESTS TEST…): the sandboxes of these tests write their requests
# to one directory, which is then checked against GitHub's description. The directory is emptied
# before the first of them runs, so that nothing old is checked.
function(mlx_check_requests name)
  cmake_parse_arguments(ARG "" "" "OPTIONS;TESTS" ${ARGN})
  set(requests ${CMAKE_BINARY_DIR}/requests/${name})
  add_test(NAME contract_${name}_directory
    COMMAND ${NODE} -e "const [, path] = process.argv, fs = require('node:fs')
      fs.rmSync(path, {recursive: true, force: true}), fs.mkdirSync(path, {recursive: true})" ${requests})
  set_tests_properties(contract_${name}_directory PROPERTIES FIXTURES_SETUP ${name})
  add_test(NAME contract_${name}
    COMMAND ${NODE} ${CMAKE_CURRENT_SOURCE_DIR}/contract/openapi/validate.mjs ${ARG_OPTIONS} ${requests})
  set_tests_properties(contract_${name} PROPERTIES FIXTURES_CLEANUP ${name})
  foreach(test IN LISTS ARG_TESTS)
    set_property(TEST ${test} APPEND PROPERTY FIXTURES_REQUIRED ${name})
    set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT MLX_SANDBOX_RECORD_DIR=${requests})
  endforeach()
endfunction()

mlx_check_requests(recorded_requests
  TESTS contract_webhook_examples contract_bot_requests crash_sweep_test e2e_action e2e_action_inputs e2e_demo e2e_setup e2e_targets_pull-request)
mlx_check_requests(requests_under_faults OPTIONS --requests-only TESTS bot_run_test e2e_setup_troubles)
