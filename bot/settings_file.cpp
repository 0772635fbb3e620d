#include "bot/settings_file.h"

#include <algorithm>

#include "engine/base/suggest.h"

namespace mlx::bot {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string_view unquoted(std::string_view value) {
  const bool is_quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<void> check_known(std::string_view name, std::size_t line) {
  if (!name.starts_with("MLX_")) return {};
  std::vector<std::string> known;
  for (const SettingName& setting : setting_names()) known.emplace_back(setting.name);
  if (std::ranges::find(known, name) != known.end()) return {};
  return fail(ErrorCode::kInvalidInput, "line " + std::to_string(line) + ": `" + std::string(name) +
                                            "` is no setting of MLX" + did_you_mean(name, known));
}

}  // namespace

Result<SettingValues> parse_settings_file(std::string_view text) {
  SettingValues values;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    const std::size_t equals = line.find('=');
    const std::string_view name = trimmed(line.substr(0, equals));
    // The line itself may be a part of a secret: it is not shown.
    if (equals == std::string_view::npos || !is_name(name)) {
      return fail(ErrorCode::kInvalidInput,
                  "line " + std::to_string(number) +
                      " is not `NAME=value`; a value of several lines is written in one, with \\n");
    }
    MLX_CHECK(check_known(name, number));
    values.insert_or_assign(std::string(name), std::string(unquoted(trimmed(line.substr(equals + 1)))));
  }
  return values;
}

}  // namespace mlx::bot
