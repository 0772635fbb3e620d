#include "engine/manifest/configuration.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "engine/base/suggest.h"
#include "engine/base/time_zone.h"
#include "engine/manifest/cron_schedule.h"
#include "engine/manifest/toml_document.h"

namespace mlx {
namespace {

constexpr std::string_view kConfigurationFile = "mlx.toml";
constexpr std::string_view kPyProjectFile = "pyproject.toml";

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "`" : ", `") + name + "`";
  return list;
}

Result<void> check_keys(const TomlValue& table, const std::vector<std::string>& known) {
  for (const auto& [name, value] : table.members()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string hint = did_you_mean(name, known);
    return value.complaint_about_key("unknown key `" + name + "`" +
                                     (hint.empty() ? "; known here: " + listed(known) : hint));
  }
  return {};
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<std::string> read_path(const TomlValue& value) {
  const std::string text = MLX_TRY(value.as_string());
  const Result<RepoPath> path = RepoPath::parse(text);
  if (!path) return value.complaint(path.error().message);
  return path->str();
}

/// The meaning of a member that is one of a few words; nothing if the member is absent.
template <typename Meaning>
Result<std::optional<Meaning>> read_choice(const TomlValue& table, std::string_view key,
                                           std::initializer_list<std::pair<std::string, Meaning>> choices) {
  const std::optional<std::string> word = MLX_TRY(table.string(key));
  if (!word) return std::nullopt;
  std::vector<std::string> words;
  for (const auto& [name, meaning] : choices) {
    if (name == *word) return meaning;
    words.push_back(name);
  }
  return table.at(key).complaint("`" + *word + "` is not one of " + listed(words) +
                                 did_you_mean(*word, words));
}

Result<long long> read_count(const TomlValue& table, std::string_view key, long long fallback) {
  const std::optional<long long> count = MLX_TRY(table.integer(key));
  if (count && *count < 0) return table.at(key).complaint("expected a number that is not negative");
  return count.value_or(fallback);
}

std::size_t count_words(std::string_view text) {
  std::size_t count = 0;
  bool is_inside = false;
  for (const char c : text) {
    const bool is_word = c != ' ' && c != '\t';
    if (is_word && !is_inside) ++count;
    is_inside = is_word;
  }
  return count;
}

/// Which names there are is not for pure code to know; where this one stands is kept for who finds out.
Result<void> read_timezone(const TomlValue& table, UpdateSettings& update) {
  const auto name = MLX_TRY(table.string("timezone"));
  if (!name) return {};
  const auto wrong =
      table.at("timezone").complaint("expected the name of a time zone, such as `Europe/Berlin`");
  if (!is_time_zone_name(*name)) return wrong;
  update.timezone = *name;
  update.timezone_location = wrong.error().location;
  return {};
}

Result<UpdateSettings> read_update(const TomlValue& table) {
  MLX_CHECK(check_keys(table, {"schedule", "timezone", "open-limit", "hourly-limit", "group",
                               "minimum-age-days", "labels", "conflicts"}));
  UpdateSettings update;
  update.schedule = MLX_TRY(table.string("schedule")).value_or(update.schedule);
  if (!update.schedule.empty()) {
    const auto schedule = CronSchedule::parse(update.schedule);
    if (!schedule) return table.at("schedule").complaint(schedule.error().message);
  }
  MLX_CHECK(read_timezone(table, update));
  update.open_limit = MLX_TRY(read_count(table, "open-limit", update.open_limit));
  update.is_grouped = MLX_TRY(table.boolean("group")).value_or(update.is_grouped);
  update.hourly_limit = MLX_TRY(read_count(table, "hourly-limit", update.hourly_limit));
  if (table.at("labels").is_present()) update.labels = MLX_TRY(table.strings("labels"));
  const std::string conflicts = MLX_TRY(table.string("conflicts")).value_or("ours");
  if (conflicts != "ours" && conflicts != "markers") {
    return table.at("conflicts")
        .complaint("expected `ours` (a file with conflicts holds your side) or `markers`");
  }
  update.has_markers = conflicts == "markers";
  update.minimum_age_days = MLX_TRY(read_count(table, "minimum-age-days", update.minimum_age_days));
  return update;
}

Result<ReviewSettings> read_review(const TomlValue& table) {
  MLX_CHECK(check_keys(table, {"comment", "fail-on", "recommend"}));
  ReviewSettings review;
  review.comment = MLX_TRY(read_choice<ReviewComment>(table, "comment",
                                                      {{"always", ReviewComment::kAlways},
                                                       {"on-findings", ReviewComment::kOnFindings},
                                                       {"never", ReviewComment::kNever}}))
                       .value_or(review.comment);
  review.fail_on = MLX_TRY(read_choice<std::optional<Severity>>(table, "fail-on",
                                                                {{"error", Severity::kError},
                                                                 {"warning", Severity::kWarning},
                                                                 {"info", Severity::kInfo},
                                                                 {"never", std::nullopt}}))
                       .value_or(review.fail_on);
  review.recommend = MLX_TRY(read_count(table, "recommend", review.recommend));
  return review;
}

Result<BotSettings> read_bot(const TomlValue& table) {
  MLX_CHECK(check_keys(table, {"command-prefix", "update", "review", "ignore", "allow-workflow-files"}));
  BotSettings bot;
  bot.command_prefix = MLX_TRY(table.string("command-prefix")).value_or(bot.command_prefix);
  if (count_words(bot.command_prefix) != 1 ||
      bot.command_prefix.find_first_of(" \t\r\n") != std::string::npos) {
    return table.at("command-prefix").complaint("expected one word, such as `/mlx`");
  }
  const TomlValue update = MLX_TRY(table.table("update"));
  bot.update = MLX_TRY(read_update(update));
  const TomlValue review = MLX_TRY(table.table("review"));
  bot.review = MLX_TRY(read_review(review));
  bot.ignore = MLX_TRY(table.strings("ignore"));
  bot.allows_workflow_files = MLX_TRY(table.boolean("allow-workflow-files")).value_or(false);
  return bot;
}

Result<void> read_components(const TomlValue& table, ProjectConfiguration& found) {
  for (const auto& [name, value] : table.members()) {
    const TomlValue component = MLX_TRY(table.table(name));
    MLX_CHECK(check_keys(component,
                         {"paths", "version", "title", "description", "type", "categories", "enhances"}));
    ComponentSettings& settings = found.components[name];
    settings.evidence = {.file = found.file, .line = value.line()};
    const TomlValue list = MLX_TRY(component.array("paths"));
    for (const TomlValue& element : list.elements()) settings.paths.push_back(MLX_TRY(read_path(element)));
    if (settings.paths.empty()) return value.complaint("a component needs `paths`, one at least");
    settings.version = MLX_TRY(component.string("version")).value_or("");
    settings.title = MLX_TRY(component.string("title")).value_or("");
    settings.description = MLX_TRY(component.string("description")).value_or("");
    settings.type = MLX_TRY(component.string("type")).value_or("");
    settings.categories = MLX_TRY(component.strings("categories"));
    settings.enhances = MLX_TRY(component.strings("enhances"));
  }
  return {};
}

bool is_registry_name(std::string_view name) {
  return !name.empty() && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// `acme = "ADDRESS"`, or a table with `url` and `headers`.
Result<void> read_registry(const std::string& name, const TomlValue& value, const TomlValue& registries,
                           ProjectConfiguration& found) {
  if (!is_registry_name(name)) {
    return value.complaint_about_key("`" + name + "` cannot be a registry's name: use a-z, 0-9 and hyphens");
  }
  if (value.kind() == TomlKind::kTable) {
    const TomlValue table = MLX_TRY(registries.table(name));
    MLX_CHECK(check_keys(table, {"url", "headers"}));
    if (!table.at("url").is_present()) return value.complaint("a registry needs its `url`");
    found.registries[name] = MLX_TRY(table.at("url").as_string());
    const TomlValue headers = MLX_TRY(table.table("headers"));
    for (const auto& [header, text] : headers.members()) {
      found.registry_headers[name][header] = MLX_TRY(text.as_string());
    }
  } else {
    found.registries[name] = MLX_TRY(value.as_string());
  }
  if (found.registries[name].empty()) return value.complaint("expected a registry's address");
  return {};
}

Result<ProjectConfiguration> read_table(const TomlValue& table, const std::string& file) {
  MLX_CHECK(
      check_keys(table, {"source-root", "import-root", "registries", "components", "catalogue", "bot"}));
  ProjectConfiguration found;
  found.file = file;
  if (table.at("source-root").is_present()) found.source_root = MLX_TRY(read_path(table.at("source-root")));
  found.import_root = MLX_TRY(table.string("import-root")).value_or("");
  if (table.at("import-root").is_present() && !is_dotted_name(found.import_root)) {
    return table.at("import-root")
        .complaint("expected what imports begin with, such as `src` or `my_pkg.ml`");
  }
  const TomlValue registries = MLX_TRY(table.table("registries"));
  for (const auto& [name, value] : registries.members()) {
    MLX_CHECK(read_registry(name, value, registries, found));
  }
  const TomlValue components = MLX_TRY(table.table("components"));
  MLX_CHECK(read_components(components, found));
  const TomlValue catalogue = MLX_TRY(table.table("catalogue"));
  MLX_CHECK(check_keys(catalogue, {"name", "homepage", "address"}));
  found.catalogue.name = MLX_TRY(catalogue.string("name")).value_or(found.catalogue.name);
  found.catalogue.homepage = MLX_TRY(catalogue.string("homepage")).value_or("");
  found.catalogue.address = MLX_TRY(catalogue.string("address")).value_or("");
  const TomlValue bot = MLX_TRY(table.table("bot"));
  found.bot = MLX_TRY(read_bot(bot));
  return found;
}

}  // namespace

bool is_dotted_name(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_identifier(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Result<ProjectConfiguration> parse_configuration(std::string_view text, std::string_view file) {
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  return read_table(document.root(), document.file());
}

Result<std::optional<ProjectConfiguration>> parse_pyproject_configuration(std::string_view text,
                                                                          std::string_view file) {
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  const TomlValue table = MLX_TRY(document.root().table_at({"tool", "mlx"}));
  if (!table.is_present()) return std::nullopt;
  ProjectConfiguration found = MLX_TRY(read_table(table, document.file()));
  return found;
}

Result<ProjectConfiguration> read_configuration(const Snapshot& snapshot) {
  const RepoPath own_path = MLX_TRY(RepoPath::parse(kConfigurationFile));
  const RepoPath pyproject_path = MLX_TRY(RepoPath::parse(kPyProjectFile));
  const std::optional<std::string> own = MLX_TRY(read_if_present(snapshot, own_path));
  const std::optional<std::string> pyproject = MLX_TRY(read_if_present(snapshot, pyproject_path));

  std::optional<ProjectConfiguration> in_pyproject;
  if (pyproject) in_pyproject = MLX_TRY(parse_pyproject_configuration(*pyproject, kPyProjectFile));
  if (own && in_pyproject) {
    return fail(
        ErrorCode::kInvalidInput,
        "both mlx.toml and [tool.mlx] in pyproject.toml configure MLX: move everything into one of them",
        {.file = std::string(kConfigurationFile)});
  }
  if (own) return parse_configuration(*own, kConfigurationFile);
  return in_pyproject.value_or(ProjectConfiguration{});
}

}  // namespace mlx
