#include "engine/io/registry_source.h"

#include "engine/component/registry_address.h"
#include "engine/io/catalogue.h"
#include "engine/io/directory.h"
#include "engine/io/git_mirror.h"
#include "engine/io/git_snapshot.h"
#include "engine/io/http_client.h"
#include "engine/io/http_registry.h"
#include "engine/io/registry_cache.h"

namespace mlx {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestDocument = 16U << 20U;
constexpr std::chrono::seconds kDocumentTime{60};
constexpr std::size_t kLargestRepository = 256U << 20U;
constexpr std::chrono::minutes kRepositoryTime{10};
constexpr std::string_view kIndexFile = "registry.json";
constexpr std::string_view kUsualDirectory = "mlx-components";

std::unexpected<Error> variable_missing(const std::string& header, const std::string& name) {
  return fail(
      ErrorCode::kInvalidInput,
      "the registry header `" + header + "` needs the environment variable " + name + ", which is not set");
}

/// `Bearer ${ACME_TOKEN}` with the variable's value, which goes into no message.
Result<std::string> expanded(const std::string& header, std::string_view text, const RegistryAccess& access) {
  std::string value;
  while (true) {
    const auto begin = text.find("${");
    value += text.substr(0, begin);
    if (begin == std::string_view::npos) return value;
    const auto end = text.find('}', begin);
    if (end == std::string_view::npos) {
      return fail(ErrorCode::kInvalidInput, "the registry header `" + header + "` has a `${` without `}`");
    }
    const std::string name(text.substr(begin + 2, end - begin - 2));
    const auto variable = access.variable ? access.variable(name) : std::nullopt;
    if (!variable || variable->empty()) {
      return variable_missing(header, name);
    }
    value += *variable;
    text.remove_prefix(end + 1);
  }
}

/// Opens once; what came of it stays, also if it failed.
class OpenedOnce : public RegistrySource {
 public:
  explicit OpenedOnce(RegistrySettings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] Result<const Registry*> open() final {
    if (!registry_) registry_.emplace(open_now());
    if (!*registry_) return std::unexpected(registry_->error());
    return &**registry_;
  }
  [[nodiscard]] std::vector<Finding> findings() const override { return {}; }

 protected:
  [[nodiscard]] virtual Result<Registry> open_now() = 0;
  [[nodiscard]] const RegistrySettings& settings() const { return settings_; }
  [[nodiscard]] Result<HttpHeaders> private_headers(const RegistryAccess& access) const {
    HttpHeaders headers;
    for (const auto& [name, text] : settings_.headers)
      headers.emplace(name, MLX_TRY(expanded(name, text, access)));
    return headers;
  }

 private:
  RegistrySettings settings_;
  std::optional<Result<Registry>> registry_;
};

class DirectorySource final : public OpenedOnce {
 public:
  DirectorySource(RegistrySettings settings, std::string place)
      : OpenedOnce(std::move(settings)), place_(std::move(place)) {}

 private:
  [[nodiscard]] Result<Registry> open_now() override {
    const RegistryLocation location = MLX_TRY(locate_registry(place_));
    files_ = MLX_TRY(open_directory_snapshot(location.directory));
    return Registry::open(*files_, settings().address);
  }

  std::string place_;
  std::unique_ptr<Snapshot> files_;
};

class HttpSource final : public OpenedOnce {
 public:
  HttpSource(RegistrySettings settings, HttpRegistry address, RegistryAccess access)
      : OpenedOnce(std::move(settings)), address_(std::move(address)), access_(std::move(access)) {}

  [[nodiscard]] std::vector<Finding> findings() const override {
    return files_ == nullptr ? std::vector<Finding>() : files_->findings();
  }

 private:
  [[nodiscard]] Result<Registry> open_now() override {
    auto headers = MLX_TRY(private_headers(access_));
    files_ = MLX_TRY(HttpRegistrySnapshot::open(
        {.url = address_.url, .private_headers = std::move(headers), .is_offline = access_.is_offline},
        access_.http, RegistryCache(access_.cache_directory)));
    return Registry::open(*files_, settings().address);
  }

  HttpRegistry address_;
  RegistryAccess access_;
  std::unique_ptr<HttpRegistrySnapshot> files_;
};

/// Fails with kIo if any file below a directory is damaged.
Result<void> check_undamaged(const Snapshot& files, const RepoPath& directory) {
  for (const Entry& entry : MLX_TRY(files.children(directory.str()))) {
    const auto path = RepoPath::parse(directory.str() + "/" + entry.name);
    if (!path) continue;  // nobody can ask for it
    if (entry.kind == EntryKind::kDirectory) MLX_CHECK(check_undamaged(files, *path));
    if (!is_file(entry.kind)) continue;
    const auto bytes = files.read(*path);
    if (!bytes && bytes.error().code == ErrorCode::kIo) return std::unexpected(bytes.error());
  }
  return {};
}

class GitSource final : public OpenedOnce {
 public:
  GitSource(RegistrySettings settings, GitRegistry address, RegistryAccess access)
      : OpenedOnce(std::move(settings)), address_(std::move(address)), access_(std::move(access)) {}

  [[nodiscard]] std::vector<Finding> findings() const override { return findings_; }

