mlx_test(advisor_test
  SOURCES engine/advise/advice_answer_test.cpp engine/advise/advice_request_test.cpp
          engine/advise/mask_secrets_test.cpp
  USES mlx_advisor)
