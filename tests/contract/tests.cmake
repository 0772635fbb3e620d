# GitHub's own clients, examples and description against the bot and the sandbox: see
# tests/contract/openapi for the tool that checks requests and answers.
find_program(NODE node REQUIRED)

# mlx_contract_test(NAME FILE): a file of node:test, registered with CTest as one test.
function(mlx_contract_test name file)
  add_test(NAME ${name} COMMAND ${NODE} --test ${CMAKE_CURRENT_SOURCE_DIR}/contract/${file})
  set_tests_properties(${name} PROPERTIES TIMEOUT 180 ENVIRONMENT MLX_BINARY=$<TARGET_FILE:mlx>)
endfunction()

mlx_contract_test(contract_openapi_tool openapi/validate.test.mjs)
mlx_contract_test(contract_octokit_story octokit_story.test.mjs)
mlx_contract_test(contract_webhook_examples webhook_examples.test.mjs)
mlx_contract_test(contract_bot_requests bot_requests.test.mjs)

# The requests of the tests below are recorded and then checked against GitHub's description.
# The directory is emptied before the first of them runs, so that nothing old is checked.
set(requests ${CMAKE_BINARY_DIR}/requests)
add_test(NAME contract_requests_directory
  COMMAND ${NODE} -e "const [, path] = process.argv, fs = require('node:fs')
    fs.rmSync(path, {recursive: true, force: true}), fs.mkdirSync(path)" ${requests})
set_tests_properties(contract_requests_directory PROPERTIES FIXTURES_SETUP recorded_requests)
add_test(NAME contract_recorded_requests
  COMMAND ${NODE} ${CMAKE_CURRENT_SOURCE_DIR}/contract/openapi/validate.mjs ${requests})
set_tests_properties(contract_recorded_requests PROPERTIES FIXTURES_CLEANUP recorded_requests)

# mlx_record_requests(TEST…): the sandboxes of these tests write their requests there.
function(mlx_record_requests)
  foreach(test IN LISTS ARGN)
    set_property(TEST ${test} APPEND PROPERTY FIXTURES_REQUIRED recorded_requests)
    set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT MLX_SANDBOX_RECORD_DIR=${requests})
  endforeach()
endfunction()

mlx_record_requests(contract_webhook_examples contract_bot_requests crash_sweep_test)
