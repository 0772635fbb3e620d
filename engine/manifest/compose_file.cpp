#include "engine/manifest/compose_file.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/manifest/dockerfile.h"
#include "engine/manifest/variable_expansion.h"
#include "engine/manifest/yaml_document.h"

namespace mlx {
namespace {

std::optional<std::string> interpolated(std::string_view text) {
  return expand_variables(text, [](std::string_view) { return std::nullopt; });
}

/// `127.0.0.1:5000:5000` publishes port 5000.
std::string container_port(std::string_view published) {
  const auto colon = published.rfind(':');
  std::string port(colon == std::string_view::npos ? published : published.substr(colon + 1));
  if (port.ends_with("/tcp")) port.resize(port.size() - 4);
  return port;
}

/// A command is a line for the shell or a list of words.
void add_words(const YamlScalar& scalar, bool is_element, std::vector<std::string>& words) {
  if (is_element) {
    words.push_back(scalar.text);
  } else {
    words = shell_words(scalar.text);
  }
}

/// `127.0.0.1:5001:5000` takes port 5001; `5000` takes whichever is free.
std::optional<std::string> host_port(std::string_view published) {
  const auto last = published.rfind(':');
  if (last == std::string_view::npos) return std::nullopt;
  const auto before = published.substr(0, last);
  const auto colon = before.rfind(':');
  std::string port(colon == std::string_view::npos ? before : before.substr(colon + 1));
  if (port.empty() || port.find_first_not_of("0123456789-") != std::string::npos) return std::nullopt;
  return published.ends_with("/udp") ? port + "/udp" : port;
}

void add_host_port(const YamlScalar& scalar, ComposeService& service) {
  const bool is_short = scalar.path.size() == 4;
  const bool is_published = scalar.path.size() == 5 && scalar.path[4] == "published";
  const auto text = is_short || is_published ? interpolated(scalar.text) : std::nullopt;
  if (!text) return;
  const auto port = is_published ? text : host_port(*text);
  if (port && std::ranges::find(service.host_ports, *port) == service.host_ports.end())
    service.host_ports.push_back(*port);
}

void add_port(const YamlScalar& scalar, ComposeService& service) {
  const bool is_short = scalar.path.size() == 4;
  const bool is_target = scalar.path.size() == 5 && scalar.path[4] == "target";
  if (!is_short && !is_target) return;
  const auto published = interpolated(scalar.text);
  if (!published) return;
  const std::string port = container_port(*published);
  if (service.ports_line == 0) service.ports_line = scalar.line;
  if (std::ranges::find(service.ports, port) == service.ports.end()) service.ports.push_back(port);
}

void add_variable(const YamlScalar& scalar, ComposeService& service) {
  if (scalar.path.size() != 4) return;
  const bool is_list = scalar.path[3].starts_with('[');
  const auto equals = scalar.text.find('=');
  if (is_list && equals != std::string::npos) {
    service.environment[scalar.text.substr(0, equals)] = scalar.text.substr(equals + 1);
  } else if (!is_list) {
    service.environment[scalar.path[3]] = scalar.text;
  }
}

void add_build(const YamlScalar& scalar, ComposeService& service) {
  service.is_built = true;
  const std::string text = interpolated(scalar.text).value_or("");
  if (scalar.path.size() == 3 || scalar.path[3] == "context") service.build_context = text;
  if (scalar.path.size() == 4 && scalar.path[3] == "dockerfile") service.dockerfile = text;
}

void add_health_check(const YamlScalar& scalar, ComposeService& service) {
  if (scalar.path.size() < 4 || scalar.path[3] != "test") return;
  if (service.health_check_line == 0) service.health_check_line = scalar.line;
  add_words(scalar, scalar.path.size() == 5, service.health_check);
}

void add(const YamlScalar& scalar, ComposeService& service) {
  if (service.line == 0) service.line = scalar.line;
  const std::string& key = scalar.path[2];
  if (key == "image") {
    service.image = scalar.text;
    service.line = scalar.line;
  }
  if (key == "build") add_build(scalar, service);
  if (key == "ports" || key == "expose") add_port(scalar, service);
  if (key == "ports") add_host_port(scalar, service);
  if (key == "environment") add_variable(scalar, service);
  if (key == "healthcheck") add_health_check(scalar, service);
  if (key == "command") {
    if (service.command_line == 0) service.command_line = scalar.line;
    add_words(scalar, scalar.path.size() == 4, service.command);
  }
}

}  // namespace

std::map<std::string, ComposeService> read_compose_file(std::string_view text) {
  std::map<std::string, ComposeService> services;
  for (const YamlScalar& scalar : read_yaml(text)) {
    if (scalar.path.size() >= 3 && scalar.path[0] == "services") add(scalar, services[scalar.path[1]]);
  }
  for (auto& [name, service] : services) {
    if (service.is_built && service.dockerfile.empty()) service.dockerfile = "Dockerfile";
    auto& words = service.health_check;
    const bool has_kind = !words.empty() && (words[0] == "CMD" || words[0] == "CMD-SHELL");
    if (has_kind) words.erase(words.begin());
    if (!words.empty() && words[0] == "NONE") words.clear();
  }
  return services;
}

bool is_compose_file_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames = {"compose.yaml", "compose.yml", "docker-compose.yaml",
                                                      "docker-compose.yml"};
  return std::ranges::find(kNames, name) != kNames.end();
}

}  // namespace mlx
