mlx_test(test_selection_test
  SOURCES engine/advise/test_selection/path_pattern_test.cpp engine/advise/test_selection/reach_graph_test.cpp engine/advise/test_selection/select_tests_test.cpp
          engine/advise/test_selection/selection_of.cpp engine/advise/test_selection/test_suite_test.cpp
  USES mlx_test_selection)
