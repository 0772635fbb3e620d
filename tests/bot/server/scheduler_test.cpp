// Schedules become deliveries: the real forge code on scripted answers, a real queue, and a clock of the
// test's.
#include "bot/scheduler.h"

#include <map>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/schedule_event.h"
#include "bot/forge/github/github.h"
#include "bot/queue/sqlite_queue.h"
#include "engine/base/digest.h"
#include "engine/base/timestamp.h"
#include "engine/io/time_zone_directory.h"
#include "tests/support/scripted_http_client.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/tzif.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using namespace std::chrono_literals;
using Catch::Contains;
using nlohmann::json;
using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kList = "GET /user/repos?per_page=100&page=1";

std::string mondays(const std::string& timezone = "Europe/Berlin") {
  return "[bot]\nupdate = { schedule = \"0 6 * * 1\", timezone = \"" + timezone + "\" }\n";
}

/// The answers of a forge whose repositories are one commit each.
class ScriptedForge {
 public:
  ScriptedHttpClient http;

  /// Commits these files to a repository; it was pushed to at `time`.
  void push(const std::string& name, const std::map<std::string, std::string>& files, sys_seconds time) {
    json tree = json::array();
    for (const auto& [path, text] : files) {
      const std::string id = BlobId::of(text).hex();
      tree.push_back({{"path", path}, {"mode", "100644"}, {"sha", id}});
      const json blob = {{"content", base64(text)}, {"encoding", "base64"}};
      http.always("GET /repos/o/" + name + "/git/blobs/" + id, 200, blob.dump());
    }
    const std::string commit = fmt::format("c{}", ++commits_);
    const json head = {{"sha", commit}, {"commit", {{"tree", {{"sha", "t" + commit}}}}}};
    http.always("GET /repos/o/" + name + "/branches/main", 200, json{{"commit", head}}.dump());
    http.always("GET /repos/o/" + name + "/git/trees/t" + commit, 200, json{{"tree", tree}}.dump());
    pushed_[name] = to_timestamp(time);
    answer_list();
  }

  void remove(const std::string& name) {
    pushed_.erase(name);
    answer_list();
  }

  void answer_list() {
    json repositories = json::array();
    for (const auto& [name, pushed_at] : pushed_) {
      repositories.push_back({{"owner", {{"login", "o"}}},
                              {"name", name},
                              {"default_branch", "main"},
                              {"pushed_at", pushed_at},
                              {"permissions", {{"push", true}}}});
    }
    http.always(kList, 200, repositories.dump());
  }

 private:
  int commits_ = 0;
  std::map<std::string, std::string> pushed_;
};

/// A queue in a file, of which everything that comes is taken at once.
class Inbox {
 public:
  Inbox() : queue_(open_sqlite_queue((directory_.path() / "queue.db").string()).value()) {}
  JobQueue& operator*() { return *queue_; }

  /// What came since the last call, without "schedule:o/", and what is asked of the handler.
  Lines take(TimePoint now) {
    Lines ids;
    while (true) {
      auto job = queue_->claim(now, now + 1min).value();
      if (!job) return ids;
      CHECK(job->delivery.forge == "github");
      CHECK(job->delivery.event == kScheduleEvent);
      const ScheduleEvent event = parse_schedule_delivery(job->delivery.body).value();
      CHECK(schedule_delivery_id(event) == job->delivery.id);
      CHECK(queue_->hold_repository(*job, event.repository.full()).value());
      CHECK(queue_->complete(*job, "done", now));
      CHECK(queue_->prune(now));
      ids.push_back(job->delivery.id.substr(std::string_view("schedule:o/").size()));
    }
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<JobQueue> queue_;
};

/// One process of the bot.
class Process {
 public:
  Process(ScriptedForge& github, JobQueue& queue, const sys_seconds& now, SchedulerOptions options = {})
      : forge_(make_github(github.http, {.api_url = std::string(ScriptedHttpClient::kApi),
                                         .credentials = GithubToken{"token"},
                                         .now = [&now] { return now; }})
                   .value()),
        scheduler_(
            {.forge = *forge_, .zones = zones_, .queue = queue, .forge_name = "github"},
            [&now] { return TimePoint(now); }, Log::to_stream(log_, LogFormat::kText, LogLevel::kInfo),
            [this] { ++woken; }, options) {}

  sys_seconds run_once() { return std::chrono::ceil<seconds>(scheduler_.run_once()); }
  Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] std::string log() const { return log_.str(); }
  int woken = 0;

