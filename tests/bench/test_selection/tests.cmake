# What the replay of histories rests on.
add_test(NAME bench_test_selection COMMAND ${E2E_PYTHON} -B -m pytest -q -p no:cacheprovider
  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/bench/test_selection)
