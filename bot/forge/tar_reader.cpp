#include "bot/forge/tar_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mlx::bot {
namespace {

// The format: POSIX.1-2017, "pax Interchange Format".
constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kLargestExtendedHeader = 64U << 10U;
constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 40U;

struct Field {
  std::size_t begin;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kSize{124, 12};
constexpr Field kCheckSum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kMagic{257, 5};
constexpr Field kPrefix{345, 155};

std::string_view bytes_of(std::string_view header, Field field) {
  return header.substr(field.begin, field.size);
}

std::string_view text_of(std::string_view header, Field field) {
  const std::string_view bytes = bytes_of(header, field);
  return bytes.substr(0, bytes.find('\0'));
}

template <typename Number>
std::optional<Number> number_in(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Octal digits, with spaces before them, and spaces or NULs up to the end of the field.
std::optional<std::uint64_t> octal(std::string_view field) {
  constexpr std::string_view kFill(" \0", 2);
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  const auto end = field.find_first_of(kFill);
  const bool is_ended =
      end != std::string_view::npos && field.find_first_not_of(kFill, end) == std::string_view::npos;
  return is_ended ? number_in<std::uint64_t>(field.substr(0, end), 8) : std::nullopt;
}

/// The sum of all bytes, those of the sum itself taken for spaces.
std::uint64_t check_sum(std::string_view header) {
  std::uint64_t sum = kCheckSum.size * std::uint64_t{' '};
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool is_sum = i >= kCheckSum.begin && i < kCheckSum.begin + kCheckSum.size;
    if (!is_sum) sum += static_cast<unsigned char>(header[i]);
  }
  return sum;
}

bool is_zero(std::string_view block) {
  return std::ranges::all_of(block, [](char c) { return c == '\0'; });
}

}  // namespace

TarReader::State TarReader::feed(std::string_view bytes) {
  while (!bytes.empty() && state_ == State::kMore) {
    const auto take = [&bytes](std::uint64_t wanted) {
      const std::string_view taken =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(wanted, bytes.size())));
      bytes.remove_prefix(taken.size());
      return taken;
    };
    if (left_ > 0) {
      const std::string_view taken = take(left_);
      bytes_ += taken;
      left_ -= taken.size();
      if (left_ == 0) state_ = end_content();
    } else if (passed_ > 0) {
      passed_ -= take(passed_).size();
    } else {
      header_ += take(kBlock - header_.size());
      if (header_.size() < kBlock) break;
      state_ = read_header();
      header_.clear();
    }
  }
  return state_;
}

TarReader::State TarReader::read_header() {
  if (is_zero(header_)) return State::kEnd;
  const auto sum = octal(bytes_of(header_, kCheckSum));
  auto size = octal(bytes_of(header_, kSize));
  const bool is_sound = sum == check_sum(header_) && size && bytes_of(header_, kMagic) == "ustar";
  if (!is_sound || ++entries_ > most_entries_) return State::kBroken;
  const char type = header_[kType];
  const bool is_extended = type == 'x' || type == 'g';
  if (!is_extended) {
    const std::string_view prefix = text_of(header_, kPrefix);
    path_ = prefix.empty() ? std::string() : std::string(prefix) + "/";
    path_ += text_of(header_, kName);
    if (next_path_) path_ = *std::move(next_path_);
    if (next_size_) size = next_size_;
    next_path_.reset();
    next_size_.reset();
  }
  if (*size > kLargestSize) return State::kBroken;
  return begin_content(type, *size);
}

TarReader::State TarReader::begin_content(char type, std::uint64_t size) {
  const std::uint64_t padding = (kBlock - size % kBlock) % kBlock;
  content_ = Content::kNothing;
  switch (type) {
    case '0':
    case '\0':
      if (handlers_.wants(path_, size)) content_ = Content::kFile;
      break;
    case 'x':
      if (size > kLargestExtendedHeader) return State::kBroken;
      content_ = Content::kExtendedHeader;
      break;
    case 'g': break;  // the id of the commit, as a comment
    case '2':         // a symbolic link
    case '5':         // a directory
      if (size != 0) return State::kBroken;
      break;
    default: return State::kBroken;
  }
  left_ = content_ == Content::kNothing ? 0 : size;
  passed_ = content_ == Content::kNothing ? size + padding : padding;
  const bool is_empty_content = content_ != Content::kNothing && size == 0;
  return is_empty_content ? end_content() : State::kMore;
}

TarReader::State TarReader::end_content() {
  std::string bytes = std::exchange(bytes_, {});
  if (content_ == Content::kExtendedHeader && !read_extended_header(bytes)) return State::kBroken;
  if (content_ == Content::kFile) handlers_.take(path_, std::move(bytes));
  return State::kMore;
}

/// Lines `LENGTH KEY=VALUE`, of which the length counts the whole line.
bool TarReader::read_extended_header(std::string_view rest) {
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    if (space == std::string_view::npos) return false;
    const auto length = number_in<std::size_t>(rest.substr(0, space), 10);
    if (!length || *length <= space + 1 || *length > rest.size() || rest[*length - 1] != '\n') return false;
    const std::string_view record = rest.substr(space + 1, *length - space - 2);
    rest.remove_prefix(*length);
    const auto equals = record.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view key = record.substr(0, equals);
    const std::string_view value = record.substr(equals + 1);
    if (key == "path") next_path_ = std::string(value);
    if (key == "size") {
      next_size_ = number_in<std::uint64_t>(value, 10);
      if (!next_size_) return false;
    }
  }
  return true;
}

}  // namespace mlx::bot