 private:
  std::ostringstream log_;
  TimeZoneDirectory zones_;
  std::unique_ptr<Forge> forge_;
  Scheduler scheduler_;
};

struct World {
  ScriptedForge github;
  Inbox inbox;
  sys_seconds now = utc(2026, 11, 30, 4, 59);  // a Monday, 5:59 in Berlin

  Lines run(Process& process) {
    process.run_once();
    return inbox.take(now);
  }
  Lines requests() {
    Lines lines = github.http.lines();
    github.http.requests.clear();
    return lines;
  }
};

}  // namespace

TEST_CASE_METHOD(World, "a time of the schedule becomes one delivery, when it has come") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  github.push("plain", {{"README.md", "# no MLX\n"}}, now - 240h);
  github.push("manual", {{"mlx.toml", "[bot]\n"}}, now - 240h);
  Process bot(github, *inbox, now);
  CHECK(bot.run_once() == utc(2026, 11, 30, 5));
  CHECK(inbox.take(now).empty());
  now = utc(2026, 11, 30, 5);
  CHECK(run(bot) == Lines{"shop:2026-11-30T05:00:00Z"});
  CHECK(bot.woken == 1);
  now += 1s;
  CHECK(run(bot).empty());
  now += 72h;
  CHECK(run(bot).empty());
  CHECK(bot.woken == 1);
}

TEST_CASE_METHOD(World,
                 "a year of schedules, in zones whose clocks change apart, with restarts and two processes") {
  github.push("berlin",
              {{"mlx.toml", "[bot]\nupdate = { schedule = \"30 2 * * *\", timezone = \"Europe/Berlin\" }\n"}},
              now - 240h);
  github.push(
      "york",
      {{"mlx.toml", "[bot]\nupdate = { schedule = \"30 1 * * sun\", timezone = \"America/New_York\" }\n"}},
      now - 240h);
  github.push("utc", {{"pyproject.toml", "[tool.mlx.bot]\nupdate = { schedule = \"@monthly\" }\n"}},
              now - 240h);
  const sys_seconds end = now + 24h * 365;
  const SchedulerOptions seldom{.interval = 12h};
  auto first = std::make_unique<Process>(github, *inbox, now, seldom);
  auto second = std::make_unique<Process>(github, *inbox, now, seldom);
  Lines found;
  int passes = 0;
  while (now < end) {
    ++passes;
    // A process may end and be started at any time.
    if (passes % 17 == 0) first = std::make_unique<Process>(github, *inbox, now, seldom);
    if (passes % 23 == 0) second = std::make_unique<Process>(github, *inbox, now, seldom);
    const sys_seconds next = std::min(first->run_once(), second->run_once());
    const Lines ids = inbox.take(now);
    found.insert(found.end(), ids.begin(), ids.end());
    REQUIRE(next > now);
    now = next;
  }
  // Worked out another way: by what clocks show at each minute, the first time that they show it.
  const TimeZoneDirectory zones;
  const auto expected_of = [&](const std::string& name, const char* zone_name, auto&& fits) {
    const TimeZone zone = zones.find(zone_name).value();
    Lines expected;
    std::set<LocalSeconds> seen;
    for (sys_seconds at = utc(2026, 11, 29, 4, 59); at < end; at += 1min) {
      const LocalSeconds local = zone.to_local(at);
      const bool is_gap_end = zone.period_at(at).begin == at && local > zone.to_local(at - 1s) + 1s;
      const bool is_due = fits(local) || (is_gap_end && fits(local - 30min));
      if (is_due && seen.insert(local).second) expected.push_back(name + ":" + to_timestamp(at));
    }
    return expected;
  };
  const auto time_of = [](LocalSeconds local) {
    return local - std::chrono::floor<std::chrono::days>(local);
  };
  Lines expected =
      expected_of("berlin", "Europe/Berlin", [&](LocalSeconds local) { return time_of(local) == 150min; });
  for (const Lines& more :
       {expected_of("york", "America/New_York",
                    [&](LocalSeconds local) {
                      const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(local));
                      return time_of(local) == 90min && day == std::chrono::Sunday;
                    }),
        expected_of("utc", "UTC", [&](LocalSeconds local) {
          const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(local));
          return time_of(local) == 0min && day.day() == std::chrono::day(1);
        })}) {
    expected.insert(expected.end(), more.begin(), more.end());
  }
  CHECK(std::set(found.begin(), found.end()) == std::set(expected.begin(), expected.end()));
  CHECK(found.size() == expected.size());
  CHECK(found.size() > 400);
}

