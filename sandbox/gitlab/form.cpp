#include "sandbox/gitlab/form.h"

#include <string_view>

#include "sandbox/http/message.h"

namespace mlx::sandbox::gitlab {
namespace {

using Json = nlohmann::json;

/// Puts a value where its name says: `a[b][]`.
void put(Json& form, std::string_view name, std::string value) {
  Json* place = &form;
  std::string_view part = name.substr(0, name.find('['));
  std::string_view rest = name.substr(part.size());
  while (true) {
    const bool is_element = part.empty() && place != &form;
    if (is_element && !place->is_array()) *place = Json::array();
    if (is_element) place->push_back(nullptr);
    place = is_element ? &place->back() : &(*place)[std::string(part)];
    if (!rest.starts_with('[')) break;
    const auto close = rest.find(']');
    if (close == std::string_view::npos) break;
    part = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
  }
  *place = std::move(value);
}

}  // namespace

std::optional<Json> read_form(const std::string& content_type, const std::string& body) {
  // The server has put the parts of the one into the form of the other.
  const bool is_form = content_type.starts_with("multipart/form-data") ||
                       content_type.starts_with("application/x-www-form-urlencoded");
  if (!is_form) return std::nullopt;
  Json form = Json::object();
  for (auto& [name, value] : parse_form(body)) put(form, name, std::move(value));
  return form;
}

}  // namespace mlx::sandbox::gitlab
