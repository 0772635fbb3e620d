#include "engine/plan/rules/marked_sections.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/digest.h"

namespace mlx {
namespace {

constexpr std::string_view kBegin = "<!-- mlx:begin";
constexpr std::string_view kEnd = "<!-- mlx:end";
constexpr std::string_view kFront = " front=";
constexpr std::size_t kDigestLength = 16;

std::string without_carriage_returns(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    plain += text[i];
  }
  return plain;
}

bool is_digest(std::string_view text) { return text.size() == kDigestLength && from_hex(text).has_value(); }

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
    line.remove_suffix(1);
  return line;
}

/// Takes what stands before the first space or colon off a text.
std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find_first_of(" :"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// What a first marker says; nothing if it cannot be read.
std::optional<MarkedSection> read_begin(std::string_view line) {
  if (!line.ends_with("-->")) return std::nullopt;
  std::string_view rest = line.substr(kBegin.size());
  if (!rest.starts_with(' ')) return std::nullopt;
  rest.remove_prefix(1);
  MarkedSection section;
  section.name = take_word(rest);
  if (section.name.empty() || !rest.starts_with(' ')) return std::nullopt;
  rest.remove_prefix(1);
  section.digest = take_word(rest);
  if (!is_digest(section.digest)) return std::nullopt;
  if (rest.starts_with(kFront)) {
    rest.remove_prefix(kFront.size());
    section.front = take_word(rest);
    if (!is_digest(section.front)) return std::nullopt;
  }
  return section;
}

/// Whether lines are inside of fenced code.
class Fence {
 public:
  /// Is this line inside of a fence, or one itself?
  bool takes(std::string_view line) {
    const char mark = line.empty() ? '\0' : line.front();
    const std::size_t length = std::min(line.find_first_not_of(mark), line.size());
    // Backticks behind make it code in a line.
    const bool is_code_span = mark == '`' && line.find('`', length) != std::string_view::npos;
    const bool is_fence = (mark == '`' || mark == '~') && length >= 3 && !is_code_span;
    if (mark_ == '\0') {
      if (!is_fence) return false;
      mark_ = mark;
      length_ = length;
      return true;
    }
    const bool closes = is_fence && mark == mark_ && length >= length_ && length == line.size();
    if (closes) mark_ = '\0';
    return true;
  }

 private:
  char mark_ = '\0';
  std::size_t length_ = 0;
};

class SectionFinder {
 public:
  SectionFinder(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<std::vector<MarkedSection>> run() {
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size() - 1) + 1;
      ++line_;
      MLX_CHECK(
          take_line(trimmed(text_.substr(begin, text_[end - 1] == '\n' ? end - 1 - begin : end - begin)),
                    {.begin = begin, .end = end}));
      begin = end;
    }
    if (open_) return wrong("`mlx:begin " + open_->name + "` has no `mlx:end`", open_->line);
    return std::move(found_);
  }

 private:
  Result<void> take_line(std::string_view line, Span span) {
    if (fence_.takes(line)) return {};
    if (line.starts_with(kEnd)) return end_section(span);
    if (line.starts_with(kBegin)) return begin_section(line, span);
    return {};
  }

  Result<void> begin_section(std::string_view line, Span span) {
    if (open_) return wrong("a section begins before `" + open_->name + "` has ended", line_);
    auto section = read_begin(line);
    if (!section) return wrong("this `mlx:begin` is not as MLX wrote it", line_);
    const bool is_repeated = std::ranges::find(found_, section->name, &MarkedSection::name) != found_.end();
    if (is_repeated) return wrong("there are two sections `" + section->name + "`", line_);
    section->line = line_;
    section->span = span;
    section->body = {.begin = span.end, .end = span.end};
    open_ = std::move(section);
    fence_ = {};
    return {};
  }

  Result<void> end_section(Span span) {
    if (!open_) return wrong("`mlx:end` has no `mlx:begin`", line_);
    open_->body.end = span.begin;
    open_->span.end = span.end;
    found_.push_back(*std::exchange(open_, std::nullopt));
    return {};
  }

  [[nodiscard]] std::unexpected<Error> wrong(std::string message, std::size_t line) const {
    return fail(ErrorCode::kInvalidInput, std::move(message), {.file = std::string(file_), .line = line});
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t line_ = 0;
  Fence fence_;
  std::optional<MarkedSection> open_;
  std::vector<MarkedSection> found_;
};

}  // namespace

Result<std::vector<MarkedSection>> find_marked_sections(std::string_view text, std::string_view file) {
  return SectionFinder(text, file).run();
}

bool is_edited(const MarkedSection& section, std::string_view text) {
  return section_digest(text.substr(section.body.begin, section.body.size())) != section.digest;
}

std::string section_digest(std::string_view text) {
  return sha256_hex(without_carriage_returns(text)).substr(0, kDigestLength);
}

std::string marked(const GeneratedSection& section, std::string_view line_end) {
  const std::string front = section.front.empty() ? "" : std::string(kFront) + section_digest(section.front);
  const std::string whole = std::string(kBegin) + " " + section.name + " " + section_digest(section.body) +
                            front + ": made by mlx rules; write above or below -->\n" + section.body +
                            std::string(kEnd) + " -->\n";
  if (line_end == "\n") return whole;
  std::string text;
  for (const char c : whole) {
    if (c == '\n')
      text += line_end;
    else
      text += c;
  }
  return text;
}

}  // namespace mlx
