#include "engine/compat/removed_names.h"

#include <optional>
#include <set>
#include <string>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"
#include "engine/manifest/specifier_set.h"

namespace mlx::compat {
namespace {

/// What says that the project only ever has versions from some on.
struct Bound {
  std::string text;  ///< `pydantic 2.7.1`, `pydantic>=2`
  Evidence place;
};

/// Nothing if the project may still have an older version, or does not say.
std::optional<Bound> bound_to(const RemovedName& removed, const Party& party, const CompatFacts& facts) {
  const auto later = SpecifierSet::parse(">=" + std::string(removed.version));
  const std::string name(removed.distribution);
  if (!later) return std::nullopt;
  if (name == "python") {
    const Party& asked = party.requires_python.empty() ? facts.project : party;
    const auto admitted = SpecifierSet::parse(asked.requires_python);
    if (asked.requires_python.empty() || !admitted || !is_subset(*admitted, *later)) return std::nullopt;
    return Bound{.text = "Python " + asked.requires_python, .place = facts.project_file};
  }
  if (const auto locked = facts.locked_versions.find(name); locked != facts.locked_versions.end()) {
    if (!later->contains(locked->second)) return std::nullopt;
    return Bound{.text = name + " " + locked->second, .place = {}};
  }
  for (const Party* asked : {&party, &facts.project}) {
    for (const RequirementFact& fact : asked->requirements) {
      const Requirement& requirement = fact.requirement;
      if (normalized_name(requirement.name) != name || requirement.specifier.empty()) continue;
      const auto admitted = SpecifierSet::parse(requirement.specifier);
      if (!admitted || !is_subset(*admitted, *later)) return std::nullopt;
      return Bound{.text = render(requirement), .place = fact.place};
    }
  }
  return std::nullopt;
}

std::string what_is_gone(std::string_view name) {
  const auto open = name.find('(');
  if (open == std::string_view::npos) return "`" + std::string(name) + "` is gone";
  if (name.ends_with("()")) return "`" + std::string(name.substr(0, open)) + "` can no longer be called";
  return "the argument `" + std::string(name.substr(open + 1, name.size() - open - 2)) + "` of `" +
         std::string(name.substr(0, open)) + "` is gone";
}

class RemovedNameSearch {
 public:
  RemovedNameSearch(const Party& party, const CompatFacts& facts, RuleFindings& findings)
      : party_(party), facts_(facts), findings_(findings) {}

  void search(FileId file) {
    const PythonModule& module = party_.module(file);
    path_ = &party_.path(file);
    for (const PythonImport& import : module.imports) {
      // An import in a `try` has a way out, and so has one below a question about versions.
      const bool has_way_out =
          import.context.is_optional || import.context.is_conditional || import.level > 0;
      if (has_way_out) {
        guarded_.insert(std::string(import.bound_name()));
        continue;
      }
      const std::string full = import.module + (import.name.empty() ? "" : "." + import.name);
      add(find_removed(full), import.line);
    }
    for (const PythonUse& use : module.uses) {
      if (use.name.starts_with('.') || is_guarded(module, use)) continue;
      add(find_removed(use.name), use.line);
      if (use.kind == PythonUseKind::kCall) add(find_removed_call(use.name), use.line);
      for (const std::string& keyword : use.keywords) add(find_removed_keyword(use.name, keyword), use.line);
    }
    reported_.clear();
    guarded_.clear();
  }

 private:
  /// Was the name imported where a missing one is survived?
  [[nodiscard]] bool is_guarded(const PythonModule& module, const PythonUse& use) const {
    if (guarded_.empty()) return false;
    for (const PythonImport& import : module.imports) {
      if (!guarded_.contains(std::string(import.bound_name()))) continue;
      const std::string full = import.module + (import.name.empty() ? "" : "." + import.name);
      if (use.name == full || use.name.starts_with(full + ".")) return true;
    }
    return false;
  }

  void add(const RemovedName* removed, std::uint32_t line) {
    if (removed == nullptr || !reported_.insert(removed).second) return;
    const auto bound = bound_to(*removed, party_, facts_);
    if (!bound) return;
    const std::string distribution =
        removed->distribution == "python" ? "Python" : std::string(removed->distribution);
    report(findings_,
           {.subject = std::string(removed->name),
            .message = what_is_gone(removed->name) + " since " + distribution + " " +
                       std::string(removed->version) + ", and the project has " + bound->text,
            .remedy = removed->replacement.empty() ? "find another way: there is no direct replacement"
                                                   : "use `" + std::string(removed->replacement) + "`",
            .evidence = {{.file = *path_, .line = line}, bound->place}},
           {&party_});
  }

  const Party& party_;
  const CompatFacts& facts_;
  RuleFindings& findings_;
  const std::string* path_ = nullptr;
  std::set<const RemovedName*> reported_;  ///< once for each file
  std::set<std::string> guarded_;
};

}  // namespace

void check_name_removed(const Party& party, const CompatFacts& facts, RuleFindings& findings) {
  RemovedNameSearch search(party, facts, findings);
  for (const FileId file : party.sources) search.search(file);
}

}  // namespace mlx::compat
