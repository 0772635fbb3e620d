#include "bot/forge/gitlab/gitlab.h"

#include "bot/forge/gitlab/api.h"
#include "bot/forge/gitlab/events.h"
#include "bot/forge/gitlab/repository.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kCacheBytes = 16U << 20U;

class Gitlab final : public Forge {
 public:
  Gitlab(HttpClient& http, GitlabOptions options) : api_(http, std::move(options)) {}

  Result<Event> parse_event(std::string_view event, std::string_view body) const override {
    return parse_gitlab_event(event, body);
  }

  std::string identity_of(const RepositoryName& name, std::int64_t installation) const override {
    return installation != 0 ? "project " + std::to_string(installation)
                             : Forge::identity_of(name, installation);
  }

  std::unique_ptr<ForgeRepository> repository(const RepositoryName& name,
                                              std::int64_t installation) override {
    return gitlab::make_repository(api_, name, installation, cache_);
  }

  Result<std::vector<InstalledRepository>> installed_repositories() override {
    return gitlab::list_projects(api_);
  }

 private:
  gitlab::Api api_;
  BlobCache cache_{kCacheBytes};
};

}  // namespace

std::unique_ptr<Forge> make_gitlab(HttpClient& http, GitlabOptions options) {
  return std::make_unique<Gitlab>(http, std::move(options));
}

}  // namespace mlx::bot
