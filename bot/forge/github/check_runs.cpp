// GitHub adds the annotations of an update to those that a check run has, and takes none off. So the check
// run's `external_id` names what its annotations are to be: `mlx:PULL REQUEST:DIGEST`. One that was cut off
// between two batches is known by it, and continued where its count says that it stopped; one with other
// annotations is left behind by a new one, which GitHub then shows in its place.
#include "bot/forge/github/check_runs.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bot/forge/github/snapshot.h"
#include "engine/base/digest.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

constexpr std::size_t kAnnotationsInOneRequest = 50;
constexpr std::size_t kDigestDigits = 16;
constexpr std::string_view kPrefix = "mlx:";

std::string_view name_of(CheckAnnotation::Level level) {
  switch (level) {
    case CheckAnnotation::Level::kNotice: return "notice";
    case CheckAnnotation::Level::kWarning: return "warning";
    case CheckAnnotation::Level::kFailure: return "failure";
  }
  return "notice";
}

std::string_view name_of(CheckRun::Conclusion conclusion) {
  switch (conclusion) {
    case CheckRun::Conclusion::kSuccess: return "success";
    case CheckRun::Conclusion::kNeutral: return "neutral";
    case CheckRun::Conclusion::kActionRequired: return "action_required";
    case CheckRun::Conclusion::kFailure: return "failure";
  }
  return "neutral";
}

json annotation_json(const CheckAnnotation& annotation) {
  json result = {{"path", annotation.path.str()},
                 {"start_line", annotation.first_line},
                 {"end_line", annotation.last_line},
                 {"annotation_level", name_of(annotation.level)},
                 {"message", annotation.message}};
  if (!annotation.title.empty()) result["title"] = annotation.title;
  return result;
}

json actions_json(const std::vector<CheckAction>& actions) {
  json result = json::array();
  for (const CheckAction& action : actions) {
    result.push_back(
        {{"label", action.label}, {"description", action.description}, {"identifier", action.identifier}});
  }
  return result;
}

std::string external_id_of(const CheckRun& run, const json& annotations) {
  const std::string text = annotations.dump(-1, ' ', false, json::error_handler_t::replace);
  return fmt::format("{}{}:{}", kPrefix, run.pull_request, sha256_hex(text).substr(0, kDigestDigits));
}

/// A check run that is there.
struct Known {
  std::int64_t id = 0;
  std::string external_id;
  bool is_completed = false;
  std::size_t annotations = 0;
};

Result<Known> read_known(const JsonReader& reader) {
  Known known;
  known.id = MLX_TRY(reader.integer("id"));
  known.external_id = MLX_TRY(reader.string_if_present("external_id")).value_or("");
  known.is_completed = MLX_TRY(reader.string("status")) == "completed";
  const auto count = MLX_TRY(MLX_TRY(reader.at("output")).integer("annotations_count"));
  known.annotations = static_cast<std::size_t>(std::max(0LL, count));
  return known;
}

class Writer {
 public:
  Writer(GithubApi& api, const GithubApi::Scope& scope, const CheckRun& wanted)
      : api_(api), scope_(scope), wanted_(wanted) {
    for (const CheckAnnotation& annotation : wanted.annotations)
      annotations_.push_back(annotation_json(annotation));
    external_id_ = external_id_of(wanted, annotations_);
  }

  Result<std::string> put() {
    const auto known = MLX_TRY(find());
    if (known && can_become_wanted(*known)) {
      id_ = known->id;
      if (known->external_id == external_id_) sent_ = known->annotations;
    } else if (known && !known->is_completed) {
      // Nobody shall wait for it: it is left behind.
      MLX_CHECK(send("PATCH", fmt::format("/check-runs/{}", known->id),
                     {{"status", "completed"}, {"conclusion", "cancelled"}}));
    }
    do {
      MLX_CHECK(send_batch());
    } while (sent_ < annotations_.size());
    return url_;
  }

 private:
  Result<json> send(std::string_view method, const std::string& path, const json& body) {
    return api_.request(scope_, method, "/repos/" + scope_.repository.full() + path, body);
  }

