#include "bot/forge/github/github.h"

#include "bot/forge/github/api.h"
#include "bot/forge/github/events.h"
#include "bot/forge/github/installations.h"
#include "bot/forge/github/repository.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kCacheBytes = 16U << 20U;

class Github final : public Forge {
 public:
  Github(HttpClient& http, GithubOptions options) : api_(http, std::move(options)) {}

  Result<Event> parse_event(std::string_view event, std::string_view body) const override {
    return parse_github_event(event, body);
  }

  std::unique_ptr<ForgeRepository> repository(const RepositoryName& name,
                                              std::int64_t installation) override {
    return make_github_repository(api_, {.repository = name, .installation = installation}, cache_);
  }

  Result<std::vector<InstalledRepository>> installed_repositories() override {
    return list_installed_repositories(api_);
  }

 private:
  GithubApi api_;
  BlobCache cache_{kCacheBytes};
};

}  // namespace

Result<std::unique_ptr<Forge>> make_github(HttpClient& http, GithubOptions options) {
  if (const auto* app = std::get_if<GithubApp>(&options.credentials)) {
    MLX_CHECK(app_jwt(app->id, app->private_key, options.now()));
  }
  return std::make_unique<Github>(http, std::move(options));
}

}  // namespace mlx::bot
