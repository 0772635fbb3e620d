# What the benchmark of merges rests on: which files are cases, and what a result is called.
add_test(NAME bench_merge COMMAND ${E2E_PYTHON} -B -m pytest -q -p no:cacheprovider
  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/bench/merge)