  /// The latest of this name that the bot itself made for the commit.
  Result<std::optional<Known>> find() {
    const auto answer = send("GET",
                             fmt::format("/commits/{}/check-runs?check_name={}&filter=latest&per_page=100",
                                         wanted_.head_sha, percent_encode(wanted_.name)),
                             nullptr);
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    for (const JsonReader& reader :
         MLX_TRY(JsonReader(*answer, "GitHub's check runs").elements("check_runs"))) {
      Known known = MLX_TRY(read_known(reader));
      const bool is_own = pull_request_in(known.external_id) && MLX_TRY(is_by_own_app(reader));
      if (is_own) return known;
    }
    return std::nullopt;
  }

  /// Another App may run MLX in the same repository. Who acts with a token cannot tell, nor need to.
  Result<bool> is_by_own_app(const JsonReader& reader) {
    if (!api_.is_app()) return true;
    const bool has_app = reader.has("app") && reader.value().at("app").is_object();
    if (!has_app) return false;
    const std::string slug = MLX_TRY(MLX_TRY(reader.at("app")).string("slug"));
    return slug + "[bot]" == MLX_TRY(api_.own_login(scope_));
  }

  [[nodiscard]] bool can_become_wanted(const Known& known) const {
    const bool begins_anew = known.is_completed && !wanted_.conclusion;
    const bool has_part_of_wanted =
        known.external_id == external_id_ ? known.annotations <= annotations_.size() : known.annotations == 0;
    return has_part_of_wanted && !begins_anew;
  }

  /// The next annotations, and with the last of them the conclusion.
  Result<void> send_batch() {
    const std::size_t end = std::min(sent_ + kAnnotationsInOneRequest, annotations_.size());
    const bool is_last = end == annotations_.size();
    json output = {{"title", wanted_.title}, {"summary", wanted_.summary}, {"text", wanted_.text}};
    if (end > sent_) {
      const auto begin = annotations_.begin() + static_cast<std::ptrdiff_t>(sent_);
      output["annotations"] =
          json(std::vector<json>(begin, begin + static_cast<std::ptrdiff_t>(end - sent_)));
    }
    json body = {{"name", wanted_.name}, {"external_id", external_id_}, {"output", std::move(output)}};
    if (!id_) body.update({{"head_sha", wanted_.head_sha}, {"status", "in_progress"}});
    if (is_last && wanted_.conclusion) {
      body.update({{"status", "completed"},
                   {"conclusion", name_of(*wanted_.conclusion)},
                   {"actions", actions_json(wanted_.actions)}});
    }
    const json answer = MLX_TRY(id_ ? send("PATCH", fmt::format("/check-runs/{}", *id_), body)
                                    : send("POST", "/check-runs", body));
    const JsonReader reader(answer, "GitHub's check run");
    id_ = MLX_TRY(reader.integer("id"));
    url_ = MLX_TRY(reader.string_if_present("html_url")).value_or("");
    sent_ = end;
    return {};
  }

  GithubApi& api_;
  const GithubApi::Scope& scope_;
  const CheckRun& wanted_;
  json annotations_ = json::array();
  std::string external_id_;
  std::optional<std::int64_t> id_;  ///< of the check run that is written to, once there is one
  std::size_t sent_ = 0;            ///< of the annotations
  std::string url_;
};

}  // namespace

Result<std::optional<std::string>> put_github_check_run(GithubApi& api, const GithubApi::Scope& scope,
                                                        const CheckRun& wanted) {
  MLX_CHECK(check_limits(wanted));
  if (api.is_without_check_runs()) return std::nullopt;
  auto url = Writer(api, scope, wanted).put();
  if (url) return *std::move(url);
  if (url.error().code != ErrorCode::kRefused) return std::unexpected(std::move(url).error());
  api.note_refused_check_run();
  return std::nullopt;
}

std::optional<std::int64_t> pull_request_in(std::string_view external_id) {
  if (!external_id.starts_with(kPrefix)) return std::nullopt;
  external_id.remove_prefix(kPrefix.size());
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(external_id.data(), external_id.data() + external_id.size(), number);
  const bool is_number =
      error == std::errc() && end != external_id.data() + external_id.size() && *end == ':';
  return is_number && number > 0 ? std::optional(number) : std::nullopt;
}

}  // namespace mlx::bot
