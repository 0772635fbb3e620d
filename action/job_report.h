#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/check_run.h"
#include "bot/core/review/review_pull_request.h"
#include "engine/compat/rule_finding.h"

namespace mlx::action {

/// What came of a job, for whatever shows it.
struct JobReport {
  std::string title;           ///< one line of plain text
  std::string text;            ///< Markdown
  RuleFindings findings = {};  ///< the gravest first; paths from the repository's top
  bool has_findings = false;   ///< they were looked for, even if there are none
  std::vector<bot::CheckAnnotation> annotations = {};
  std::int64_t pull_request = 0;  ///< that was made or brought up to date, or is there; 0: none
  std::string pull_request_url = {};
  std::optional<double> score = {};     ///< between 0 and 1
  bool is_changed = false;              ///< something was, or in a dry run would be
  bool is_failed = false;               ///< as `fail-on` has it, or what was asked for was refused
  std::vector<std::string> notes = {};  ///< what could not be said or done, each a sentence of plain text
};

}  // namespace mlx::action
