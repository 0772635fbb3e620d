#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mlx {

/// What a text is, as far as merging it is concerned.
enum class MergeLanguage : std::uint8_t { kText, kPython, kJson, kToml, kYaml };

/// By the name of the file: `.py` and `.pyi`; `.json`, `.jsonc` and `mlx.lock`; `.toml`; `.yaml` and `.yml`;
/// all else is text.
[[nodiscard]] MergeLanguage merge_language_of(std::string_view path);

/// `text`, `python`, `json`, `toml`, `yaml`.
[[nodiscard]] std::optional<MergeLanguage> merge_language_named(std::string_view name);

}  // namespace mlx
