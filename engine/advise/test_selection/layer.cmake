mlx_layer(mlx_test_selection
  SOURCES advise/test_selection/changed_meaning.cpp advise/test_selection/configuration_files.cpp advise/test_selection/entry_points.cpp advise/test_selection/explain_selection.cpp advise/test_selection/file_readers.cpp
          advise/test_selection/former_files.cpp advise/test_selection/import_layout.cpp advise/test_selection/outside_changes.cpp advise/test_selection/module_table.cpp
          advise/test_selection/path_pattern.cpp advise/test_selection/reach_graph.cpp
          advise/test_selection/script_table.cpp advise/test_selection/select_tests.cpp advise/test_selection/test_suite.cpp
  USES mlx_manifest)
