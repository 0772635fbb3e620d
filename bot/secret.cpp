#include "bot/secret.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/random.h>

#include "engine/base/digest.h"

namespace mlx::bot {

std::string random_hex(std::size_t bytes) {
  std::string random(bytes, '\0');
  // Up to 256 bytes come at once.
  if (::getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return to_hex(random);
}

void wipe(std::string& text) {
  // All of the allocation: what the string held before may be longer than what it holds now.
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe();
  value_ = other.value_;
  return *this;
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
  // A short string is copied by a move and stays behind in the other's memory.
  other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  value_ = std::move(other.value_);
  other.wipe();
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() { bot::wipe(value_); }

}  // namespace mlx::bot
