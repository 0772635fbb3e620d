mlx_layer(mlx_advisor
  SOURCES advise/advice_answer.cpp advise/advice_prompt.cpp advise/advice_request.cpp advise/advisor_settings.cpp advise/mask_secrets.cpp
          advise/secret_assignments.cpp advise/secret_words.cpp
  USES mlx_index)