TEST_CASE_METHOD(World, "what was due while nobody was there is caught up with for a day") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  now = utc(2026, 12, 1, 4, 59, 59);
  SECTION("less than a day ago") {
    Process bot(github, *inbox, now);
    CHECK(run(bot) == Lines{"shop:2026-11-30T05:00:00Z"});
  }
  SECTION("longer ago") {
    now += 1s;
    Process bot(github, *inbox, now);
    CHECK(run(bot).empty());
  }
  SECTION("when the list could not be read at first") {
    github.http.always(kList, 502, "{}");
    Process bot(github, *inbox, now);
    CHECK(run(bot).empty());
    github.answer_list();
    now += 1min;
    CHECK(run(bot).empty());  // a day ago by now
    github.push("late", {{"mlx.toml", "[bot]\nupdate = { schedule = \"@hourly\" }\n"}}, now - 240h);
    Process other(github, *inbox, now);
    CHECK(run(other) == Lines{"late:2026-12-01T05:00:00Z"});
  }
}

TEST_CASE_METHOD(World, "a schedule that changes counts from then on") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  Process bot(github, *inbox, now);
  CHECK(run(bot).empty());
  now = utc(2026, 11, 30, 15);
  CHECK(run(bot) == Lines{"shop:2026-11-30T05:00:00Z"});
  // Whoever writes in the afternoon that it is to be at three at night does not want it at once.
  github.push("shop", {{"mlx.toml", "[bot]\nupdate = { schedule = \"0 3 * * *\" }\n"}}, now);
  now += 5min;
  CHECK(bot.run_once() == now + 5min);
  CHECK(inbox.take(now).empty());
  now = utc(2026, 12, 1, 3);
  CHECK(run(bot) == Lines{"shop:2026-12-01T03:00:00Z"});
  // Nor does whoever only adds the bot.
  github.push("new", {{"mlx.toml", "[bot]\nupdate = { schedule = \"0 2 * * *\" }\n"}}, now);
  now += 5min;
  CHECK(run(bot).empty());
  now = utc(2026, 12, 2, 2);
  CHECK(run(bot) == Lines{"new:2026-12-02T02:00:00Z"});
  github.push("new", {{"mlx.toml", "[bot]\n"}}, now);
  github.remove("shop");
  now += 48h;
  CHECK(run(bot).empty());
}

TEST_CASE_METHOD(World, "the forge is asked for little") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  Process bot(github, *inbox, now);
  bot.run_once();
  CHECK(requests().size() == 4);  // the list, the branch, its top directory, the file
  now += 5min;
  bot.run_once();
  CHECK(requests() == Lines{kList});
  // A push elsewhere than to the default branch.
  github.http.always(kList, 200,
                     json::array({{{"owner", {{"login", "o"}}},
                                   {"name", "shop"},
                                   {"default_branch", "main"},
                                   {"pushed_at", to_timestamp(now)},
                                   {"permissions", {{"push", true}}}}})
                         .dump());
  now += 5min;
  bot.run_once();
  CHECK(requests() == Lines{kList, "GET /repos/o/shop/branches/main"});
  now += 5min;
  bot.run_once();
  CHECK(requests() == Lines{kList});
  // At a time that is due, only if the list is old by then.
  now += 1min;
  bot.run_once();
  CHECK(requests().empty());
  // Once a day it is looked at in any case.
  now += 24h;
  bot.run_once();
  CHECK(requests() == Lines{kList, "GET /repos/o/shop/branches/main"});
}

TEST_CASE_METHOD(World, "two pushes within a second are not taken for one") {
  github.push("shop", {{"mlx.toml", "[bot]\n"}}, now);
  Process bot(github, *inbox, now);
  bot.run_once();
  github.push("shop", {{"mlx.toml", mondays()}}, now);
  now = utc(2026, 11, 30, 5, 4);
  CHECK(run(bot).empty());  // it has that schedule from now on
  now = utc(2026, 12, 7, 5);
  CHECK(run(bot) == Lines{"shop:2026-12-07T05:00:00Z"});
}

