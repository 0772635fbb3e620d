#include "cli/json_output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mlx::cli {

void print_json(const nlohmann::json& answer) {
  fmt::print("{}\n", answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace mlx::cli
