#pragma once

#include <vector>

#include "sandbox/gitlab/api.h"

namespace mlx::sandbox::gitlab {

/// The REST API: credentials, route, access, handler, answer. Takes the state's mutex for every request. Safe
/// to use from every thread.
class Service {
 public:
  /// All must outlive the service.
  Service(State& state, GitStore& git, github::Service& github);

  /// Answers a request whose path begins with "/api/v4".
  [[nodiscard]] HttpResponse answer(const HttpRequest& request);

 private:
  struct Entry {
    std::vector<std::string_view> segments;
    const Route* route;
  };
  [[nodiscard]] Answer<Response> handle(const HttpRequest& request);
  [[nodiscard]] const Route* find(const HttpRequest& request, Call& call) const;

  State& state_;
  GitStore& git_;
  github::Service& github_;
  std::vector<Entry> entries_;
};

}  // namespace mlx::sandbox::gitlab
