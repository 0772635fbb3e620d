mlx_test(base_test
  SOURCES engine/base/repo_path_test.cpp engine/base/text_edit_test.cpp
          engine/base/suggest_test.cpp engine/base/digest_test.cpp
  USES mlx_base)

mlx_test(source_test
  SOURCES engine/source/move_modules_test.cpp
  USES mlx_source)

include(engine/manifest/tests.cmake)

mlx_test(merge_test
  SOURCES engine/merge/line_diff_test.cpp
  USES mlx_merge)
