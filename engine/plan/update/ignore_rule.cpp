#include "engine/plan/update/ignore_rule.h"

#include "engine/component/component.h"

namespace mlx {

Result<IgnoreRule> IgnoreRule::parse(std::string_view text) {
  const auto at = text.find('@');
  IgnoreRule rule{.name = std::string(text.substr(0, at)), .range = {}};
  if (!is_component_name(rule.name)) {
    return fail(ErrorCode::kInvalidInput, "`" + std::string(text) +
                                              "` names no component to ignore: write `NAME`, or "
                                              "`NAME@RANGE` as in `api-serving@2.x`");
  }
  if (at != std::string_view::npos) rule.range = MLX_TRY(VersionRange::parse(text.substr(at + 1)));
  return rule;
}

std::string to_string(const IgnoreRule& rule) {
  return rule.range ? rule.name + "@" + rule.range->str() : rule.name;
}

Result<std::vector<IgnoreRule>> configured_ignore_rules(const ProjectConfiguration& configuration) {
  std::vector<IgnoreRule> rules;
  for (const std::string& text : configuration.bot.ignore) {
    auto rule = IgnoreRule::parse(text);
    if (!rule) {
      rule.error().location = {.file = configuration.file, .field = "bot.ignore"};
      return std::unexpected(std::move(rule).error());
    }
    rules.push_back(*std::move(rule));
  }
  return rules;
}

}  // namespace mlx
