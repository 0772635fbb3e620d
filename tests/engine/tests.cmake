mlx_test(base_test
  SOURCES engine/base/repo_path_test.cpp engine/base/text_edit_test.cpp
          engine/base/suggest_test.cpp engine/base/digest_test.cpp
  USES mlx_base)

include(engine/manifest/tests.cmake)
