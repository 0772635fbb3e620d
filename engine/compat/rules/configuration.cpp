#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// The directory of a file below its root, dotted: `api` for `conf/api/default.yaml`.
std::string group_of(std::string_view file) {
  const auto first = file.find('/');
  const auto last = file.rfind('/');
  if (first == std::string_view::npos || first == last) return {};
  std::string group(file.substr(first + 1, last - first - 1));
  std::ranges::replace(group, '/', '.');
  return group;
}

/// The place in the composed configuration where Hydra puts the content of a file; nothing for a package that
/// depends on more than the file. https://hydra.cc/docs/advanced/overriding_packages/
std::optional<std::string> package_of(std::string_view file, std::string_view header) {
  if (header.empty() || header == "_group_") return group_of(file);
  if (header == "_global_") return std::string();
  if (header.find("_name_") != std::string_view::npos || header.find("_group_") != std::string_view::npos)
    return std::nullopt;
  return std::string(header);
}

std::string_view root_of(std::string_view file) { return file.substr(0, file.find('/')); }

std::string joined_key(const std::string& package, const std::string& key) {
  return package.empty() ? key : package + "." + key;
}

/// Where a key ends up, with the root of its file. Nothing for a file that says it goes to the top from a
/// group: such files are there to override others.
std::optional<std::string> full_key(const ConfigKeyFact& fact) {
  const auto package = package_of(fact.file, fact.header);
  if (!package || fact.header == "_global_") return std::nullopt;
  return std::string(root_of(fact.file)) + ":" + joined_key(*package, fact.key);
}

/// Groups whose options are there to change what others say.
bool overrides_others(std::string_view group) {
  constexpr std::array<std::string_view, 12> kNames = {"experiment", "experiments", "exp",   "hparams_search",
                                                       "sweep",      "sweeps",      "debug", "local",
                                                       "override",   "overrides",   "mode",  "hydra"};
  return std::ranges::find(kNames, group.substr(0, group.find('.'))) != kNames.end();
}

/// A value that is to be set elsewhere, or is made of others, says nothing by itself.
bool is_plain(std::string_view value) { return value != "???" && value.find("${") == std::string_view::npos; }

using Keys = std::vector<const ConfigKeyFact*>;

/// The keys of all parties by file, with the party.
struct AllConfiguration {
  std::map<std::string, Keys, std::less<>> keys;
  std::map<std::string, const Party*, std::less<>> owners;

  explicit AllConfiguration(const CompatFacts& facts) {
    add(facts.project);
    for (const Party& party : facts.components) add(party);
  }
  void add(const Party& party) {
    for (const ConfigKeyFact& fact : party.config) {
      keys[fact.file].push_back(&fact);
      owners.emplace(fact.file, &party);
    }
  }
};

/// Does the primary file itself set the key?
bool sets(const AllConfiguration& all, const std::string& file, const std::string& full) {
  const auto keys = all.keys.find(file);
  return keys != all.keys.end() &&
         std::ranges::any_of(keys->second, [&](const ConfigKeyFact* fact) { return fact->key == full; });
}

/// What is composed before, by where it ends up.
struct SetKey {
  const ConfigKeyFact* fact = nullptr;
  bool has_package = false;  ///< of its own, other than its group
  bool is_global = false;    ///< and that is the top
};

std::string told(const std::string& key, const ConfigKeyFact& one, const ConfigKeyFact& other,
                 const std::string& primary) {
  return "`" + key + "` is `" + one.value + "` by " + one.file + " and `" + other.value + "` by " +
         other.file + ", and " + primary + " composes both; the later one holds";
}

void compare_choices(const std::vector<const ConfigChoiceFact*>& choices, const std::string& primary,
                     const AllConfiguration& all, RuleFindings& findings) {
  std::map<std::string, SetKey> first;
  for (const ConfigChoiceFact* choice : choices) {
    const auto keys = all.keys.find(choice->file);
    const std::string group = group_of(choice->file);
    if (keys == all.keys.end() || group.empty() || overrides_others(group)) continue;
    const std::string& header = choice->package.empty() ? keys->second.front()->header : choice->package;
    const auto package = package_of(choice->file, header);
    if (!package) continue;
    bool is_reported = false;
    for (const ConfigKeyFact* fact : keys->second) {
      const std::string full = joined_key(*package, fact->key);
      const SetKey now{.fact = fact, .has_package = *package != group, .is_global = package->empty()};
      const auto [entry, is_new] = first.emplace(full, now);
      const SetKey& before = entry->second;
      const bool differs =
          before.fact->value != fact->value && is_plain(before.fact->value) && is_plain(fact->value);
      const bool is_other_group = group_of(before.fact->file) != group;
      // What goes to the top from its group means to reach into others'.
      const bool is_meant = before.is_global != now.is_global || (!before.has_package && !now.has_package);
      if (is_new || is_reported || !differs || !is_other_group || is_meant || sets(all, primary, full))
        continue;
      // One key tells of the two files.
      is_reported = true;
      report(findings,
             {.subject = full,
              .message = told(full, *before.fact, *fact, primary),
              .remedy = "give one of them a package of its own, or set the key in " + primary,
              .evidence = {fact->place, before.fact->place, choice->place}},
             {all.owners.at(before.fact->file), all.owners.at(fact->file)});
    }
  }
}

}  // namespace

void check_config_key_collision(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                                RuleFindings& findings) {
  std::multimap<std::string, const ConfigKeyFact*> by_key;
  for (const ConfigKeyFact& fact : one.config) {
    if (auto key = full_key(fact)) by_key.emplace(*std::move(key), &fact);
  }
  for (const ConfigKeyFact& fact : other.config) {
    const auto full = full_key(fact);
    if (!full) continue;
    const auto [first, last] = by_key.equal_range(*full);
    for (auto same = first; same != last; ++same) {
      const ConfigKeyFact& before = *same->second;
      // Two files of one group are choices, of which a run takes one; the same file is for another rule.
      const bool are_choices = group_of(before.file) == group_of(fact.file);
      if (are_choices || before.value == fact.value) continue;
      const std::string key = full->substr(root_of(fact.file).size() + 1);
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

void check_config_group_collision(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  // Whoever has the files, one application composes them: this looks at all of the project at once.
  if (!party.name.empty()) return;
  for (const HiddenOptionFact& hidden : facts.hidden_options) {
    std::vector<const Party*> owners;
    for (const Party& each : facts.components) {
      if (each.files.contains(hidden.read) || each.files.contains(hidden.hidden)) owners.push_back(&each);
    }
    report(findings,
           {.subject = hidden.option,
            .message = "Hydra finds " + hidden.read + " before " + hidden.hidden +
                       ", which is another file for the same option and is never read",
            .remedy = "rename one of the two, or delete " + hidden.hidden,
            .evidence = {{.file = hidden.hidden}, {.file = hidden.read}, hidden.place}},
           owners);
  }
  const AllConfiguration all(facts);
  std::map<std::string, std::vector<const ConfigChoiceFact*>> by_primary;
  const auto add = [&](const Party& each) {
    for (const ConfigChoiceFact& choice : each.config_choices)
      by_primary[choice.place.file].push_back(&choice);
  };
  add(facts.project);
  for (const Party& each : facts.components) add(each);
  for (const auto& [primary, choices] : by_primary) compare_choices(choices, primary, all, findings);
}

}  // namespace mlx::compat
