#pragma once

#include <string>
#include <string_view>

#include "engine/advise/advisor.h"

namespace mlx {

/// Reads a model's answer: `{"advice": [{"finding", "explanation", "suggestion"}]}`, perhaps in one fence
/// or after a `<think>` part. kInvalidInput if it is not that, or has a field of another type.
///
/// What it says about findings that were not asked about is dropped, and what it says twice; other
/// fields are ignored. Texts are made plain by plain_sentence(), and cut. Only Advice::findings is
/// filled; fails if nothing is left.
[[nodiscard]] Result<Advice> read_advice(std::string_view answer, const AdviceRequest& request);

/// The advice as an answer that read_advice() reads back.
[[nodiscard]] std::string write_advice(const Advice& advice, const AdviceRequest& request);

/// A text on one line, without control characters, invisible ones and those that turn the direction of
/// writing; cut after a sentence (else a word, and `…`) if it is longer than so many bytes. Bytes that are
/// not UTF-8 are left out.
[[nodiscard]] std::string plain_sentence(std::string_view text, std::size_t most_bytes);

}  // namespace mlx
