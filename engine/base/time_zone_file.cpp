// TimeZone::parse(): the format of RFC 9636, "The Time Zone Information Format (TZif)".
#include <bit>
#include <cstdint>
#include <optional>

#include "engine/base/time_zone.h"

namespace mlx {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::size_t kTypeBytes = 6;
constexpr std::size_t kMostTypes = 256;
constexpr std::uint8_t kMostSeconds = 59;
constexpr seconds kFurthestEast = std::chrono::hours(26);
constexpr seconds kFurthestWest = std::chrono::hours(-25);
/// The Big Bang of some writers: 2^59 seconds. Nothing of us lies anywhere near.
constexpr std::int64_t kFurthestTime = 1LL << 59U;

/// Takes integers and bytes from the front; once there are too few, `is_short` says so and all are 0.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool is_short() const { return is_short_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  std::string_view take(std::size_t count) {
    if (count > rest_.size()) {
      is_short_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  /// Big-endian.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : take(size)) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
  }
  std::size_t count() { return number(4); }
  std::int64_t time() { return std::bit_cast<std::int64_t>(number(8)); }
  std::int32_t offset() { return std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(number(4))); }

 private:
  std::string_view rest_;
  bool is_short_ = false;
};

struct Header {
  char version = '\0';
  std::size_t utc_indicators = 0;
  std::size_t standard_indicators = 0;
  std::size_t leap_seconds = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t characters = 0;

  /// Of the data block; `time_size` is 4 in the first one and 8 in the second.
  [[nodiscard]] std::size_t size(std::size_t time_size) const {
    return times * (time_size + 1) + types * kTypeBytes + characters + leap_seconds * (time_size + 4) +
           standard_indicators + utc_indicators;
  }
};

std::optional<Header> take_header(Bytes& bytes) {
  constexpr std::size_t kReserved = 15;
  if (bytes.take(4) != "TZif") return std::nullopt;
  Header header;
  const std::string_view version = bytes.take(1);
  if (!version.empty()) header.version = version.front();
  bytes.take(kReserved);
  header.utc_indicators = bytes.count();
  header.standard_indicators = bytes.count();
  header.leap_seconds = bytes.count();
  header.times = bytes.count();
  header.types = bytes.count();
  header.characters = bytes.count();
  if (bytes.is_short()) return std::nullopt;
  return header;
}

