# mlx_layer(NAME SOURCES… USES…): one static library for one layer.
#
# Every layer lists its sources and the layers it may include, so a wrong
# include fails to link as well as failing the include-rule test.
function(mlx_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PRIVATE_USES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC mlx_options ${ARG_USES} PRIVATE ${ARG_PRIVATE_USES})
endfunction()
