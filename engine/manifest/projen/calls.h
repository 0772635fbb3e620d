#pragma once

#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"
#include "engine/manifest/projen/program.h"

namespace mlx {

/// A string as Python writes it, in double quotes unless others are asked for.
[[nodiscard]] std::string python_string(std::string_view value, char quote = '"');

/// Puts `variable.method("argument")` on a line of its own: behind the last such call that is a statement,
/// else before `synth()`.
[[nodiscard]] TextEdit insert_call(const ProjenProgram& program, std::string_view method,
                                   std::string_view argument);

/// Can components be declared in the program, by `add_mlx_component`? That is a method of `MLXProject`.
[[nodiscard]] bool declares_components(const ProjenProgram& program);

/// The text with `project.add_mlx_component("NAME")`, where it is not there yet.
[[nodiscard]] Result<std::string> add_projen_component(const ProjenProgram& program, std::string_view name);
/// The text without it. A call that is not a statement, or has more to say, stays.
[[nodiscard]] Result<std::string> remove_projen_component(const ProjenProgram& program,
                                                          std::string_view name);

}  // namespace mlx
