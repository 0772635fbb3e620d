#pragma once

#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/base/error.h"

namespace mlx {

/// A failure that the sandbox shall show to the next matching API requests.
struct Fault {
  enum class When {
    kBefore,   ///< answer with `status`, and do nothing
    kAfter,    ///< do what was asked, then answer with `status`
    kSilence,  ///< do nothing and never answer; the connection ends with the sandbox
  };

  std::string method = "*";  ///< "POST", or "*" for any
  std::string path;          ///< ECMAScript regular expression, searched in "/api/v3/…"
  When when = When::kBefore;
  int status = 500;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};  ///< empty: GitHub's {"message":"Server Error"}
  int times = 1;          ///< how many requests it meets before it is used up

  /// Reads `{"method","path","when":"before|after|silence","status","headers":{},"body","times"}`;
  /// a body that is no string is written as JSON. Fails with kInvalidInput, naming the field.
  [[nodiscard]] static Result<Fault> parse(const nlohmann::json& value);
};

namespace sandbox {

/// The faults that are waiting. Safe to use from every thread.
class FaultList {
 public:
  /// Fails with kInvalidInput when the path is not a regular expression.
  [[nodiscard]] Result<void> add(Fault fault);
  void clear();

  /// The oldest fault that matches, used up by one; nothing when none does.
  [[nodiscard]] std::optional<Fault> take(const std::string& method, const std::string& path);

 private:
  struct Entry {
    Fault fault;
    std::regex path;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace sandbox
}  // namespace mlx
