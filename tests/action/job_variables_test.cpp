#include "action/job_variables.h"

#include <catch2/catch.hpp>

using namespace mlx::action;

TEST_CASE("a project's configuration gets no variable of the job") {
  for (const char* name : {"INPUT_TOKEN", "GITHUB_TOKEN", "GH_TOKEN", "ACTIONS_RUNTIME_TOKEN", "MLX_LLM_KEY",
                           "RUNNER_TEMP", "CI_JOB_TOKEN", "GITLAB_USER_LOGIN", "TRIGGER_PAYLOAD"})
    CHECK(is_variable_of_job(name));
  CHECK_FALSE(is_variable_of_job("ACME_TOKEN"));
}

TEST_CASE("a project's tools get what any program needs, and settings of uv's") {
  for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "https_proxy", "SSL_CERT_FILE", "UV_CACHE_DIR",
                           "UV_INDEX_ACME_PASSWORD"})
    CHECK(is_variable_for_tools(name));
  for (const char* name : {"INPUT_TOKEN", "CI_JOB_TOKEN", "AWS_SECRET_ACCESS_KEY", "UV_PUBLISH_TOKEN",
                           "UV_FROZEN", "UV_PROJECT", "UV_GITHUB_TOKEN", "PATHS", "NODE_OPTIONS", ""})
    CHECK_FALSE(is_variable_for_tools(name));
}

TEST_CASE("a token has no space in it") {
  CHECK(is_sendable_token("glpat-1_a.b"));
  for (const char* token : {"a b", "a\nb", "a\tb"}) CHECK_FALSE(is_sendable_token(token));
}