TEST_CASE_METHOD(World, "a configuration that cannot be read is told of once") {
  const std::string wrong = "[bot]\nupdate = { schedule = \"0 25 * * *\" }\n";
  const std::string nowhere = mondays("Europe/Berlni");
  github.push("shop", {{"mlx.toml", wrong}}, now);
  github.push("blog", {{"mlx.toml", nowhere}}, now);
  github.push("both", {{"mlx.toml", mondays()}, {"pyproject.toml", "[tool.mlx]\n"}}, now);
  github.push("foreign", {{"pyproject.toml", "{% if jinja %}\n"}}, now);
  github.push("own", {{"pyproject.toml", "[tool.mlx\n"}}, now);
  const auto id = [](const std::string& text) { return BlobId::of(text).hex(); };
  const Lines expected = {"blog:configuration:" + id(nowhere),
                          "both:configuration:" + id(mondays()) + "-" + id("[tool.mlx]\n"),
                          "own:configuration:" + id("[tool.mlx\n"), "shop:configuration:" + id(wrong)};
  Process bot(github, *inbox, now);
  CHECK(run(bot) == expected);
  CHECK(run(bot).empty());
  Process other(github, *inbox, now);
  CHECK(run(other).empty());
  // Another text is another thing to tell, also one that was right in between.
  github.push("shop", {{"mlx.toml", wrong + "# still\n"}}, now + 1min);
  now += 5min;
  CHECK(run(bot) == Lines{"shop:configuration:" + id(wrong + "# still\n")});
  github.push("shop", {{"mlx.toml", "[bot]\nupdate = { schedule = \"@hourly\" }\n"}}, now + 1min);
  now += 5min;
  CHECK(run(bot).empty());
  now = utc(2026, 11, 30, 6);
  CHECK(run(bot) == Lines{"shop:2026-11-30T06:00:00Z"});
}

TEST_CASE_METHOD(World, "what the forge refuses is tried again, and known schedules are kept meanwhile") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  Process bot(github, *inbox, now);
  bot.run_once();
  SECTION("a limit") {
    now += 5min - 10s;  // 5:03:50, the list is read anew at 5:04
    CHECK(run(bot) == Lines{"shop:2026-11-30T05:00:00Z"});
    now = utc(2026, 12, 7, 4, 59);
    github.http.always(kList, 429, "{\"message\": \"API rate limit exceeded\"}");
    requests();
    CHECK(bot.run_once() == now + 1min);
    now = utc(2026, 12, 7, 4, 59, 30);
    bot.run_once();
    CHECK(requests() == Lines{kList});
    now = utc(2026, 12, 7, 5);
    CHECK(run(bot) == Lines{"shop:2026-12-07T05:00:00Z"});
    CHECK_THAT(bot.log(), Contains("cannot look for schedules") && Contains("rate limit"));
  }
  SECTION("one repository of several") {
    github.push("broken", {{"mlx.toml", mondays()}}, now);
    github.push("shut", {{"mlx.toml", mondays()}}, now);
    github.push("zoo", {{"mlx.toml", "[bot]\nupdate = { schedule = \"@hourly\" }\n"}}, now);
    github.http.always("GET /repos/o/broken/branches/main", 500, "{}");
    github.http.always("GET /repos/o/shut/branches/main", 403, "{\"message\": \"Resource not accessible\"}");
    now += 5min;
    bot.run_once();
    CHECK_THAT(bot.log(), Contains("o/broken") && Contains("o/shut"));
    (void)inbox.take(now);
    now = utc(2026, 11, 30, 6);
    CHECK(run(bot) == Lines{"zoo:2026-11-30T06:00:00Z"});
  }
  SECTION("a wrong token") {
    github.http.always(kList, 401, "{\"message\": \"Bad credentials\"}");
    now = utc(2026, 11, 30, 5, 5);
    CHECK(run(bot) == Lines{"shop:2026-11-30T05:00:00Z"});
  }
}

TEST_CASE_METHOD(World, "a repository without commits, and a branch that is not there yet") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  github.http.always("GET /repos/o/shop/branches/main", 404, "{\"message\": \"Branch not found\"}");
  Process bot(github, *inbox, now);
  CHECK(bot.run_once() == now + 5min);
  now = utc(2026, 11, 30, 6);
  CHECK(run(bot).empty());
}

TEST_CASE_METHOD(World, "its thread ends when it is asked to, and has done its work before") {
  github.push("shop", {{"mlx.toml", mondays()}}, now - 240h);
  now = utc(2026, 11, 30, 6);
  Process bot(github, *inbox, now);
  bot.scheduler().start();
  const auto patience = std::chrono::steady_clock::now() + 30s;
  while ((*inbox).stats()->waiting == 0 && std::chrono::steady_clock::now() < patience)
    std::this_thread::yield();
  CHECK(bot.scheduler().drain(patience));
  CHECK(inbox.take(now) == Lines{"shop:2026-11-30T05:00:00Z"});
}
