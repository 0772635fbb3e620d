#include "engine/plan/create/foundation.h"

namespace mlx {

const ProvidedContainer* Foundation::server() const {
  for (const Component& component : components) {
    for (const ProvidedContainer& container : component.provides.containers) {
      if (!container.ports.empty() && !container.command.empty()) return &container;
    }
  }
  return nullptr;
}

std::string Foundation::module_command(const std::string& command) const {
  constexpr std::string_view kRun = "python -m ";
  if (!command.starts_with(kRun)) return command;
  for (const Component& component : components) {
    const std::string prefix = std::string(kRun) + component.import_root + ".";
    if (command.starts_with(prefix))
      return std::string(kRun) + name.package + "." + command.substr(prefix.size());
  }
  return command;
}

std::vector<std::string> Foundation::programs() const {
  std::vector<std::string> modules;
  for (const Component& component : components) {
    for (const std::string& entry : component.provides.entry_points) {
      const bool is_module =
          entry.find('=') == std::string::npos && entry.starts_with(component.import_root + ".");
      if (is_module) modules.push_back(name.package + entry.substr(component.import_root.size()));
    }
  }
  return modules;
}

std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string result;
  while (true) {
    const auto open = text.find('@');
    const auto close = open == std::string_view::npos ? open : text.find('@', open + 1);
    if (close == std::string_view::npos) return result + std::string(text);
    const auto value = values.find(text.substr(open + 1, close - open - 1));
    result += text.substr(0, open);
    if (value == values.end()) {
      result += '@';
      text.remove_prefix(open + 1);
    } else {
      result += value->second;
      text.remove_prefix(close + 1);
    }
  }
}

}  // namespace mlx
