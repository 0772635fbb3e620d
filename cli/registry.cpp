#include <cstdio>
#include <thread>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/registry_pages.h"
#include "bot/registry_server.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/plan_output.h"
#include "cli/project.h"
#include "cli/signals.h"
#include "engine/component/validate_catalogue.h"
#include "engine/index/memory_snapshot.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"
#include "engine/plan/extract.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

CatalogueIdentity identity_of(const RegistryArguments& arguments) {
  return {.name = arguments.name, .homepage = arguments.homepage, .address = arguments.address};
}

/// `127.0.0.1:8080` or `[::1]:8080`, with a port of 0 for a free one.
Result<std::pair<std::string, int>> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  const bool is_number =
      !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  std::string host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty() || !is_number || std::stoi(port) > 65535) {
    return fail(ErrorCode::kInvalidInput, "--listen " + text + ": write HOST:PORT, such as 127.0.0.1:8080");
  }
  return std::pair(std::move(host), std::stoi(port));
}

/// What is wrong with a catalogue that is made of these components: nothing that clients would refuse is
/// built.
Result<std::vector<Finding>> findings_of(const std::vector<Release>& entries,
                                         const CatalogueIdentity& identity) {
  const MemorySnapshot built(catalogue_files(entries, identity));
  return validate_catalogue(built, identity);
}

json build_json(const std::vector<Release>& entries, const ChangePlan& plan, bool is_applied) {
  json components = json::array();
  for (const Release& entry : entries) {
    components.push_back({{"name", entry.component.name}, {"version", to_string(entry.component.version)}});
  }
  return {{"applied", is_applied},       {"blocked", plan.is_blocked()},
          {"upToDate", plan.is_empty()}, {"components", std::move(components)},
          {"files", files_json(plan)},   {"findings", findings_json(plan.findings)}};
}

std::string build_text(const ChangePlan& plan, std::size_t components) {
  std::string text = findings_text(plan.findings);
  if (plan.is_blocked()) return text + "Nothing was written.\n";
  if (plan.is_empty()) return text + "The registry is what its components say.\n";
  return text + fmt::format("{} components, {} files written.\n", components, plan.files.size());
}

}  // namespace

int registry_build(const RegistryArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  const auto entries = read_catalogue(**files);
  if (!entries) return report(entries.error());
  if (entries->empty()) {
    return report({ErrorCode::kNotFound, "there is no component in " + arguments.directory +
                                             ": name the directory that holds NAME/component.json"});
  }
  const CatalogueIdentity identity = identity_of(arguments);
  Extraction extraction;
  for (const Release& entry : *entries) {
    extraction.components.push_back(
        {.component = entry.component, .templates = entry.templates, .facts = {}});
  }
  auto plan =
      plan_extract(extraction, **files, {.directory = "", .identity = identity, .only = {}, .prunes = false});
  if (!plan) return report(plan.error());
  auto findings = findings_of(*entries, identity);
  if (!findings) return report(findings.error());
  for (Finding& finding : *findings) plan->findings.push_back(std::move(finding));
  const bool applies = !plan->is_blocked() && !plan->is_empty();
  if (applies) {
    if (const auto applied = apply_plan(*plan, arguments.directory); !applied) return report(applied.error());
  }
  if (arguments.json) {
    print_json(build_json(*entries, *plan, applies));
  } else {
    fmt::print("{}", build_text(*plan, entries->size()));
  }
  return plan->is_blocked() ? kRefused : kDone;
}

int registry_validate(const RegistryArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  const auto findings = validate_catalogue(**files, identity_of(arguments));
  if (!findings) return report(findings.error());
  if (arguments.json) {
    print_json(json{{"valid", findings->empty()}, {"findings", findings_json(*findings)}});
  } else {
    fmt::print("{}{}\n", findings_text(*findings),
               findings->empty() ? "The registry is valid." : "The registry is not valid.");
  }
  return findings->empty() ? kDone : kRefused;
}

int registry_serve(const RegistryArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  if (!bot::registry_page(**files, "/r/registry.json", "")) {
    return report(
        {ErrorCode::kNotFound, "there is no r/registry.json in " + arguments.directory +
                                   ": run `mlx registry build` there, or name the catalogue's directory"});
  }
  const auto listen = parse_listen(arguments.listen);
  if (!listen) return report(listen.error());
  const StopSignals signals;
  bot::RegistryServer server([&arguments] { return open_directory_snapshot(arguments.directory); });
  const auto address = server.bind(listen->first, listen->second);
  if (!address) return report(address.error());
  fmt::print("http://{}/r/registry.json\n", *address);
  std::ignore = std::fflush(stdout);
  std::jthread serving([&server] { server.serve(); });
  signals.wait();
  server.stop();
  return kDone;
}

}  // namespace mlx::cli
