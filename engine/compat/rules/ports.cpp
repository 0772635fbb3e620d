#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

std::string described(const ListenerFact& listener) {
  return (listener.is_background ? "the metrics of " : "the server of ") + listener.place.file;
}

void report_two(const ListenerFact& one, const ListenerFact& other, const std::vector<const Party*>& parties,
                RuleFindings& findings) {
  report(findings,
         {.subject = one.port,
          .message = described(one) + " and " + described(other) + " both take port " + one.port +
                     " of the machine; the second cannot start",
          .remedy = "give one of them another port, or read it from a variable",
          .evidence = {one.place, other.place}},
         parties);
}

bool imports_file(const Party& party, FileId from, FileId wanted) {
  return std::ranges::any_of(party.module(from).imports, [&](const PythonImport& import) {
    const auto loaded = party.index->resolve(from, import).files;
    return std::ranges::find(loaded, wanted) != loaded.end();
  });
}

/// Metrics beside a server: both run if one file starts both, or imports the file that starts the metrics.
bool run_together(const Party& party, const ListenerFact& metrics, const ListenerFact& server) {
  if (metrics.file == server.file) return true;
  return !metrics.is_conditional && imports_file(party, server.file, metrics.file);
}

void check_one_program(const Party& party, RuleFindings& findings) {
  for (const ListenerFact& metrics : party.listeners) {
    if (!metrics.is_background) continue;
    for (const ListenerFact& server : party.listeners) {
      if (server.is_background || server.port != metrics.port || !run_together(party, metrics, server))
        continue;
      report_two(server, metrics, {&party}, findings);
    }
  }
}

/// The server that a command of the project starts in the module that it names.
const ListenerFact* server_of(const Party& party, const ScriptFact& script) {
  const auto file = party.index->file_of_module(script.target.substr(0, script.target.find(':')));
  if (!file) return nullptr;
  const auto found = std::ranges::find_if(party.listeners, [&](const ListenerFact& listener) {
    return listener.file == *file && !listener.is_background && !listener.is_conditional;
  });
  return found == party.listeners.end() ? nullptr : &*found;
}

void check_commands(const Party& party, RuleFindings& findings) {
  for (std::size_t i = 0; i < party.scripts.size(); ++i) {
    const ListenerFact* one = server_of(party, party.scripts[i]);
    for (std::size_t j = i + 1; one != nullptr && j < party.scripts.size(); ++j) {
      const ListenerFact* other = server_of(party, party.scripts[j]);
      const bool is_one_project = party.scripts[i].place.file == party.scripts[j].place.file;
      const bool are_two = other != nullptr && is_one_project && other->file != one->file &&
                           other->application != one->application;
      if (are_two && other->port == one->port) report_two(*one, *other, {&party}, findings);
    }
  }
}

/// An image that somebody else made: of Docker's own, or of the makers of what runs beside services. Others
/// may be the project's, published.
bool is_foreign_image(std::string_view image) {
  constexpr std::array<std::string_view, 10> kMakers = {"grafana/", "prom/",         "minio/",  "bitnami/",
                                                        "apache/",  "confluentinc/", "qdrant/", "chromadb/",
                                                        "elastic/", "jaegertracing/"};
  constexpr std::string_view kDocker = "docker.io/";
  if (image.starts_with(kDocker)) image.remove_prefix(kDocker.size());
  if (image.empty() || image.find('$') != std::string_view::npos) return false;
  return image.find('/') == std::string_view::npos ||
         std::ranges::any_of(kMakers, [&](std::string_view maker) { return image.starts_with(maker); });
}

void check_services(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  const auto& services = facts.project.services;
  // A project that compose builds runs inside a container, where its ports are its own.
  if (std::ranges::any_of(services, &ServiceFact::is_built)) return;
  if (!std::ranges::all_of(services, [](const ServiceFact& one) { return is_foreign_image(one.image); }))
    return;
  for (const ListenerFact& listener : party.listeners) {
    for (const ServiceFact& service : services) {
      if (std::ranges::find(service.host_ports, listener.port) == service.host_ports.end()) continue;
      report(findings,
             {.subject = listener.port,
              .message = described(listener) + " and the service " + service.name + " both take port " +
                         listener.port + " of the machine; the second cannot start",
              .remedy = "publish the service on another port, or read the server's from a variable",
              .evidence = {listener.place, service.place}},
             {&party});
    }
  }
}

bool is_in(const Party& party, std::string_view application) {
  return std::ranges::any_of(party.sources, [&](FileId file) {
    const std::string module = party.index->module_name(file);
    return !module.empty() && application.starts_with(module) &&
           (application.size() == module.size() || application[module.size()] == '.');
  });
}

/// Does one party's server serve, or its file load, what the other has? Then both may be one application.
bool belongs_to(const Party& party, const ListenerFact& listener, const Party& other) {
  if (is_in(other, listener.application)) return true;
  const auto& imports = party.module(listener.file).imports;
  return std::ranges::any_of(imports, [&](const PythonImport& import) {
    const auto loaded = party.index->resolve(listener.file, import);
    const bool is_there = party.index == other.index && std::ranges::any_of(loaded.files, [&](FileId file) {
                            return other.sources.contains(file);
                          });
    return is_there || (!loaded.external.empty() && is_in(other, loaded.external));
  });
}

}  // namespace

void check_ports_within(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  check_one_program(party, findings);
  check_services(party, facts, findings);
  if (party.name.empty()) check_commands(party, findings);
}

void check_ports_between(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                         RuleFindings& findings) {
  for (const ListenerFact& listener : one.listeners) {
    for (const ListenerFact& same : other.listeners) {
      const bool are_two = listener.port == same.port && listener.application != same.application;
      if (are_two && !belongs_to(one, listener, other) && !belongs_to(other, same, one))
        report_two(listener, same, {&one, &other}, findings);
    }
  }
}

}  // namespace mlx::compat
