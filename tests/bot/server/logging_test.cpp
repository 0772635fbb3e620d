#include "bot/logging.h"

#include <sstream>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mlx::bot;

namespace {

struct Fixture {
  std::ostringstream out;
  Log text = Log::to_stream(out, LogFormat::kText, LogLevel::kInfo);
  Log json = Log::to_stream(out, LogFormat::kJson, LogLevel::kInfo);

  nlohmann::json only_line() const {
    const std::string line = out.str();
    REQUIRE(line.find('\n') == line.size() - 1);
    return nlohmann::json::parse(line);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a JSON line is an object with the time in UTC, the level and the fields") {
  json.warning("it happened", {{"repository", "octo/repo"}, {"count", "3"}});
  const auto line = only_line();
  CHECK_THAT(line["time"].get<std::string>(), Catch::Matches(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"));
  CHECK(line["level"] == "warning");
  CHECK(line["message"] == "it happened");
  CHECK(line["repository"] == "octo/repo");
  CHECK(line["count"] == "3");
}

TEST_CASE_METHOD(Fixture, "a text line has the fields behind the message") {
  text.error("it happened", {{"repository", "octo/repo"}, {"reason", "two words"}, {"none", ""}});
  CHECK_THAT(out.str(),
             Catch::EndsWith(" error   it happened repository=octo/repo reason=\"two words\" none=\"\"\n"));
}

TEST_CASE_METHOD(Fixture,
                 "nothing in a message or value can begin a line, end a field, or reach a terminal") {
  const std::string evil = "a\n2024-01-01T00:00:00Z info forged=\"x\"\r\x1b[2J\x7f\xff";
  SECTION("text") {
    text.info(evil, {{"value", evil}, {"other", "x admin=yes"}});
    const std::string line = out.str();
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK_THAT(line, Catch::Contains("other=\"x admin=yes\""));
  }
  SECTION("json") {
    json.info(evil, {{"value", evil}});
    CHECK(only_line()["value"].get<std::string>().starts_with("a\n2024"));
  }
}

TEST_CASE_METHOD(Fixture, "lines below the level are not written") {
  text.debug("quiet");
  CHECK(out.str().empty());
}

TEST_CASE_METHOD(Fixture, "a scope adds its fields to the lines of its thread") {
  {
    const LogScope outer({{"delivery", "d1"}});
    {
      const LogScope inner({{"repository", "o/x"}});
      text.info("both");
      std::jthread([&] { text.info("elsewhere"); }).join();
    }
    text.info("one");
  }
  text.info("none");
  CHECK_THAT(out.str(), Catch::Contains("both delivery=d1 repository=o/x\n") &&
                            Catch::Contains("elsewhere\n") && Catch::Contains("one delivery=d1\n") &&
                            Catch::Contains("none\n"));
}

TEST_CASE_METHOD(Fixture, "secrets never appear") {
  const std::string key =
      "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\nabc\n-----END RSA PRIVATE KEY-----\n";
  for (Log* log : {&text, &json}) {
    log->keep_secret(Secret("s3cr3t"));
    log->keep_secret(Secret("s3cr3t-and-more"));
    log->keep_secret(Secret("quo\"ted"));
    log->keep_secret(Secret(key));
    log->keep_secret(Secret());
    const LogScope scope({{"url", "https://x:s3cr3t@host/"}});
    log->error("token s3cr3t-and-more, s3cr3ts3cr3t", {{"value", "quo\"ted"}, {"key", key}});
    log->error("a line of it: MIIEowIBAAKCAQEA7");
    log->error("in one line: -----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEA7\\nabc");
  }
  const std::string lines = out.str();
  INFO(lines);
  for (const auto* secret : {"s3cr3t", "and-more", "quo", "MIIEowIBAAKCAQEA7"}) {
    CHECK(lines.find(secret) == std::string::npos);
  }
  CHECK_THAT(lines, Catch::Contains("token ***, ******"));
}

TEST_CASE_METHOD(Fixture, "lines of several threads do not mix") {
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) json.info(std::string(200, 'x'));
      });
    }
  }
  std::istringstream lines(out.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CHECK(nlohmann::json::accept(line));
  }
  CHECK(count == 800);
}
