mlx_layer(mlx_bot_setup
  SOURCES setup/address.cpp setup/message.cpp setup/pages.cpp setup/registration.cpp setup/site.cpp setup/style.cpp setup/tickets.cpp setup/visitor.cpp
  USES mlx_base
  PRIVATE_USES nlohmann_json::nlohmann_json fmt::fmt)
