#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// `docker.io/library/redis:7` is `redis`.
std::string_view program_of(std::string_view image) {
  image = image.substr(image.rfind('/') + 1);
  return image.substr(0, image.find_first_of(":@"));
}

bool starts(const ServiceFact& started, const ServiceFact& needed) {
  const auto program = program_of(started.image);
  const auto wanted = needed.image.empty() ? std::string_view(needed.name) : program_of(needed.image);
  return started.name == needed.name || (!program.empty() && (program == wanted || program == needed.name));
}

}  // namespace

void check_service_missing(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  // A project that keeps no compose file gets its services in another way.
  if (!facts.has_compose_file || party.name.empty()) return;
  for (const ServiceFact& needed : party.needed_services) {
    const bool is_there = std::ranges::any_of(
        facts.project.services, [&](const ServiceFact& started) { return starts(started, needed); });
    if (is_there) continue;
    report(findings,
           {.subject = needed.name,
            .message = party.name + " needs " + needed.name +
                       " to run, and no compose file of the project starts it",
            .remedy = "add a service `" + needed.name + "`" +
                      (needed.image.empty() ? "" : " with the image `" + needed.image + "`") +
                      ", or say in its variable where it runs",
            .evidence = {needed.place}},
           {&party});
  }
}

void check_port_collision(const Party& party, const CompatFacts& /*facts*/, RuleFindings& findings) {
  std::map<std::string, const ServiceFact*> by_port;
  for (const ServiceFact& service : party.services) {
    for (const std::string& port : service.host_ports) {
      const auto [entry, is_new] = by_port.emplace(port, &service);
      const ServiceFact& before = *entry->second;
      // Files for other occasions start the same service again.
      if (is_new || before.name == service.name || before.place.file != service.place.file) continue;
      report(findings,
             {.subject = port,
              .message = "the services " + before.name + " and " + service.name + " both take port " + port +
                         " of the machine; the second cannot start",
              .remedy = "publish one of them on another port",
              .evidence = {service.place, before.place}},
             {&party});
    }
  }
}

}  // namespace mlx::compat
