#include "engine/merge/merge_language.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/repo_path.h"

namespace mlx {

MergeLanguage merge_language_of(std::string_view path) {
  using Ending = std::pair<std::string_view, MergeLanguage>;
  constexpr std::array<Ending, 7> kEndings = {{{".py", MergeLanguage::kPython},
                                               {".pyi", MergeLanguage::kPython},
                                               {".json", MergeLanguage::kJson},
                                               {".jsonc", MergeLanguage::kJson},
                                               {".toml", MergeLanguage::kToml},
                                               {".yaml", MergeLanguage::kYaml},
                                               {".yml", MergeLanguage::kYaml}}};
  const std::string_view name = file_name(path);
  if (name == "mlx.lock") return MergeLanguage::kJson;
  const auto found = std::ranges::find_if(kEndings, [&](const Ending& e) { return name.ends_with(e.first); });
  return found == kEndings.end() ? MergeLanguage::kText : found->second;
}

std::optional<MergeLanguage> merge_language_named(std::string_view name) {
  if (name == "text") return MergeLanguage::kText;
  if (name == "python") return MergeLanguage::kPython;
  if (name == "json") return MergeLanguage::kJson;
  if (name == "toml") return MergeLanguage::kToml;
  if (name == "yaml") return MergeLanguage::kYaml;
  return std::nullopt;
}

}  // namespace mlx
