#include "bot/core/render_advice.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/markdown.h"

namespace mlx::bot {
namespace {

/// Text of somebody who may want to be taken for us. Code is shown as it is written, so that a mark
/// of ours (`<!-- mlx:… -->`) in it would stand in the comment's source.
std::string without_marks(std::string_view text) {
  std::string broken;
  for (const char c : text) {
    if (c == '!' && broken.ends_with('<')) broken += ' ';
    broken += c;
  }
  return broken;
}

std::string plain(std::string_view text) { return message(without_marks(text)); }

}  // namespace

std::string render_advice(const Advice& advice, std::size_t finding) {
  const auto said = std::ranges::find(advice.findings, finding, &FindingAdvice::finding);
  if (said == advice.findings.end()) return {};
  // A paragraph begins with words of ours, so that its text can begin no list, heading or fence.
  std::string text = fmt::format("> **Suggested by {}, not checked:** {}\n",
                                 code_span(without_marks(advice.model)), plain(said->explanation));
  if (!said->suggestion.empty()) text += fmt::format(">\n> **To resolve it:** {}\n", plain(said->suggestion));
  return text;
}

AdvisedText capped(const std::vector<AdvisedPiece>& pieces, std::size_t most_bytes) {
  AdvisedText capped;
  std::vector<const AdvisedPiece*> kept;
  std::size_t room = most_bytes;
  for (const AdvisedPiece& piece : pieces) {
    if (piece.text.size() > room) {
      ++capped.left_out;
    } else {
      room -= piece.text.size();
      kept.push_back(&piece);
    }
  }
  for (const AdvisedPiece* piece : kept) {
    capped.text += piece->text;
    if (piece->advice.size() > room) continue;
    room -= piece->advice.size();
    capped.text += piece->advice;
  }
  return capped;
}

std::string render_missing_advice(const Advice& advice) {
  if (!advice.findings.empty() || advice.unavailable.empty()) return {};
  return fmt::format("No explanations by a model: {}.\n", plain(advice.unavailable));
}

}  // namespace mlx::bot
