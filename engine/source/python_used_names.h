#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mlx {

/// The names whose uses are kept, as they stand where the reader is: functions import names of their own
/// and hide those from outside, until they end.
class PythonUsedNames {
 public:
  enum class Kind : std::uint8_t { kImported, kClass, kBuiltin, kHidden };
  struct Name {
    std::string full;
    Kind kind = Kind::kImported;
  };

  PythonUsedNames();

  void add(std::string_view name, Kind kind, std::string full);
  /// A parameter or local variable has this name.
  void hide(std::string_view name);
  /// Nothing for a name that stands for none of them, or is hidden. Fast, for most names are.
  [[nodiscard]] const Name* find(std::string_view name) const;

  /// What is added and hidden after begin_function() is undone by the end_function() with its result.
  [[nodiscard]] std::size_t begin_function() {
    ++depth_;
    return changes_.size();
  }
  void end_function(std::size_t begin);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  static std::size_t filter_bit(std::string_view name);
  void set(std::string_view name, Name value);

  std::unordered_map<std::string, Name, Hash, std::equal_to<>> names_;
  /// Whether any name of such length, begin and end was ever added.
  std::array<std::uint64_t, 64> filter_{};
  std::vector<std::pair<std::string, std::optional<Name>>> changes_;  ///< in functions: what was there before
  std::size_t depth_ = 0;                                             ///< functions around
};

}  // namespace mlx
