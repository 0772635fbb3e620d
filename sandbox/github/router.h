#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/github/api.h"

namespace mlx::sandbox::github {

/// Finds the route of a request.
class Router {
 public:
  Router();

  struct Match {
    const Route* route = nullptr;  ///< null when there is no such route
    std::map<std::string, std::string, std::less<>> parameters;
  };
  /// The first route whose pattern fits the path (encoded, without "/api/v3").
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
  struct Entry {
    std::vector<std::string_view> segments;
    const Route* route;
  };
  std::vector<Entry> entries_;
};

}  // namespace mlx::sandbox::github
