#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// A service of a compose file (https://docs.docker.com/reference/compose-file/services/).
struct ComposeService {
  std::string image;
  bool is_built = false;                ///< from the repository, rather than an image that is fetched
  std::string build_context;            ///< as written: `.`, `./api`
  std::string dockerfile;               ///< in the context; `Dockerfile` if it says nothing
  std::vector<std::string> ports;       ///< that the container listens on, published or not
  std::vector<std::string> host_ports;  ///< that it takes on the machine where compose runs
  std::map<std::string, std::string> environment;
  std::vector<std::string> command;       ///< the words of what it runs instead of the image's own command
  std::vector<std::string> health_check;  ///< the words of its command, without `CMD`

  std::size_t line = 0;  ///< of its image, else of the first thing that it says
  std::size_t ports_line = 0;
  std::size_t command_line = 0;
  std::size_t health_check_line = 0;

  bool operator==(const ComposeService&) const = default;
};

/// The services of a compose file by name; of a text that is none, nothing. Variables with a default
/// have that; a port with another is left out.
[[nodiscard]] std::map<std::string, ComposeService> read_compose_file(std::string_view text);

/// Is this what docker compose reads in a directory without being told?
[[nodiscard]] bool is_compose_file_name(std::string_view name);

}  // namespace mlx
