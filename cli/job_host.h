#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "action/job.h"
#include "action/job_report.h"
#include "action/permission.h"
#include "bot/forge/forge.h"
#include "engine/base/error.h"
#include "engine/base/http.h"
#include "engine/io/http_network.h"

namespace mlx::cli {

/// The CI that `mlx action` runs in: how it tells its jobs what to do, and where they say what came of it.
class JobHost {
 public:
  JobHost() = default;
  JobHost(const JobHost&) = delete;
  JobHost& operator=(const JobHost&) = delete;
  virtual ~JobHost() = default;

  /// Reads the environment, before anything else is asked of it. What fails is told by report_error().
  [[nodiscard]] virtual Result<void> read_environment() = 0;
  [[nodiscard]] virtual Result<action::Job> read_job(const std::string& now) = 0;

  [[nodiscard]] virtual Result<std::unique_ptr<bot::Forge>> make_forge(
      HttpClient& http, std::function<std::chrono::sys_seconds()> now) const = 0;
  /// How the forge is reached.
  [[nodiscard]] virtual HttpNetwork network() const { return environment_network(); }
  [[nodiscard]] virtual action::PermissionAdvice permission_advice() const = 0;
  /// Why nothing is asked of the forge where there is no token, and what to do.
  [[nodiscard]] virtual std::string no_token() const = 0;

  /// One line of the job's log, of text from outside.
  virtual void log(const std::string& text) const = 0;
  virtual void publish(action::JobReport& report) const = 0;
  /// Says why nothing came of it, where whoever looks at the job looks.
  virtual void report_error(const Error& error) const = 0;
  /// Shall the log say more?
  [[nodiscard]] virtual bool is_debug() const = 0;
};

[[nodiscard]] std::unique_ptr<JobHost> github_host();
[[nodiscard]] std::unique_ptr<JobHost> gitlab_host();

}  // namespace mlx::cli
