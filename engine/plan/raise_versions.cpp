#include "engine/plan/raise_versions.h"

#include <algorithm>
#include <map>

#include "engine/index/directory_view.h"
#include "engine/manifest/toml_document.h"
#include "engine/manifest/toml_edit.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

constexpr int kMostRounds = 8;
constexpr std::string_view kVersion = "version";

/// The text that configures components, and where in it each of them is.
class ConfigurationText {
 public:
  static Result<std::optional<ConfigurationText>> read(const PlatformSource& platform) {
    if (platform.configuration.file.empty()) return std::nullopt;
    RepoPath path = MLX_TRY(RepoPath::parse(platform.configuration.file));
    std::string text = MLX_TRY(platform.files.read(path));
    TomlDocument document = MLX_TRY(TomlDocument::parse(std::move(text), path.str()));
    return ConfigurationText(std::move(path), std::move(document));
  }

  /// Has it a table of this component, where a version has its place?
  [[nodiscard]] bool has(std::string_view component) const { return table(component).is_present(); }
  [[nodiscard]] std::size_t line(std::string_view component) const { return table(component).line(); }

  [[nodiscard]] Result<FileChange> with_versions(const std::map<std::string, RaisedVersion>& raised) const {
    std::vector<TextEdit> edits;
    for (const auto& [name, version] : raised) {
      const std::string number = to_string(version.to);
      const TomlValue known = table(name).at(kVersion);
      if (known.is_present()) {
        const char quote = document_.text()[known.span().begin] == '\'' ? '\'' : '"';
        edits.push_back({.span = known.span(), .replacement = toml_string(number, quote)});
        continue;
      }
      auto path = above();
      path.insert(path.end(), {"components", name});
      for (TextEdit& edit : MLX_TRY(insert_pair(document_, path, kVersion, toml_string(number))))
        edits.push_back(std::move(edit));
    }
    const TomlDocument after = MLX_TRY(edited(document_, std::move(edits)));
    return FileChange{
        .path = path_, .before = document_.text(), .after = after.text(), .is_executable = false};
  }

 private:
  ConfigurationText(RepoPath path, TomlDocument document)
      : path_(std::move(path)), document_(std::move(document)) {}

  /// The tables around `[components]`.
  [[nodiscard]] std::vector<std::string> above() const {
    if (path_.str() == "pyproject.toml") return {"tool", "mlx"};
    return {};
  }

  [[nodiscard]] TomlValue table(std::string_view component) const {
    TomlValue place = document_.root();
    for (const std::string& key : above()) place = place.at(key);
    return place.at("components").at(component);
  }

  RepoPath path_;
  TomlDocument document_;
};

class VersionRaiser {
 public:
  VersionRaiser(PlatformSource platform, const Snapshot& catalogue, const ExtractRequest& request)
      : platform_(std::move(platform)), catalogue_(catalogue), request_(request) {}

  Result<ExtractionPlan> run() {
    const std::optional<ConfigurationText> text = MLX_TRY(ConfigurationText::read(platform_));
    ExtractionPlan plan;
    for (int round = 0;; ++round) {
      plan.extraction =
          MLX_TRY(extract_components(platform_.files, platform_.index, platform_.configuration));
      const bool may_raise = round < kMostRounds && !plan.extraction.has_errors();
      if (!text || !may_raise || !MLX_TRY(raise(plan.extraction, *text))) break;
    }
    plan.catalogue = MLX_TRY(plan_extract(plan.extraction, catalogue_, request_));
    if (!text || raised_.empty()) return plan;
    plan.configuration = MLX_TRY(text->with_versions(raised_));
    for (auto& [name, version] : raised_) {
      plan.catalogue.findings.push_back(finding_of(version, text->line(name)));
      plan.raised.push_back(std::move(version));
    }
    return plan;
  }

 private:
  /// False if every version may stay as it is.
  Result<bool> raise(const Extraction& extraction, const ConfigurationText& text) {
    const DirectoryView catalogue(catalogue_, request_.directory);
    bool has_raised = false;
    for (const ExtractedComponent& extracted : extraction.components) {
      const Component& component = extracted.component;
      const bool is_wanted =
          request_.only.empty() || std::ranges::find(request_.only, component.name) != request_.only.end();
      if (!is_wanted || !text.has(component.name)) continue;
      const auto changes = MLX_TRY(changes_of_published(catalogue, component));
      if (!changes) continue;
      RaisedVersion& version = raised_
                                   .try_emplace(component.name, RaisedVersion{.component = component.name,
                                                                              .from = component.version,
                                                                              .to = {},
                                                                              .reason = summary_of(*changes)})
                                   .first->second;
      version.to = changes->next_version;
      platform_.configuration.components[component.name].version = to_string(version.to);
      has_raised = true;
    }
    return has_raised;
  }

  [[nodiscard]] Finding finding_of(const RaisedVersion& version, std::size_t line) const {
    return {.code = "version-raised",
            .severity = Severity::kInfo,
            .message = version.component + " " + to_string(version.from) + " was published and becomes " +
                       to_string(version.to) + ": " + version.reason,
            .remedy = {},
            .evidence = {{.file = platform_.configuration.file, .line = line}}};
  }

  PlatformSource platform_;
  const Snapshot& catalogue_;
  const ExtractRequest& request_;
  std::map<std::string, RaisedVersion> raised_;
};

}  // namespace

Result<ExtractionPlan> plan_extract_raising_versions(PlatformSource platform, const Snapshot& catalogue,
                                                     const ExtractRequest& request) {
  return VersionRaiser(std::move(platform), catalogue, request).run();
}

}  // namespace mlx
