#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// The place in the composed configuration where Hydra puts the content of a file: `conf/api/default.yaml`
/// fills `api`, `conf/config.yaml` the top. https://hydra.cc/docs/advanced/overriding_packages/
std::string package_of(std::string_view file) {
  const auto first = file.find('/');
  const auto last = file.rfind('/');
  if (first == std::string_view::npos || first == last) return {};
  std::string package(file.substr(first + 1, last - first - 1));
  std::ranges::replace(package, '/', '.');
  return package;
}

std::string_view root_of(std::string_view file) { return file.substr(0, file.find('/')); }

std::string full_key(const ConfigKeyFact& fact) {
  const std::string package = package_of(fact.file);
  return std::string(root_of(fact.file)) + ":" + (package.empty() ? "" : package + ".") + fact.key;
}

}  // namespace

void check_config_key_collision(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                                RuleFindings& findings) {
  std::multimap<std::string, const ConfigKeyFact*> by_key;
  for (const ConfigKeyFact& fact : one.config) by_key.emplace(full_key(fact), &fact);
  for (const ConfigKeyFact& fact : other.config) {
    const auto [first, last] = by_key.equal_range(full_key(fact));
    for (auto same = first; same != last; ++same) {
      const ConfigKeyFact& before = *same->second;
      // Two files of one group are choices, of which a run takes one; the same file is for another rule.
      const bool are_choices = package_of(before.file) == package_of(fact.file);
      if (are_choices || before.value == fact.value) continue;
      const std::string key = full_key(fact).substr(root_of(fact.file).size() + 1);
      report(findings,
             {.subject = key,
              .message = "`" + key + "` is `" + before.value + "` in " + before.file + " and `" + fact.value +
                         "` in " + fact.file +
                         "; which one holds depends on the place of `_self_` among the defaults",
              .remedy = "keep the key in one of the two files",
              .evidence = {before.place, fact.place}},
             {&one, &other});
      break;
    }
  }
}

}  // namespace mlx::compat
