#include "engine/manifest/edit_origins.h"

#include <optional>
#include <utility>

#include "engine/manifest/toml_edit.h"
#include "engine/manifest/toml_removal.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

std::string_view text_of(const TomlDocument& document, Span span) {
  return std::string_view(document.text()).substr(span.begin, span.size());
}

std::string header_of(const TomlPlace& place) {
  return "[" + to_string({.table = place.table, .key = ""}) + "]";
}

/// What the edits put before a new header for the table; nothing if they make none.
std::optional<std::string> lead_of_header(const TomlPlace& place, const std::vector<TextEdit>& edits) {
  if (edits.size() != 1) return std::nullopt;
  const std::string& added = edits.front().replacement;
  const std::size_t first = added.find_first_not_of("\r\n");
  const bool is_header =
      first != std::string::npos && std::string_view(added).substr(first).starts_with(header_of(place));
  return is_header ? std::optional(added.substr(0, first)) : std::nullopt;
}

}  // namespace

std::string to_string(const TomlPlace& place) {
  std::string text;
  for (const std::string& key : place.table) text += (text.empty() ? "" : ".") + toml_key(key);
  return place.key.empty() ? text : text + "." + toml_key(place.key);
}

TomlValue value_at(const TomlDocument& document, const TomlPlace& place) {
  TomlValue value = document.root();
  for (const std::string& key : place.table) value = value.at(key);
  return place.key.empty() ? value : value.at(place.key);
}

void note_origins(const TomlDocument& before, const TomlPlace& place, const std::vector<TextEdit>& edits,
                  EditOrigins& origins) {
  if (const auto lead = lead_of_header(place, edits)) origins[header_of(place)] = *lead;
  if (place.key.empty()) return;
  const TomlValue value = value_at(before, place);
  if (!value.is_present()) {
    origins[to_string(place)] = "";
    return;
  }
  const std::string_view spelling = text_of(before, value.span());
  const bool is_empty_array = value.kind() == TomlKind::kArray && value.elements().empty() &&
                              spelling.find('\n') == std::string_view::npos;
  if (is_empty_array || value.kind() == TomlKind::kString) origins[to_string(place)] = spelling;
}

Result<TomlDocument> without_element(const TomlDocument& document, const TomlPlace& place, std::size_t index,
                                     EditOrigins& origins) {
  const TomlValue array = value_at(document, place);
  const auto origin = origins.find(to_string(place));
  const bool is_restored =
      origin != origins.end() && is_blank_around_element(document.text(), written_list(array));
  if (!is_restored) return edited(document, remove_element(document, array, index));
  const std::string before = origin->second;
  origins.erase(origin);
  if (before.empty()) return without_pair(document, place, origins);
  return edited(document, {{.span = array.span(), .replacement = before}});
}

Result<TomlDocument> without_pair(const TomlDocument& document, const TomlPlace& place,
                                  EditOrigins& origins) {
  TomlDocument without = MLX_TRY(edited(document, remove_pair(document, value_at(document, place))));
  const auto origin = origins.find(header_of(place));
  if (origin == origins.end()) return without;
  const TomlValue table = value_at(without, {.table = place.table, .key = ""});
  std::vector<TextEdit> edits = remove_empty_section(without, table, origin->second);
  if (edits.empty()) return without;
  origins.erase(origin);
  return edited(without, std::move(edits));
}

}  // namespace mlx
