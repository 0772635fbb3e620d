#include "bot/core/check_run.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace mlx::bot {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Result<void> check(std::string_view what, std::size_t size, std::size_t most) {
  if (size <= most) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("a check run's {} has a size of {}, but may have {} at most", what, size, most));
}

Result<void> check_text(std::string_view what, std::string_view text, std::size_t most) {
  return check(what, characters(text), most);
}

Result<void> check_annotation(const CheckAnnotation& annotation) {
  const bool is_somewhere = annotation.first_line >= 1 && annotation.first_line <= annotation.last_line;
  if (!is_somewhere) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("an annotation of a check run is at no lines: {} to {}", annotation.first_line,
                            annotation.last_line),
                {.file = annotation.path.str()});
  }
  if (annotation.message.empty()) {
    return fail(ErrorCode::kInvalidInput, "an annotation of a check run says nothing",
                {.file = annotation.path.str()});
  }
  MLX_CHECK(check_text("annotation's title", annotation.title, kMostAnnotationTitleCharacters));
  return check("annotation's message", annotation.message.size(), kMostAnnotationMessageBytes);
}

Result<void> check_action(const CheckAction& action) {
  MLX_CHECK(check_text("label", action.label, kMostActionLabelCharacters));
  MLX_CHECK(check_text("action's description", action.description, kMostActionDescriptionCharacters));
  return check_text("action's identifier", action.identifier, kMostActionIdentifierCharacters);
}

}  // namespace

Result<void> check_limits(const CheckRun& run) {
  MLX_CHECK(check_text("summary", run.summary, kMostCheckTextCharacters));
  MLX_CHECK(check_text("text", run.text, kMostCheckTextCharacters));
  MLX_CHECK(check("list of actions", run.actions.size(), kMostCheckActions));
  for (const CheckAnnotation& annotation : run.annotations) MLX_CHECK(check_annotation(annotation));
  for (const CheckAction& action : run.actions) MLX_CHECK(check_action(action));
  return {};
}

}  // namespace mlx::bot
