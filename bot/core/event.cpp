#include "bot/core/event.h"

namespace mlx::bot {
namespace {

struct RepositoryOf {
  const RepositoryName* operator()(const IgnoredEvent&) const { return nullptr; }
  template <typename Other>
  const RepositoryName* operator()(const Other& event) const {
    return &event.repository;
  }
};

struct InstallationOf {
  std::int64_t operator()(const IgnoredEvent&) const { return 0; }
  template <typename Other>
  std::int64_t operator()(const Other& event) const {
    return event.installation;
  }
};

}  // namespace

const RepositoryName* repository_of(const Event& event) { return std::visit(RepositoryOf{}, event); }

std::int64_t installation_of(const Event& event) { return std::visit(InstallationOf{}, event); }

}  // namespace mlx::bot
