#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mlx::bot {

/// Reads a tar archive that comes piece by piece, holding no more of it than one file. Reads what
/// `git archive` writes: ustar with pax headers for long names. Whatever git does not write, and sizes and
/// check sums that are wrong, make the archive a broken one. Paths are told as they stand there, whatever
/// they are: they are for comparing.
class TarReader {
 public:
  struct Handlers {
    /// Of each regular file: are its bytes wanted?
    std::function<bool(std::string_view path, std::uint64_t size)> wants;
    /// The bytes of a file that was wanted.
    std::function<void(std::string_view path, std::string bytes)> take;
  };
  enum class State { kMore, kEnd, kBroken };

  TarReader(Handlers handlers, std::size_t most_entries)
      : handlers_(std::move(handlers)), most_entries_(most_entries) {}

  /// The next bytes. What comes after the end, or after something broken, is not looked at.
  State feed(std::string_view bytes);

 private:
  /// What the bytes after a header are.
  enum class Content { kNothing, kFile, kExtendedHeader };

  State read_header();
  State begin_content(char type, std::uint64_t size);
  State end_content();
  [[nodiscard]] bool read_extended_header(std::string_view rest);

  Handlers handlers_;
  std::size_t most_entries_;
  std::size_t entries_ = 0;
  State state_ = State::kMore;
  std::string header_;        ///< as much of it as came
  std::uint64_t left_ = 0;    ///< bytes of the content that are still to come
  std::uint64_t passed_ = 0;  ///< bytes to pass over before the next header
  Content content_ = Content::kNothing;
  std::string path_;
  std::string bytes_;
  // From an extended header, for the entry after it.
  std::optional<std::string> next_path_;
  std::optional<std::uint64_t> next_size_;
};

}  // namespace mlx::bot
