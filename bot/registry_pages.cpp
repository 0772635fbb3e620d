#include "bot/registry_pages.h"

#include <nlohmann/json.hpp>

namespace mlx::bot {
namespace {

// Keeps the members in the order in which they were written.
using Json = nlohmann::ordered_json;

/// `NAME` becomes `ADDRESS/r/NAME.json`; what is an address already stays.
void name_by_address(Json& item, std::string_view address) {
  const auto required = item.find("registryDependencies");
  if (required == item.end() || !required->is_array()) return;
  for (Json& dependency : *required) {
    if (!dependency.is_string()) continue;
    const std::string name = dependency.get<std::string>();
    if (name.find("://") != std::string::npos) continue;
    std::string full(address);
    full += "/r/" + name + ".json";
    dependency = std::move(full);
  }
}

}  // namespace

Result<Content> registry_page(const Snapshot& catalogue, std::string_view path, std::string_view address) {
  const bool is_served = (path.starts_with("/r/") || path == "/registry.json") && path.ends_with(".json");
  const auto file = is_served ? RepoPath::parse(path.substr(1)) : fail(ErrorCode::kNotFound, "");
  if (!file) return fail(ErrorCode::kNotFound, "nothing is served at this path");
  auto text = catalogue.read(*file);
  if (!text) {
    const bool is_broken = text.error().code == ErrorCode::kIo;
    return fail(is_broken ? ErrorCode::kIo : ErrorCode::kNotFound, std::move(text.error().message),
                {.file = file->str()});
  }
  Json json = Json::parse(*text, nullptr, false);
  if (json.is_discarded()) {
    return fail(ErrorCode::kInvalidInput, "this is not JSON: run `mlx registry build`",
                {.file = file->str()});
  }
  if (address.empty()) return Content{.type = "application/json", .body = *std::move(text)};
  name_by_address(json, address);
  if (const auto items = json.find("items"); items != json.end() && items->is_array()) {
    for (Json& item : *items) name_by_address(item, address);
  }
  return Content{.type = "application/json", .body = json.dump(2) + "\n"};
}

}  // namespace mlx::bot
