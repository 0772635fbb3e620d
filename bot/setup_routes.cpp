#include "bot/setup_routes.h"

namespace mlx::bot {

setup::Request setup_request(const httplib::Request& request, std::string body) {
  setup::Request result{.method = request.method,
                        .path = request.path,
                        .body = std::move(body),
                        .peer = request.remote_addr,
                        .version = request.version};
  if (const auto question = request.target.find('?'); question != std::string::npos) {
    result.query = setup::parse_form(std::string_view(request.target).substr(question + 1));
  }
  result.headers.assign(request.headers.begin(), request.headers.end());
  return result;
}

void send(const setup::Response& answer, httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  if (!answer.body.empty()) response.set_content(answer.body, answer.content_type);
}

}  // namespace mlx::bot
