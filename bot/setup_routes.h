#pragma once

#include <httplib.h>

#include <string>

#include "bot/setup/message.h"

namespace mlx::bot {

/// httplib's requests and answers as the values that the set-up pages know.
[[nodiscard]] setup::Request setup_request(const httplib::Request& request, std::string body);
void send(const setup::Response& answer, httplib::Response& response);

}  // namespace mlx::bot