  [[nodiscard]] Result<const Registry*> open_at(const std::string& revision) override {
    const bool is_commit = revision.size() == kCommitSize && address_.revision != revision;
    if (!is_commit) return RegistrySource::open_at(revision);
    GitRegistry address = address_;
    address.revision = revision;
    auto& [files, registry] = older_[revision];
    if (!registry) registry.emplace(open_checkout(address, files));
    if (!*registry) return std::unexpected(registry->error());
    return &**registry;
  }

 private:
  static constexpr std::size_t kCommitSize = 40;

  /// The registry refers to the files.
  struct Older {
    std::unique_ptr<Snapshot> files;
    std::optional<Result<Registry>> registry;
  };

  [[nodiscard]] Result<Registry> open_now() override {
    auto registry = open_checkout(address_, files_);
    const fs::path copy = RegistryCache(access_.cache_directory).git_directory(address_.url);
    std::error_code error;
    const bool may_be_damaged =
        !registry && registry.error().code == ErrorCode::kIo && fs::exists(copy, error);
    if (!may_be_damaged) return registry;
    fs::remove_all(copy, error);
    return open_checkout(address_, files_);
  }

  [[nodiscard]] Result<Registry> open_checkout(const GitRegistry& address, std::unique_ptr<Snapshot>& files) {
    auto headers = MLX_TRY(private_headers(access_));
    const GitCheckout checkout = MLX_TRY(
        fetch_revision({.address = address,
                        .private_headers = std::move(headers),
                        .directory = RegistryCache(access_.cache_directory).git_directory(address.url),
                        .is_offline = access_.is_offline,
                        .largest_transfer = kLargestRepository},
                       access_.git_http));
    if (checkout.unreachable) note_unreachable(*checkout.unreachable);
    files = MLX_TRY(open_files(checkout, address.subdirectory));
    const bool is_usual_place =
        address.subdirectory.empty() && !MLX_TRY(has_file(*files, kIndexFile)) &&
        MLX_TRY(has_file(*files, std::string(kUsualDirectory) + "/" + std::string(kIndexFile)));
    if (is_usual_place) files = MLX_TRY(open_files(checkout, std::string(kUsualDirectory)));
    if (!MLX_TRY(has_file(*files, kIndexFile))) return no_index(checkout);
    Registry registry = MLX_TRY(Registry::open(*files, settings().address, checkout.commit));
    // A damaged object shows when it is read, and now there is still somebody to fetch it again.
    for (const RegistryItem& item : registry.items()) {
      const auto directory = RepoPath::parse(item.component.parent());
      if (directory) MLX_CHECK(check_undamaged(*files, *directory));
    }
    return registry;
  }

  [[nodiscard]] static Result<std::unique_ptr<Snapshot>> open_files(const GitCheckout& checkout,
                                                                    const std::string& subdirectory) {
    return open_git_snapshot(checkout.repository, checkout.commit,
                             {.subdirectory = subdirectory, .largest_file = kLargestDocument});
  }

  [[nodiscard]] std::unexpected<Error> no_index(const GitCheckout& checkout) const {
    return fail(ErrorCode::kNotFound, "the registry `" + settings().address + "` has no registry.json in " +
                                          (address_.subdirectory.empty()
                                               ? "its top directory or " + std::string(kUsualDirectory) + "/"
                                               : address_.subdirectory + "/") +
                                          " at commit " + checkout.commit +
                                          ": name the directory that has it with #subdirectory=DIRECTORY");
  }

  void note_unreachable(const Error& error) {
    findings_.push_back({.code = "registry-unreachable",
                         .severity = Severity::kWarning,
                         .message = "the registry " + settings().address +
                                    " is as it was when last reached: " + error.message,
                         .remedy = "try again later for what is new",
                         .evidence = {}});
  }

  GitRegistry address_;
  RegistryAccess access_;
  std::unique_ptr<Snapshot> files_;
  std::map<std::string, Older> older_;  ///< by commit
  std::vector<Finding> findings_;
};

}  // namespace

std::unique_ptr<HttpClient> make_registry_http_client() {
  return make_http_client({.largest_answer = kLargestDocument, .whole_timeout = kDocumentTime});
}

std::unique_ptr<HttpClient> make_git_http_client() {
  return make_http_client({.largest_answer = kLargestRepository, .whole_timeout = kRepositoryTime});
}

Result<std::shared_ptr<RegistrySource>> make_registry_source(const RegistrySettings& settings,
                                                             const fs::path& base,
                                                             const RegistryAccess& access) {
  using Source = std::shared_ptr<RegistrySource>;
  struct Visitor {
    const RegistrySettings& settings;
    const fs::path& base;
    const RegistryAccess& access;
    Source operator()(const BuiltinRegistry&) const {
      return std::make_shared<DirectorySource>(settings, "builtin");
    }
    Source operator()(const DirectoryRegistry& directory) const {
      return std::make_shared<DirectorySource>(settings, (base / directory.path).string());
    }
    Source operator()(const GitRegistry& git) const {
      return std::make_shared<GitSource>(settings, git, access);
    }
    Source operator()(const HttpRegistry& http) const {
      return std::make_shared<HttpSource>(settings, http, access);
    }
  };
  return std::visit(Visitor{settings, base, access}, MLX_TRY(parse_registry_address(settings.address)));
}

}  // namespace mlx
