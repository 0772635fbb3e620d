#include "bot/forge/forge.h"

#include <algorithm>
#include <cctype>

namespace mlx::bot {

std::string Forge::identity_of(const RepositoryName& name, std::int64_t /*installation*/) const {
  // Names differ in case only for people.
  std::string identity = name.full();
  std::ranges::transform(identity, identity.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return identity;
}

}  // namespace mlx::bot
