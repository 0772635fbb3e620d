#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// What a secret becomes.
inline constexpr std::string_view kMasked = "[masked]";

/// How a text is read: what is not in quotes is an expression in Python and a value elsewhere; in prose, only
/// the word that follows `name:` or `name=` is one.
enum class MaskedLanguage { kPython, kOther, kProse };
[[nodiscard]] MaskedLanguage masked_language(std::string_view path);

/// The text with everything masked that looks like a secret: private keys, credentials in addresses,
/// tokens of known shapes, what is assigned to names such as `api_key` and `DB_PASSWORD`, random
/// looking strings, and `known` values wherever they stand. Lines stay where they are. Rather
/// masks too much than too little; a secret that looks like a word under a name that says
/// nothing cannot be seen.
[[nodiscard]] std::string mask_secrets(std::string_view text, MaskedLanguage language,
                                       std::span<const std::string> known = {});

/// Could this be what a secret is called? `apiKey`, `DB_PASSWORD`, `stripe-token`; not `tokenizer`,
/// `max_tokens`.
[[nodiscard]] bool is_secret_name(std::string_view name);

/// Does this look random, as keys do: long, of mixed characters, and not made of words?
[[nodiscard]] bool looks_random(std::string_view word);

/// Values that a `.env` file sets and that are worth masking: not `true`, `8080` or `dev`.
[[nodiscard]] std::vector<std::string> environment_file_values(std::string_view text);

}  // namespace mlx
