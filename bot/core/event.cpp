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

}  // namespace

const RepositoryName* repository_of(const Event& event) { return std::visit(RepositoryOf{}, event); }

}  // namespace mlx::bot
