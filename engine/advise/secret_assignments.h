#pragma once

#include <string_view>
#include <vector>

#include "engine/advise/mask_secrets.h"
#include "engine/base/text_edit.h"

namespace mlx {

/// The values that a text gives to what is called like a secret: the literals after such a name in Python,
/// the rest of the line and what is indented below it elsewhere. May overlap.
[[nodiscard]] std::vector<Span> secret_assignments(std::string_view text, MaskedLanguage language);

/// `name=value` with such a name inside running text: in literals, comments, commands.
[[nodiscard]] std::vector<Span> inline_assignments(std::string_view text);

}  // namespace mlx
