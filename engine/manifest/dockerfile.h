#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// What a Dockerfile says of the container that its last stage makes
/// (https://docs.docker.com/reference/dockerfile/).
struct Dockerfile {
  std::string base;                ///< the image that it begins with: `python:3.11-slim`
  std::vector<std::string> ports;  ///< `8000`, or `53/udp`
  /// The words of what it runs: ENTRYPOINT, then CMD; of the shell form those of its line.
  std::vector<std::string> command;
  std::vector<std::string> health_check;  ///< the words of its command; empty if there is none

  std::size_t base_line = 0;
  std::size_t ports_line = 0;
  std::size_t command_line = 0;
  std::size_t health_check_line = 0;

  bool operator==(const Dockerfile&) const = default;
};

/// Reads any text; a stage has what the stage says that it is built on. Instructions that are not known
/// are passed over. Variables are replaced by what ENV and ARG say; a port whose variable has no value is
/// left out. Nothing if there is no FROM.
[[nodiscard]] std::optional<Dockerfile> read_dockerfile(std::string_view text);

/// The words of a shell's line, without their quotes.
[[nodiscard]] std::vector<std::string> shell_words(std::string_view line);

}  // namespace mlx
