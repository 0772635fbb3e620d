#include "engine/advise/advisor_settings.h"

#include <map>

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

Result<std::optional<AdvisorSettings>> read(const Values& values) {
  return read_advisor_settings([&](std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  });
}

Values enough_with(const std::string& name, const std::string& value) {
  Values values = {
      {"MLX_LLM_URL", "https://llm.test/v1"}, {"MLX_LLM_MODEL", "small"}, {"MLX_LLM_KEY", "the-key"}};
  values[name] = value;
  return values;
}

}  // namespace

TEST_CASE("without an address there is no advisor") {
  CHECK_FALSE(read({}).value());
  CHECK_FALSE(read({{"MLX_LLM_MODEL", "x"}, {"MLX_LLM_KEY", "y"}, {"MLX_LLM_TIMEOUT", "z"}}).value());
}

TEST_CASE("an address and a model suffice") {
  const auto settings =
      read({{"MLX_LLM_URL", "http://localhost:11434"}, {"MLX_LLM_MODEL", "llama3.2:3b"}}).value();
  REQUIRE(settings);
  CHECK(settings->url == "http://localhost:11434/v1/chat/completions");
  CHECK(settings->model == "llama3.2:3b");
  CHECK(settings->key.empty());
  CHECK(settings->timeout == std::chrono::seconds(20));
  CHECK(settings->budget == AdviceBudget{.requests = 200, .tokens = 500'000});
}

TEST_CASE("everything can be set") {
  auto values = enough_with("MLX_LLM_TIMEOUT", "90");
  values["MLX_LLM_DAILY_REQUESTS"] = "7";
  values["MLX_LLM_DAILY_TOKENS"] = "0";
  const auto settings = read(values).value();
  REQUIRE(settings);
  CHECK(settings->key == "the-key");
  CHECK(settings->timeout == std::chrono::seconds(90));
  CHECK(settings->budget == AdviceBudget{.requests = 7, .tokens = 0});
}

TEST_CASE("an address may be given as it stands in any manual") {
  const auto [given, meant] = GENERATE(table<std::string, std::string>({
      {"https://api.openai.com", "https://api.openai.com/v1/chat/completions"},
      {"https://api.openai.com/", "https://api.openai.com/v1/chat/completions"},
      {"https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"},
      {"https://api.openai.com/v1//", "https://api.openai.com/v1/chat/completions"},
      {"https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions"},
      {"https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions"},
      {"https://api.groq.com/openai", "https://api.groq.com/openai/v1/chat/completions"},
      {"https://x.test/v1beta/openai/", "https://x.test/v1beta/openai/chat/completions"},
      {"https://x.test/api/paas/v4", "https://x.test/api/paas/v4/chat/completions"},
      {"https://v1.test", "https://v1.test/v1/chat/completions"},
      {"https://x.test/vllm", "https://x.test/vllm/v1/chat/completions"},
  }));
  CHECK(chat_completions_url(given, false).value() == meant);
}

TEST_CASE("plain http is for this machine, unless allowed") {
  for (const char* const url : {"http://localhost", "http://localhost:8000/v1", "http://127.0.0.1:8080",
                                "http://127.1.2.3", "http://[::1]:8080/v1", "http://[::1]"}) {
    INFO(url);
    CHECK(chat_completions_url(url, false));
  }
  for (const char* const url :
       {"http://llm.test", "http://10.0.0.1", "http://127.0.0.1.evil.test", "http://127.evil.test",
        "http://localhost.evil.test", "http://127.0.0.1x", "http://127.0..1", "http://127.1", "http://[::2]",
        "http://[::1]x", "http://0.0.0.0"}) {
    INFO(url);
    REQUIRE_FALSE(chat_completions_url(url, false));
    CHECK(chat_completions_url(url, false).error().message.contains("MLX_LLM_ALLOW_HTTP"));
    CHECK(chat_completions_url(url, true));
  }
  CHECK(read(enough_with("MLX_LLM_URL", "http://llm.test")).error().message.contains("MLX_LLM_ALLOW_HTTP"));
  auto values = enough_with("MLX_LLM_URL", "http://llm.test");
  values["MLX_LLM_ALLOW_HTTP"] = "on";
  CHECK(read(values));
}

TEST_CASE("what is no address is refused") {
  for (const char* const url :
       {"llm.test", "ftp://llm.test", "https://", "https:///v1", "https://:80", "https://bob:pw@llm.test",
        "https://llm.test?x=1", "https://llm.test#x", "https://llm.test/a b", "https://llm.test\r\nX: y",
        "HTTPS://llm.test", "https://llm.test\\@evil.test"}) {
    INFO(url);
    REQUIRE_FALSE(chat_completions_url(url, true));
    CHECK(chat_completions_url(url, true).error().message.starts_with("MLX_LLM_URL "));
  }
}

TEST_CASE("what is wrong is named, and the key never shown") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"MLX_LLM_MODEL", ""},
      {"MLX_LLM_MODEL", "two words"},
      {"MLX_LLM_MODEL", "line\nend"},
      {"MLX_LLM_KEY", "hidden key"},
      {"MLX_LLM_KEY", "hidden\r\nX: y"},
      {"MLX_LLM_TIMEOUT", "0"},
      {"MLX_LLM_TIMEOUT", "-1"},
      {"MLX_LLM_TIMEOUT", "601"},
      {"MLX_LLM_TIMEOUT", "20s"},
      {"MLX_LLM_DAILY_REQUESTS", "many"},
      {"MLX_LLM_DAILY_TOKENS", "-1"},
      {"MLX_LLM_DAILY_TOKENS", "99999999999999999999"},
      {"MLX_LLM_ALLOW_HTTP", "yes"},
  }));
  const auto settings = read(enough_with(name, value));
  REQUIRE_FALSE(settings);
  CHECK(settings.error().message.starts_with(name + " "));
  CHECK_FALSE(settings.error().message.contains("hidden"));
  CHECK_FALSE(settings.error().message.contains("the-key"));
}