/// The text between the line ends after the second data block.
std::optional<std::string_view> footer_of(std::string_view rest) {
  if (!rest.starts_with('\n')) return std::nullopt;
  const auto end = rest.find('\n', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(1, end - 1);
}

/// Reads what TZ is made of, from the front.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}

  std::optional<ClockRule> rule() {
    const bool has_standard = name();
    const auto standard = has_standard ? offset() : std::nullopt;
    if (!standard) return std::nullopt;
    ClockRule rule{.standard = *standard, .summer = *standard};
    if (rest_.empty()) return rule;
    if (!name()) return std::nullopt;
    constexpr seconds kUsual = std::chrono::hours(1);
    const auto summer = rest_.starts_with(',') ? std::optional(*standard + kUsual) : offset();
    if (!summer) return std::nullopt;
    rule.summer = *summer;
    const auto start = change();
    const auto end = start ? change() : std::nullopt;
    if (!end || !rest_.empty()) return std::nullopt;
    rule.start = *start;
    rule.end = *end;
    return rule;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// `CET`, or `<+0330>`.
  bool name() {
    constexpr std::size_t kShortest = 3;
    if (skip('<')) {
      const auto end = rest_.find('>');
      if (end == std::string_view::npos || end < kShortest) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    std::size_t size = 0;
    while (size < rest_.size() && is_letter(rest_[size])) ++size;
    rest_.remove_prefix(size);
    return size >= kShortest;
  }

  std::optional<int> number(int least, int most) {
    constexpr int kBase = 10;
    constexpr std::size_t kLongest = 3;
    int value = 0;
    std::size_t size = 0;
    for (; size < rest_.size() && is_digit(rest_[size]) && size <= kLongest; ++size) {
      value = value * kBase + (rest_[size] - '0');
    }
    if (size == 0 || size > kLongest || value < least || value > most) return std::nullopt;
    rest_.remove_prefix(size);
    return value;
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  std::optional<int> time(int most_hours) {
    constexpr int kMinutesOrSeconds = 60;
    const bool is_negative = skip('-');
    if (!is_negative) skip('+');
    const auto whole_hours = number(0, most_hours);
    if (!whole_hours) return std::nullopt;
    int total = *whole_hours;
    bool has_more = true;
    for (int part = 0; part < 2; ++part) {
      has_more = has_more && skip(':');
      const auto value = has_more ? number(0, kMostSeconds) : std::optional(0);
      if (!value) return std::nullopt;
      total = total * kMinutesOrSeconds + *value;
    }
    return is_negative ? -total : total;
  }

  /// East of UTC, which TZ writes as negative.
  std::optional<seconds> offset() {
    constexpr int kMostHours = 24;
    const auto west = time(kMostHours);
    if (!west) return std::nullopt;
    return seconds(-*west);
  }

  std::optional<ClockChange> change() {
    if (!skip(',')) return std::nullopt;
    auto found = day();
    if (!found) return std::nullopt;
    constexpr int kUsual = 2 * 60 * 60;
    constexpr int kMostHours = 167;
    const auto at = skip('/') ? time(kMostHours) : std::optional(kUsual);
    if (!at) return std::nullopt;
    found->seconds = *at;
    return found;
  }

  /// `Mm.w.d`, `Jn` or `n`.
  std::optional<ClockChange> day() {
    constexpr int kMonths = 12;
    constexpr int kWeeks = 5;
    constexpr int kSaturday = 6;
    constexpr int kDays = 365;
    if (skip('M')) {
      const auto month = number(1, kMonths);
      const auto week = month && skip('.') ? number(1, kWeeks) : std::nullopt;
      const auto weekday = week && skip('.') ? number(0, kSaturday) : std::nullopt;
      if (!weekday) return std::nullopt;
      return ClockChange{.month = *month, .week = *week, .day = *weekday};
    }
    const bool is_without_leap = skip('J');
    const auto number_of_day = number(is_without_leap ? 1 : 0, kDays);
    if (!number_of_day) return std::nullopt;
    return ClockChange{
        .kind = is_without_leap ? ClockChange::Kind::kDayWithoutLeap : ClockChange::Kind::kDayOfYear,
        .day = *number_of_day};
  }

  std::string_view rest_;
};

struct Table {
  std::vector<std::int64_t> times;
  std::vector<std::size_t> types;  ///< of each time
  std::vector<seconds> offsets;    ///< of each type
};

std::optional<Table> read_table(std::string_view block, const Header& header) {
  Bytes bytes(block);
  Table table;
  for (std::size_t at = 0; at < header.times; ++at) {
    const std::int64_t time = bytes.time();
    const bool is_later = table.times.empty() || time > table.times.back();
    if (!is_later || time < -kFurthestTime || time > kFurthestTime) return std::nullopt;
    table.times.push_back(time);
  }
  for (std::size_t at = 0; at < header.times; ++at) {
    table.types.push_back(bytes.number(1));
    if (table.types.back() >= header.types) return std::nullopt;
  }
  for (std::size_t at = 0; at < header.types; ++at) {
    const seconds offset(bytes.offset());
    if (offset < kFurthestWest || offset > kFurthestEast) return std::nullopt;
    table.offsets.push_back(offset);
    bytes.take(2);  // whether it is summer time, and where its name is
  }
  return table;
}

}  // namespace

Result<ClockRule> parse_clock_rule(std::string_view text) {
  const auto rule = RuleReader(text).rule();
  if (!rule) return fail(ErrorCode::kInvalidInput, "`" + std::string(text) + "` is no rule for a time zone");
  return *rule;
}

Result<TimeZone> TimeZone::parse(std::string_view bytes, std::string_view name) {
  const auto complaint = [&](const char* what) {
    return fail(ErrorCode::kInvalidInput,
                "the time zone " + std::string(name) + " cannot be read: " + what + "; install tzdata anew");
  };
  Bytes input(bytes);
  const auto first = take_header(input);
  if (!first) return complaint("it is no TZif file");
  if (first->version < '2') return complaint("it is of the first version of its format");
  input.take(first->size(4));
  const auto header = take_header(input);
  if (!header) return complaint("it is cut off");
  if (header->leap_seconds > 0) return complaint("it counts leap seconds");
  if (header->types == 0 || header->types > kMostTypes)
    return complaint("it has no kinds of time, or too many");
  const auto table = read_table(input.take(header->size(8)), *header);
  const auto footer = footer_of(input.rest());
  if (!table || !footer) return complaint("its table makes no sense");

  TimeZone zone;
  zone.first_offset_ = table->offsets.front();
  for (std::size_t at = 0; at < table->times.size(); ++at) {
    zone.changes_.push_back(
        {.at = sys_seconds(seconds(table->times[at])), .offset = table->offsets[table->types[at]]});
  }
  zone.has_rule_ = !footer->empty();
  if (zone.has_rule_) zone.rule_ = MLX_TRY(parse_clock_rule(*footer));
  return zone;
}

}  // namespace mlx
