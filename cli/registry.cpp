#include <cstdio>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/http_server.h"
#include "bot/registry_pages.h"
#include "cli/commands.h"
#include "cli/plan_output.h"
#include "cli/project.h"
#include "cli/signals.h"
#include "engine/component/validate_catalogue.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"
#include "engine/plan/extract.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

CatalogueIdentity identity_of(const RegistryArguments& arguments) {
  return {.name = arguments.name, .homepage = arguments.homepage, .address = arguments.address};
}

/// `127.0.0.1:8080`, with a port of 0 for a free one.
Result<std::pair<std::string, int>> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  const bool is_number =
      !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || std::stoi(port) > 65535) {
    return fail(ErrorCode::kInvalidInput, "--listen " + text + ": write HOST:PORT, such as 127.0.0.1:8080");
  }
  return std::pair(text.substr(0, colon), std::stoi(port));
}

/// Where the client thinks that we are; what it sends cannot be put into an address unseen.
std::string address_for(const httplib::Request& request, const std::string& fallback) {
  const std::string host = request.get_header_value("Host");
  const bool is_plain =
      !host.empty() && host.size() < 256 &&
      host.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]") ==
          std::string::npos;
  return "http://" + (is_plain ? host : fallback);
}

}  // namespace

int registry_build(const RegistryArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  auto entries = read_catalogue(**files);
  if (!entries) return report(entries.error());
  Extraction extraction;
  for (CatalogueEntry& entry : *entries) {
    extraction.components.push_back(
        {.component = std::move(entry.component), .templates = std::move(entry.templates), .facts = {}});
  }
  const auto plan =
      plan_extract(extraction, **files,
                   {.directory = "", .identity = identity_of(arguments), .only = {}, .prunes = false});
  if (!plan) return report(plan.error());
  const bool applies = !plan->is_blocked() && !plan->is_empty();
  if (applies) {
    if (const auto applied = apply_plan(*plan, arguments.directory); !applied) return report(applied.error());
  }
  if (arguments.json) {
    fmt::print("{}\n", plan_json(*plan, applies).dump(2));
  } else {
    fmt::print("{}{}\n", findings_text(plan->findings),
               plan->is_blocked() ? "Nothing was written."
                                  : fmt::format("{} components, {} files written.",
                                                extraction.components.size(), plan->files.size()));
  }
  return plan->is_blocked() ? kRefused : kDone;
}

int registry_validate(const RegistryArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  const auto findings = validate_catalogue(**files, identity_of(arguments));
  if (!findings) return report(findings.error());
  if (arguments.json) {
    fmt::print("{}\n", json{{"valid", findings->empty()}, {"findings", findings_json(*findings)}}.dump(2));
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
  bot::HttpServer server{bot::HttpLimits{}};
  std::string own_address;
  server.set_pre_routing_handler([&](const httplib::Request& request, httplib::Response& response) {
    // Opened for each request: a snapshot is for one thread.
    const auto catalogue = open_directory_snapshot(arguments.directory);
    const bool is_reading = request.method == "GET" || request.method == "HEAD";
    const auto page = catalogue && is_reading
                          ? bot::registry_page(**catalogue, request.path, address_for(request, own_address))
                          : std::nullopt;
    response.status = page ? 200 : 404;
    if (page) {
      response.set_content(page->body, page->type.c_str());
    } else {
      response.set_content("{\"error\":\"nothing is here; the index is /r/registry.json\"}\n",
                           "application/json");
    }
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto port = server.bind(listen->first, listen->second);
  if (!port) return report(port.error());
  own_address = fmt::format("{}:{}", listen->first, *port);
  fmt::print("http://{}/r/registry.json\n", own_address);
  std::fflush(stdout);
  std::jthread serving([&server] { server.serve(); });
  signals.wait();
  server.stop();
  return kDone;
}

}  // namespace mlx::cli
