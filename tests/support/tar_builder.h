#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mlx::test {

/// gzip of any bytes.
[[nodiscard]] std::string gzipped(const std::string& bytes);

/// Archives, sound ones and others.
class TarBuilder {
 public:
  struct Member {
    std::string path;
    char type = '0';
    std::string content = {};
    std::string size = {};  ///< as the header has it; empty: the content's
    std::string prefix = {};
    std::string magic = "ustar";
    int check_sum_error = 0;
  };

  void add(const Member& member);
  void file(const std::string& path, const std::string& content) { add({.path = path, .content = content}); }
  /// A pax header for the next member.
  void extended(const std::string& records) { add({.path = "pax", .type = 'x', .content = records}); }

  /// With the two blocks at the end.
  [[nodiscard]] std::string tar() const { return bytes_ + std::string(1024, '\0'); }
  [[nodiscard]] std::string tar_gz() const { return gzipped(tar()); }

 private:
  std::string bytes_;
};

}  // namespace mlx::test
