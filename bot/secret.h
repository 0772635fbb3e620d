#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace mlx::bot {

/// A value that must not be shown: prints as `***`, and its memory is overwritten when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// The value itself, valid as long as this is. Pass it on, but neither store nor print it.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  void wipe();
  std::string value_;
};

/// So many bytes from the system's random source, as hexadecimal digits.
[[nodiscard]] std::string random_hex(std::size_t bytes);

/// Overwrites the text's memory, in a way that is not optimised away, and empties it.
void wipe(std::string& text);

}  // namespace mlx::bot

template <>
struct fmt::formatter<mlx::bot::Secret> : fmt::formatter<fmt::string_view> {
  template <typename Context>
  auto format(const mlx::bot::Secret&, Context& context) const {
    return fmt::formatter<fmt::string_view>::format("***", context);
  }
};
