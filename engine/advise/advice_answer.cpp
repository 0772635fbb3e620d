#include "engine/advise/advice_answer.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"

namespace mlx {
namespace {

constexpr std::size_t kLongestText = 700;
constexpr std::string_view kAnswer = "answer";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlank);
  return begin == text.npos ? std::string_view()
                            : text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

/// What models write around JSON: their thoughts before it, and a fence.
std::string_view unwrapped(std::string_view answer) {
  constexpr std::string_view kThoughtsEnd = "</think>";
  answer = trimmed(answer);
  if (answer.starts_with("<think>")) {
    const auto end = answer.find(kThoughtsEnd);
    if (end != answer.npos) answer = trimmed(answer.substr(end + kThoughtsEnd.size()));
  }
  const auto first_line_end = answer.find('\n');
  if (answer.starts_with("```") && answer.ends_with("```") && first_line_end != answer.npos) {
    answer = answer.substr(first_line_end + 1);
    answer.remove_suffix(std::min<std::size_t>(3, answer.size()));
  }
  return trimmed(answer);
}

/// The next character of UTF-8 and its bytes; 0 with one byte for what is none.
struct Character {
  char32_t point = 0;
  std::string_view bytes;
};

Character next_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80          ? 1
                           : lead >> 5U == 0x6  ? 2
                           : lead >> 4U == 0xE  ? 3
                           : lead >> 3U == 0x1E ? 4
                                                : 0;
  const std::string_view bytes = text.substr(0, std::max<std::size_t>(size, 1));
  if (size == 0 || bytes.size() < size || !is_utf8(bytes)) return {.point = 0, .bytes = text.substr(0, 1)};
  char32_t point = size == 1 ? lead : lead & (0x7FU >> size);
  for (const char c : bytes.substr(1)) point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return {.point = point, .bytes = bytes};
}

struct Range {
  char32_t first;
  char32_t last;
};
/// What is not seen, or changes how its neighbours are seen: C0 and C1, soft hyphen, marks of
/// direction, zero-width and filler characters, variation selectors, tags, private use, non-characters.
constexpr std::array<Range, 21> kInvisible = {
    {{0x0, 0x1F},        {0x7F, 0x9F},     {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},
     {0x115F, 0x1160},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E},
     {0x2060, 0x206F},   {0x2800, 0x2800}, {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFDD0, 0xFDEF},
     {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFF}, {0x1BCA0, 0x1BCA3},
     {0xE0000, 0x10FFFF}}};

bool is_invisible(char32_t point) {
  return std::ranges::any_of(kInvisible,
                             [&](const Range& range) { return point >= range.first && point <= range.last; });
}

/// The end of the escape sequence that begins a text: `ESC [ … letter`, or just the escape.
std::size_t escape_sequence(std::string_view text) {
  if (text.size() < 2 || text[1] != '[') return 1;
  std::size_t end = 2;
  while (end < text.size() && text[end] >= 0x20 && text[end] < 0x40) ++end;
  return std::min(end + 1, text.size());
}

std::string on_one_line(std::string_view text) {
  constexpr char kEscape = '\x1b';
  std::string line;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      text.remove_prefix(escape_sequence(text));
      continue;
    }
    const auto [point, bytes] = next_character(text);
    text.remove_prefix(bytes.size());
    const bool is_space =
        point == ' ' || point == '\t' || point == '\r' || point == '\n' || point == 0x2028 || point == 0x2029;
    if (is_space) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (!is_invisible(point)) {
      line += bytes;
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

Result<FindingAdvice> read_item(const JsonReader& item, std::size_t place) {
  FindingAdvice advice{.finding = place, .explanation = {}, .suggestion = {}};
  advice.explanation = plain_sentence(MLX_TRY(item.string("explanation")), kLongestText);
  advice.suggestion = plain_sentence(MLX_TRY(item.string_or("suggestion", "")), kLongestText);
  return advice;
}

}  // namespace

std::string plain_sentence(std::string_view text, std::size_t most_bytes) {
  constexpr std::string_view kEllipsis = "…";
  std::string line = on_one_line(text);
  if (line.size() <= most_bytes) return line;
  std::string_view kept = utf8_prefix(line, most_bytes - std::min(most_bytes, kEllipsis.size()));
  for (auto stop = kept.find_last_of(".!?"); stop != kept.npos && stop > 0;
       stop = kept.find_last_of(".!?", stop - 1)) {
    if (stop * 2 < most_bytes) break;
    if (line[stop + 1] == ' ') return line.substr(0, stop + 1);
  }
  const auto word_end = kept.rfind(' ');
  if (word_end != kept.npos && word_end * 2 >= most_bytes) kept = kept.substr(0, word_end);
  return std::string(kept) + std::string(kEllipsis);
}

Result<Advice> read_advice(std::string_view answer, const AdviceRequest& request) {
  const nlohmann::json document = MLX_TRY(parse_json(unwrapped(answer), kAnswer));
  const JsonReader top(document, std::string(kAnswer));
  MLX_CHECK(top.at("advice"));
  Advice advice;
  std::set<std::size_t> seen;
  for (const JsonReader& item : MLX_TRY(top.elements("advice"))) {
    const std::string id = MLX_TRY(item.string("finding"));
    const auto subject = std::ranges::find(request.subjects, id, &AdviceSubject::id);
    const std::size_t place = subject == request.subjects.end() ? 0 : subject->finding;
    FindingAdvice said = MLX_TRY(read_item(item, place));
    const bool is_asked = subject != request.subjects.end() && !said.explanation.empty();
    if (is_asked && seen.insert(place).second) advice.findings.push_back(std::move(said));
  }
  if (advice.findings.empty()) {
    return fail(ErrorCode::kInvalidInput, "nothing is said about what was asked",
                {.file = std::string(kAnswer)});
  }
  std::ranges::sort(advice.findings, {}, &FindingAdvice::finding);
  return advice;
}

std::string write_advice(const Advice& advice, const AdviceRequest& request) {
  nlohmann::json items = nlohmann::json::array();
  for (const FindingAdvice& said : advice.findings) {
    const auto subject = std::ranges::find(request.subjects, said.finding, &AdviceSubject::finding);
    if (subject == request.subjects.end()) continue;
    items.push_back(
        {{"finding", subject->id}, {"explanation", said.explanation}, {"suggestion", said.suggestion}});
  }
  return nlohmann::json{{"advice", std::move(items)}}.dump(-1, ' ', false,
                                                           nlohmann::json::error_handler_t::replace);
}

}  // namespace mlx
