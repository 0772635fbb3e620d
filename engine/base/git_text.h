#pragma once

#include <string>
#include <string_view>

namespace mlx {

/// What git stores of a new file with `core.autocrlf=input`: `\r\n` becomes `\n`, unless the file is binary
/// to git (git's convert.c: a zero byte, a `\r` alone, or more than one unprintable byte in 128). What
/// .gitattributes would change of that is not looked at.
[[nodiscard]] std::string git_stored_text(std::string_view bytes);

}  // namespace mlx
