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
constexpr std::string_view kRemark = ": made by mlx rules; write above or below -->";
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

std::string_view without_indent(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line;
}

std::string_view without_space_behind(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
    line.remove_suffix(1);
  }
  return line;
}

/// Takes what stands before the first space or colon off a text.
std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find_first_of(" :"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// What a first marker says; nothing if it is not as marked() writes it: what somebody wrote into it would be
/// lost.
std::optional<MarkedSection> read_begin(std::string_view line) {
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
  if (rest != kRemark) return std::nullopt;
  return section;
}

/// What a line may do to fenced code.
struct FenceLine {
  char mark = '\0';  ///< of backticks or tildes; none if the line is no fence
  std::size_t length = 0;
  bool may_close = false;  ///< nothing stands behind the marks

  static FenceLine of(std::string_view line) {
    const char mark = line.empty() ? '\0' : line.front();
    const std::size_t length = std::min(line.find_first_not_of(mark), line.size());
    // Backticks behind make it code in a line.
    const bool is_code_span = mark == '`' && line.find('`', length) != std::string_view::npos;
    if ((mark != '`' && mark != '~') || length < 3 || is_code_span) return {};
    return {.mark = mark, .length = length, .may_close = length == line.size()};
  }

  [[nodiscard]] bool closes(const FenceLine& open) const {
    return mark == open.mark && may_close && length >= open.length;
  }
};

struct TextLine {
  Span span;              ///< with the line end
  std::string_view text;  ///< without it, and without space before it
  FenceLine fence;
};

std::vector<TextLine> lines_of(std::string_view text) {
  std::vector<TextLine> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    const std::string_view written =
        without_space_behind(line.ends_with('\n') ? line.substr(0, line.size() - 1) : line);
    lines.push_back({.span = {.begin = begin, .end = end},
                     .text = written,
                     .fence = FenceLine::of(without_indent(written))});
    begin = end;
  }
  return lines;
}

/// For each line, the longest fences of either mark that could close one from there on: one that is never
/// closed would swallow what is generated behind it.
std::vector<std::pair<std::size_t, std::size_t>> longest_closing_fences(const std::vector<TextLine>& lines) {
  std::vector<std::pair<std::size_t, std::size_t>> longest(lines.size() + 1);
  for (std::size_t i = lines.size(); i > 0; --i) {
    auto& [backticks, tildes] = longest[i - 1] = longest[i];
    const FenceLine& fence = lines[i - 1].fence;
    if (!fence.may_close) continue;
    std::size_t& length = fence.mark == '`' ? backticks : tildes;
    length = std::max(length, fence.length);
  }
  return longest;
}

class SectionFinder {
 public:
  SectionFinder(std::string_view text, std::string_view file) : lines_(lines_of(text)), file_(file) {}

  Result<std::vector<MarkedSection>> run() {
    const auto closing = longest_closing_fences(lines_);
    std::optional<FenceLine> fence;
    for (number_ = 1; number_ <= lines_.size(); ++number_) {
      const TextLine& line = lines_[number_ - 1];
      if (fence) {
        if (line.fence.closes(*fence)) fence.reset();
        continue;
      }
      const auto& [backticks, tildes] = closing[number_];
      const bool is_closed =
          line.fence.length > 0 && line.fence.length <= (line.fence.mark == '`' ? backticks : tildes);
      if (is_closed) {
        fence = line.fence;
        continue;
      }
      MLX_CHECK(take_line(line));
    }
    if (open_) return wrong("`mlx:begin " + open_->name + "` has no `mlx:end`", open_->line);
    return std::move(found_);
  }

 private:
  Result<void> take_line(const TextLine& line) {
    if (line.text.starts_with(kEnd)) return end_section(line.text, line.span);
    if (line.text.starts_with(kBegin)) return begin_section(line.text, line.span);
    return {};
  }

  Result<void> begin_section(std::string_view line, Span span) {
    if (open_) return wrong("a section begins before `" + open_->name + "` has ended", number_);
    auto section = read_begin(line);
    if (!section) return wrong("this `mlx:begin` is not as MLX wrote it", number_);
    const bool is_repeated = std::ranges::find(found_, section->name, &MarkedSection::name) != found_.end();
    if (is_repeated) return wrong("there are two sections `" + section->name + "`", number_);
    section->line = number_;
    section->span = span;
    section->body = {.begin = span.end, .end = span.end};
    open_ = std::move(section);
    return {};
  }

  Result<void> end_section(std::string_view line, Span span) {
    if (line != std::string(kEnd) + " -->") return wrong("this `mlx:end` is not as MLX wrote it", number_);
    if (!open_) return wrong("`mlx:end` has no `mlx:begin`", number_);
    open_->body.end = span.begin;
    open_->span.end = span.end;
    found_.push_back(*std::move(open_));
    open_.reset();
    return {};
  }

  [[nodiscard]] std::unexpected<Error> wrong(std::string message, std::size_t line) const {
    return fail(ErrorCode::kInvalidInput, std::move(message), {.file = std::string(file_), .line = line});
  }

  std::vector<TextLine> lines_;
  std::string_view file_;
  std::size_t number_ = 0;  ///< of the line that is looked at, from 1
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
                            front + std::string(kRemark) + "\n" + section.body + std::string(kEnd) + " -->\n";
  return with_line_ends(whole, line_end);
}

}  // namespace mlx
