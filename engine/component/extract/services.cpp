#include "engine/component/extract/services.h"

#include <algorithm>
#include <map>

#include "engine/manifest/yaml_document.h"
#include "engine/source/python_calls.h"

namespace mlx {
namespace {

class ServiceFinder {
 public:
  ServiceFinder(const Platform& platform, const ComponentPart& part,
                const std::vector<FoundVariable>& variables)
      : platform_(platform), part_(part), variables_(variables) {}

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
      for (const auto& [name, service] : platform_.services) {
        const auto given = service.facts.environment.find(found.variable.name);
        if (given == service.facts.environment.end()) continue;
        add_text(given->second, service.place(service.facts.line));
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
    const auto started = platform_.services.find(address.host);
    const bool is_known = started != platform_.services.end();
    if (is_known && started->second.facts.is_built) return;
    const bool is_web = address.scheme == "http" || address.scheme == "https" || address.scheme == "grpc";
    // An address of this machine tells which program only by its scheme.
    if (is_web && !is_known) return;
    const std::string name = is_known ? started->first : address.scheme;
    auto [entry, is_new] = found_.try_emplace(name);
    entry->second.evidence.push_back(place);
    if (!is_new) return;
    RequiredService& service = entry->second.service;
    service.name = name;
    if (is_known) {
      service.image = started->second.facts.image;
      service.ports = started->second.facts.ports;
    }
    if (service.ports.empty() && !address.port.empty()) service.ports.push_back(address.port);
  }

  const Platform& platform_;
  const ComponentPart& part_;
  const std::vector<FoundVariable>& variables_;
  std::map<std::string, FoundService> found_;
};

}  // namespace

std::vector<FoundService> find_services(const Platform& platform, const ComponentPart& part,
                                        const std::vector<FoundVariable>& variables) {
  return ServiceFinder(platform, part, variables).run();
}

}  // namespace mlx
