#include "engine/plan/create/foundation.h"
#include "engine/plan/create/workflows.h"

namespace mlx {
namespace {

constexpr std::string_view kGithubChecks = R"(# Every change: the checks that `make check` runs at home.
name: CI

on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

concurrency:
  group: ci-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "@PYTHON@"
      - run: make check
)";

constexpr std::string_view kGitlab =
    R"(# Every change: the checks that `make check` runs at home, and the review of MLX. For updates add a pipeline schedule.
# OWNER is whose MLX it is: its address and its image.
include:
  - remote: https://gitlab.com/OWNER/mlx/-/raw/v1/action/gitlab/mlx.yml
    inputs:
      image: registry.gitlab.com/OWNER/mlx:v1

check:
  stage: test
  image: python:@PYTHON@
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "push"
  script:
    - make check
)";

}  // namespace

void add_pipeline_files(const Foundation& foundation, NewFiles& files) {
  const std::map<std::string, std::string, std::less<>> values = {{"PYTHON", foundation.python.text()}};
  if (foundation.forge == ForgeKind::kGitlab) {
    files[".gitlab-ci.yml"] = filled(kGitlab, values);
    return;
  }
  files[".github/workflows/ci.yml"] = filled(kGithubChecks, values);
  files[".github/workflows/mlx-review.yml"] = workflows::kReview;
  files[".github/workflows/mlx-commands.yml"] = workflows::kCommands;
  files[".github/workflows/mlx-updates.yml"] = workflows::kUpdates;
}

}  // namespace mlx
