#include "engine/component/extract/services.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/manifest/yaml_document.h"
#include "engine/source/python_calls.h"

namespace mlx {
namespace {

struct ComposeService {
  std::string image;
  bool is_built = false;  ///< from this repository: the service itself
  std::vector<std::string> ports;
  std::map<std::string, std::string> environment;
  Evidence evidence;
};

bool is_compose_file(std::string_view path) {
  constexpr std::array<std::string_view, 4> kNames = {"compose.yaml", "compose.yml", "docker-compose.yaml",
                                                      "docker-compose.yml"};
  return std::ranges::find(kNames, path) != kNames.end();
}

std::map<std::string, ComposeService> read_compose(const Platform& platform) {
  std::map<std::string, ComposeService> services;
  for (const IndexedFile& file : platform.index.files()) {
    const std::string& path = file.path.str();
    if (!is_compose_file(path)) continue;
    const auto text = platform.text(path);
    if (!text) continue;
    for (const YamlScalar& scalar : read_yaml(*text)) {
      if (scalar.path.size() < 3 || scalar.path[0] != "services") continue;
      ComposeService& service = services[scalar.path[1]];
      if (service.evidence.file.empty()) service.evidence = {.file = path, .line = scalar.line};
      const std::string& key = scalar.path[2];
      if (key == "image") {
        service.image = scalar.text;
        service.evidence = {.file = path, .line = scalar.line};
      }
      if (key == "build") service.is_built = true;
      if ((key == "ports" || key == "expose") && scalar.path.size() == 4)
        service.ports.push_back(scalar.text);
      if (key != "environment" || scalar.path.size() != 4) continue;
      const auto equals = scalar.text.find('=');
      const bool is_list = scalar.path[3].starts_with('[');
      if (is_list && equals != std::string::npos) {
        service.environment[scalar.text.substr(0, equals)] = scalar.text.substr(equals + 1);
      } else if (!is_list) {
        service.environment[scalar.path[3]] = scalar.text;
      }
    }
  }
  return services;
}

/// `127.0.0.1:5000:5000` publishes port 5000.
std::string container_port(std::string_view published) {
  const auto colon = published.rfind(':');
  return std::string(colon == std::string_view::npos ? published : published.substr(colon + 1));
}

class ServiceFinder {
 public:
  ServiceFinder(const Platform& platform, const ComponentPart& part,
                const std::vector<FoundVariable>& variables)
      : platform_(platform), part_(part), variables_(variables), compose_(read_compose(platform)) {}

  std::vector<FoundService> run() {
    for (const FileId file : part_.sources) {
      const std::string& path = platform_.index.python()[file].str();
      for (const ServiceAddress& address : platform_.index.module(file).services) {
        add(address, {.file = path, .line = address.line});
      }
    }
    for (const std::string& path : part_.configs) {
      const auto text = platform_.text(path);
      if (!text) continue;
      for (const YamlScalar& scalar : read_yaml(*text))
        add_text(scalar.text, {.file = path, .line = scalar.line});
    }
    for (const FoundVariable& found : variables_) {
      for (const auto& [name, service] : compose_) {
        const auto given = service.environment.find(found.variable.name);
        if (given != service.environment.end()) add_text(given->second, service.evidence);
      }
    }
    std::vector<FoundService> list;
    for (auto& [name, found] : found_) {
      found.service.evidence = to_string(found.evidence.front());
      list.push_back(std::move(found));
    }
    return list;
  }

 private:
  /// An address inside a text: alone, or as the default of a variable.
  void add_text(std::string_view text, const Evidence& place) {
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = std::min(text.find_first_of(" ,}\"'", begin), text.size());
      if (auto address = recognize_service(text.substr(begin, end - begin))) add(*address, place);
      begin = end + 1;
    }
  }

  void add(const ServiceAddress& address, const Evidence& place) {
    const auto started = compose_.find(address.host);
    const bool is_started = started != compose_.end() && !started->second.is_built;
    const bool is_web = address.scheme == "http" || address.scheme == "https" || address.scheme == "grpc";
    if (started != compose_.end() && started->second.is_built) return;
    // An address of this machine tells which program only by its scheme.
    if (is_web && !is_started) return;
    const std::string name = is_started ? started->first : address.scheme;
    auto [entry, is_new] = found_.try_emplace(name);
    entry->second.evidence.push_back(place);
    if (!is_new) return;
    RequiredService& service = entry->second.service;
    service.name = name;
    if (is_started) {
      service.image = started->second.image;
      for (const std::string& port : started->second.ports) service.ports.push_back(container_port(port));
    }
    if (service.ports.empty() && !address.port.empty()) service.ports.push_back(address.port);
  }

  const Platform& platform_;
  const ComponentPart& part_;
  const std::vector<FoundVariable>& variables_;
  std::map<std::string, ComposeService> compose_;
  std::map<std::string, FoundService> found_;
};

}  // namespace

std::vector<FoundService> find_services(const Platform& platform, const ComponentPart& part,
                                        const std::vector<FoundVariable>& variables) {
  return ServiceFinder(platform, part, variables).run();
}

}  // namespace mlx
