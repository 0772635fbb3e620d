#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// A default as the reader of a variable would understand it: `True` and `true` are one, and so are `1.0`
/// and `1`.
std::string meaning_of(std::string_view text) {
  std::string plain(text);
  std::ranges::transform(plain, plain.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::erase(plain, '_');
  const bool is_number = !plain.empty() && plain.find_first_not_of("0123456789.") == std::string::npos;
  if (is_number && plain.find('.') != std::string::npos) {
    while (plain.ends_with('0')) plain.pop_back();
    if (plain.ends_with('.')) plain.pop_back();
  }
  return is_number ? plain : std::string(text.size() == plain.size() ? plain : text);
}

/// The kind of value that an annotation stands for; empty if that is not one of the plain ones.
std::string_view kind_of(std::string_view annotation) {
  constexpr std::array<std::string_view, 4> kKinds = {"bool", "int", "float", "str"};
  constexpr std::string_view kOptional = "Optional[";
  if (annotation.starts_with(kOptional)) annotation.remove_prefix(kOptional.size());
  const auto end = std::min(annotation.find_first_of(" |]"), annotation.size());
  const auto kind = std::ranges::find(kKinds, annotation.substr(0, end));
  return kind == kKinds.end() ? std::string_view() : *kind;
}

bool have_one_type(const VariableFact& one, const VariableFact& other) {
  const auto kind = kind_of(one.type);
  const auto other_kind = kind_of(other.type);
  return kind.empty() || other_kind.empty() || kind == other_kind;
}

template <typename Differ>
void compare(const Party& one, const Party& other, Differ differ) {
  std::map<std::string_view, const VariableFact*> by_name;
  for (const VariableFact& variable : one.variables) by_name.emplace(variable.name, &variable);
  for (const VariableFact& variable : other.variables) {
    const auto same = by_name.find(variable.name);
    if (same != by_name.end()) differ(*same->second, variable);
  }
}

}  // namespace

void check_variable_default(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                            RuleFindings& findings) {
  compare(one, other, [&](const VariableFact& first, const VariableFact& second) {
    // Of two types the defaults cannot be the same.
    const bool are_known = first.default_value && second.default_value && have_one_type(first, second);
    if (!are_known || meaning_of(*first.default_value) == meaning_of(*second.default_value)) return;
    report(findings,
           {.subject = first.name,
            .message = "without " + first.name + " set, " + one.title() + " takes `" + *first.default_value +
                       "` and " + other.title() + " takes `" + *second.default_value + "`",
            .remedy = "give both the same default, or set " + first.name + " wherever the service runs",
            .evidence = {first.place, second.place}},
           {&one, &other});
  });
}

void check_variable_type(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                         RuleFindings& findings) {
  compare(one, other, [&](const VariableFact& first, const VariableFact& second) {
    if (have_one_type(first, second)) return;
    report(findings,
           {.subject = first.name,
            .message = first.name + " is read as `" + first.type + "` by " + one.title() + " and as `" +
                       second.type + "` by " + other.title() +
                       ": a value that one accepts the other may refuse when it starts",
            .remedy = "read it with the same type, or give one of the two another name",
            .evidence = {first.place, second.place}},
           {&one, &other});
  });
}

}  // namespace mlx::compat
