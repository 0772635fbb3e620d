#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/suggest.h"
#include "engine/component/component.h"

namespace mlx {

/// How the values of an enumeration are spelled in component.json and registry.json.
template <typename T>
struct Spellings;

template <>
struct Spellings<ComponentType> {
  static constexpr std::array kAll = {
      std::pair{std::string_view("infrastructure"), ComponentType::kInfrastructure},
      std::pair{std::string_view("application"), ComponentType::kApplication},
      std::pair{std::string_view("utility"), ComponentType::kUtility}};
};
template <>
struct Spellings<FileKind> {
  static constexpr std::array kAll = {
      std::pair{std::string_view("source"), FileKind::kSource},
      std::pair{std::string_view("config"), FileKind::kConfig},
      std::pair{std::string_view("test"), FileKind::kTest},
      std::pair{std::string_view("infrastructure"), FileKind::kInfrastructure},
      std::pair{std::string_view("docs"), FileKind::kDocs}};
};
template <>
struct Spellings<MergeStrategy> {
  static constexpr std::array kAll = {std::pair{std::string_view("replace"), MergeStrategy::kReplace},
                                      std::pair{std::string_view("merge"), MergeStrategy::kMerge},
                                      std::pair{std::string_view("enhance"), MergeStrategy::kEnhance}};
};
template <>
struct Spellings<SymbolKind> {
  static constexpr std::array kAll = {std::pair{std::string_view("function"), SymbolKind::kFunction},
                                      std::pair{std::string_view("class"), SymbolKind::kClass},
                                      std::pair{std::string_view("method"), SymbolKind::kMethod},
                                      std::pair{std::string_view("constant"), SymbolKind::kConstant},
                                      std::pair{std::string_view("alias"), SymbolKind::kAlias}};
};

template <>
struct Spellings<RouteRole> {
  static constexpr std::array kAll = {std::pair{std::string_view("none"), RouteRole::kNone},
                                      std::pair{std::string_view("health"), RouteRole::kHealth},
                                      std::pair{std::string_view("metrics"), RouteRole::kMetrics}};
};

template <typename T>
[[nodiscard]] std::string_view spelling_of(T value) {
  for (const auto& [name, known] : Spellings<T>::kAll) {
    if (known == value) return name;
  }
  return "";
}

/// Fails with kInvalidInput, all spellings and a did-you-mean.
template <typename T>
[[nodiscard]] Result<T> parse_spelling(std::string_view text) {
  std::vector<std::string> known;
  std::string list;
  for (const auto& [name, value] : Spellings<T>::kAll) {
    if (name == text) return value;
    known.emplace_back(name);
    list += (list.empty() ? "`" : ", `") + known.back() + "`";
  }
  return fail(ErrorCode::kInvalidInput,
              "`" + std::string(text) + "` is none of " + list + did_you_mean(text, known));
}

}  // namespace mlx
