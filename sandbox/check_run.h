#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/time.h"

namespace mlx::sandbox {

/// A remark of a check run on lines of a file.
struct CheckAnnotation {
  std::string path;
  int start_line = 1;
  int end_line = 1;
  std::optional<int> start_column = {};
  std::optional<int> end_column = {};
  std::string level;  ///< "notice", "warning" or "failure"
  std::string title;
  std::string message;
  std::string raw_details;
};

/// A button of a check run.
struct CheckAction {
  std::string label;
  std::string description;
  std::string identifier;
};

struct CheckRun {
  std::int64_t id = 0;
  std::int64_t suite = 0;  ///< of all check runs of the commit
  std::string name;
  std::string head_sha;
  std::string external_id = {};
  std::string details_url = {};
  std::string status = "queued";  ///< or "in_progress", "completed"
  std::string conclusion = {};    ///< empty until it is completed
  std::optional<std::string> title = {};
  std::optional<std::string> summary = {};
  std::optional<std::string> text = {};
  std::vector<CheckAnnotation> annotations = {};
  std::vector<CheckAction> actions = {};
  Time started_at;
  std::optional<Time> completed_at = {};
};

}  // namespace mlx::sandbox
