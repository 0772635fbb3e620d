#include <map>
#include <string>
#include <utility>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

using Key = std::pair<std::string, std::string>;
using Plugins = std::map<Key, const PluginFact*>;

Key key_of(const PluginFact& plugin) { return {plugin.registry, plugin.name}; }

/// One module may register a name twice for reasons of its own, and two manifests the same object.
bool are_two(const PluginFact& one, const PluginFact& other) {
  return one.target.empty() ? one.place.file != other.place.file : one.target != other.target;
}

void report_two(const PluginFact& one, const PluginFact& other, const std::vector<const Party*>& parties,
                RuleFindings& findings) {
  const bool is_one_file = one.place.file == other.place.file;
  report(findings,
         {.subject = one.registry + " " + one.name,
          .message = "`" + one.name + "` is there twice in " + one.registry + ", by " + one.place.file +
                     (is_one_file ? "" : " and " + other.place.file) +
                     ": the second replaces the first, or is refused",
          .remedy = "give one of them another name",
          .evidence = {other.place, one.place}},
         parties);
}

}  // namespace

void check_plugins_within(const Party& party, const CompatFacts& /*facts*/, RuleFindings& findings) {
  Plugins first;
  for (const PluginFact& plugin : party.plugins) {
    const auto [entry, is_new] = first.emplace(key_of(plugin), &plugin);
    if (!is_new && are_two(*entry->second, plugin)) report_two(*entry->second, plugin, {&party}, findings);
  }
}

void check_plugins_between(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                           RuleFindings& findings) {
  Plugins first;
  for (const PluginFact& plugin : one.plugins) first.emplace(key_of(plugin), &plugin);
  for (const PluginFact& plugin : other.plugins) {
    const auto same = first.find(key_of(plugin));
    if (same != first.end() && are_two(*same->second, plugin))
      report_two(*same->second, plugin, {&one, &other}, findings);
  }
}

}  // namespace mlx::compat
