#pragma once

#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// The program that MLX can edit; projen has others, in other languages.
inline constexpr std::string_view kProjenProgram = ".projenrc.py";

/// Does projen write this file, so that its next run takes back what is changed in it? It says so at the
/// head of the file, or at its end where comments have no place.
[[nodiscard]] bool is_generated_by_projen(std::string_view text);

/// The program that describes the project to projen: `.projenrc.py`, or one in another language. Empty if
/// there is none.
[[nodiscard]] Result<std::string> find_projen_program(const Snapshot& project);

}  // namespace mlx
