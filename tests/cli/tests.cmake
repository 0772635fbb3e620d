mlx_test(mcp_test
  SOURCES cli/mcp/line_buffer_test.cpp cli/mcp/message_test.cpp cli/mcp/session_test.cpp cli/mcp/tool_test.cpp
  USES mlx_mcp)
