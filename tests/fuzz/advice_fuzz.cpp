// Any text is advice on what was asked or is refused; what is kept of it is plain, and can be written and
// read again. Any text can be masked, and keeps its lines:
//   build/fuzz/advice_fuzz -max_len=4096 -max_total_time=300 CORPUS
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/advise/advice_answer.h"
#include "engine/advise/advice_prompt.h"
#include "engine/advise/mask_secrets.h"
#include "engine/base/digest.h"

namespace {

mlx::AdviceRequest request() {
  mlx::AdviceRequest request;
  for (std::size_t i = 0; i < 3; ++i) {
    request.subjects.push_back(
        {.id = "f" + std::to_string(i + 1), .finding = 2 * i, .facts = {}, .excerpts = {}});
  }
  return request;
}

bool is_plain(std::string_view text) {
  return mlx::is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

void check_answer(std::string_view text) {
  const auto advice = mlx::read_advice(text, request());
  if (!advice) return;
  for (const mlx::FindingAdvice& said : advice->findings) {
    if (said.finding > 4 || said.finding % 2 != 0 || said.explanation.empty()) std::abort();
    if (!is_plain(said.explanation) || !is_plain(said.suggestion)) std::abort();
  }
  const auto again = mlx::read_advice(mlx::write_advice(*advice, request()), request());
  if (!again || again->findings != advice->findings) std::abort();
}

void check_mask(std::string_view text) {
  for (const auto language :
       {mlx::MaskedLanguage::kPython, mlx::MaskedLanguage::kOther, mlx::MaskedLanguage::kProse}) {
    const std::string masked = mlx::mask_secrets(text, language);
    if (std::ranges::count(masked, '\n') != std::ranges::count(text, '\n')) std::abort();
  }
}

void check_prompt(std::string_view text) {
  auto asked = request();
  asked.subjects[0].facts.message = text;
  const std::string content = mlx::advice_prompt(asked).back().content;
  if (content.find("</data>") + 7 != content.size() || std::ranges::count(content, '\n') != 2) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_answer(bytes);
  check_mask(bytes);
  check_prompt(bytes);
  return 0;
}
