mlx_test(advisor_test
  SOURCES engine/advise/advice_answer_test.cpp engine/advise/advice_request_test.cpp
          engine/advise/advisor_settings_test.cpp engine/advise/mask_secrets_test.cpp
  USES mlx_advisor)

mlx_test(llm_test
  SOURCES engine/io/advice_store_test.cpp engine/io/advisor_test.cpp engine/io/llm_client_test.cpp
          engine/io/raw_server.cpp engine/io/scripted_model.cpp
  USES mlx_io nlohmann_json::nlohmann_json Threads::Threads)
