#pragma once

#include <cstddef>
#include <span>

#include "engine/advise/advisor.h"

namespace mlx {

/// How much leaves at most.
struct AdviceLimits {
  std::size_t findings = 10;
  std::size_t excerpts_per_finding = 3;
  std::size_t lines_around = 8;        ///< before and after the line
  std::size_t line_bytes = 240;        ///< a longer line is cut
  std::size_t all_excerpts = 24'000;   ///< bytes of all excerpts together
  std::size_t file_bytes = 1U << 20U;  ///< larger files are not quoted
  std::size_t text_bytes = 1'000;      ///< of a message or a remedy
};

/// The request about the most severe findings, in the order in which they are given. Files are quoted
/// around the lines that findings show, if they are UTF-8; secrets are masked by mask_secrets(), which
/// knows the values of `.env` files beside the quoted ones and above. Of files that are there to hold
/// secrets (may_be_quoted()) nothing is quoted at all. Fails if such a `.env` file cannot be read, for what
/// it sets could not be masked then.
[[nodiscard]] Result<AdviceRequest> make_advice_request(std::span<const Finding> findings,
                                                        const Snapshot& snapshot,
                                                        const AdviceLimits& limits = {});

/// Is this a path of which lines may leave? Not `.env` in any form, keys, certificates' keys,
/// and the files in which tools keep credentials.
[[nodiscard]] bool may_be_quoted(std::string_view path);

}  // namespace mlx
