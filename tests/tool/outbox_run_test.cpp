// Sending from the outbox by the tool, with callbacks and without, killed and not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <httplib.h>

#include "support/http_client.hpp"
#include "support/tool_outbox.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::Ended;
using support::Process;
using support::Streams;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using ToolOutbox = support::WithToolOutbox;

TEST_F(ToolOutbox, RunSendsWhatIsThereAndEnds) {
  ASSERT_EQ(import(people(40), with_consent()).status, 0);
  const Ended first = run({"run", "--until-empty"});
  EXPECT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(first.document(), json({{"handed_over", 40},
                                    {"accepted", 40},
                                    {"unknown", 0},
                                    {"returned", 0},
                                    {"refused", 0},
                                    {"held", 0},
                                    {"abandoned", 0},
                                    {"postponed", 0},
                                    {"messages", {{"accepted", 40}}}}));
  EXPECT_EQ(run({"run", "--until-empty"}).document()["handed_over"], 0);
  EXPECT_EQ(posts().size(), 40U);
  EXPECT_EQ(simulator.requests().size(), 40U);
}

TEST_F(ToolOutbox, RunSendsMessagesOfTheNewerApiUnderTheirKeys) {
  ASSERT_EQ(run(add("plain"), request()).status, 0);
  const Ended added = run({"add", "--api=v2", "--to=+15550010001", "--foreign-id=keyed",
                           "--media-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"});
  ASSERT_EQ(added.status, 0) << added.errors;
  Process::Variables all = variables();
  all.emplace_back("DROPCOWBOY_KEY", simulator.v2_api_key().key);
  all.emplace_back("DROPCOWBOY_KEY_SECRET", simulator.v2_api_key().secret);
  all.emplace_back("DROPCOWBOY_V2_BASE_URL", simulator.v2_url());
  const Ended sent = support::run_tool({"outbox", "run", "--api=v2", "--until-empty"}, all);
  EXPECT_EQ(sent.status, 0) << sent.errors;
  EXPECT_EQ(sent.document()["accepted"], 1);
  EXPECT_EQ(sent.document()["messages"], json({{"accepted", 1}, {"ready", 1}}));
  ASSERT_EQ(simulator.v2_messages().size(), 1U);
  EXPECT_EQ(posts(), (std::map<std::string, int>{{"keyed", 1}}))
      << "those of v1 wait for a run of their own";
  EXPECT_EQ(simulator.v2_messages()[0].idempotency_key.size(), 36U);
  const Ended without = run({"run", "--api=v2"});
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.errors, HasSubstr("no API key"));
}

TEST_F(ToolOutbox, RunEndsAsTheOutcomeIs) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  testing::SimulatedFault fault;
  fault.truncate_after = 5;
  simulator.inject(fault);
  const Ended unknown = run({"run", "--until-empty"});
  EXPECT_EQ(unknown.status, 5) << unknown.errors;
  EXPECT_EQ(unknown.document()["messages"], json({{"unknown", 1}}));
  EXPECT_EQ(run({"run", "--until-empty"}).status, 0) << "nothing was to be done";
  ASSERT_EQ(run(add("b"), request()).status, 0);
  fault = {};
  fault.status = 400;
  simulator.inject(fault);
  const Ended held = run({"run", "--until-empty"});
  EXPECT_EQ(held.status, 4) << held.errors;
  EXPECT_EQ(held.document()["held"], 1);
  EXPECT_THAT(held.errors, HasSubstr("list --state held"));
  EXPECT_EQ(run({"release", "b", "--yes"}).status, 0);
  fault.status = 401;
  simulator.inject(fault);
  const Ended stopped = run({"run", "--until-empty"});
  EXPECT_EQ(stopped.status, 4) << stopped.errors;
  EXPECT_EQ(stopped.document()["error"]["kind"], "authentication");
  EXPECT_EQ(state("b"), "ready");
}

TEST_F(ToolOutbox, LimitsAreTheDefaultOnesUnlessTheyAreSaid) {
  for (const char* id : {"a", "b", "c", "d", "e"}) ASSERT_EQ(run(add(id), request()).status, 0);
  EXPECT_EQ(run({"run", "--until-idle"}).document()["accepted"], 3);
  EXPECT_EQ(run({"run", "--until-idle", "--limit=3/24h", "--limit=3/48h"}).document()["accepted"],
            0);
  for (const char* wrong : {"3", "3/72", "x/72h", "0/72h", "3/1s", "3/90m"}) {
    EXPECT_EQ(run({"run", "--until-idle", "--limit", wrong}).status, 1) << wrong;
  }
  EXPECT_EQ(run({"run", "--until-empty", "--until-idle"}).status, 1);
}

TEST_F(ToolOutbox, CallbacksResolveWhatWasSent) {
  Process runner(support::tool_program, {"outbox", "run", "--listen=0"}, variables_with_keys(),
                 Streams::separate);
  EXPECT_EQ(runner.read_line(), "");  // there is no outbox yet
  EXPECT_EQ(runner.wait(), 1);
  ASSERT_EQ(run({"permit", "+15550010001", "--source=form", "--at=2026-05-01"}).status, 0);
  Process again(support::tool_program, {"outbox", "run", "--listen=0"}, variables_with_keys(),
                Streams::separate);
  const json greeting = json::parse(again.read_line(), nullptr, false);
  ASSERT_EQ(greeting.value("event", ""), "listening");
  const std::string to = "--callback-url=" + greeting.value("url", "");
  ASSERT_EQ(run(add("good", {to}), request()).status, 0);
  ASSERT_EQ(run(add("bad", {to}, "+15550010004"), request()).status, 0);
  ASSERT_TRUE(simulator.wait_for_callbacks(2, std::chrono::minutes(2)));
  again.terminate();
  const json ended = json::parse(again.read_all(), nullptr, false);
  EXPECT_EQ(again.wait(), 0) << again.errors();
  EXPECT_EQ(ended.value("event", ""), "ended");
  EXPECT_EQ(ended["messages"], json({{"delivered", 1}, {"failed", 1}}));
  const json failed = run({"list", "--state=failed"}).document()["messages"][0];
  EXPECT_EQ(failed["foreign_id"], "bad");
  EXPECT_EQ(failed["result"], "failure");
  EXPECT_EQ(failed["reason"], "no_answer");
}

TEST_F(ToolOutbox, ARunThatListensEndsWhenTheLastCallbackHasCome) {
  ASSERT_EQ(run(add("order-1"), request()).status, 0);
  Process runner(support::tool_program,
                 {"outbox", "run", "--until-empty", "--listen=0", "--accept-unauthenticated"},
                 variables(), Streams::separate);
  const json greeting = json::parse(runner.read_line(), nullptr, false);
  wait_for_requests(1);
  const std::string url = greeting.value("url", "");
  support::HttpClient service(url.substr(0, url.rfind('/')));
  EXPECT_EQ(service.Post("/", "no callback", "application/json")->status, 400);
  EXPECT_EQ(json::parse(runner.read_line())["rejection"], "not_a_callback");
  const std::string callback = R"({"status":"success","foreign_id":"order-1"})";
  const auto answer = service.Post("/", callback, "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  const json ended = json::parse(runner.read_all(), nullptr, false);
  EXPECT_EQ(runner.wait(), 0) << runner.errors();
  EXPECT_EQ(ended["messages"], json({{"delivered", 1}}));
  EXPECT_THAT(runner.errors(), HasSubstr("Nobody vouches"));
}

TEST_F(ToolOutbox, ListeningToAnybodyHasToBeSaid) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  const Ended open = run({"run", "--listen=0", "--until-empty"});
  EXPECT_EQ(open.status, 1);
  EXPECT_THAT(open.errors,
              AllOf(HasSubstr("DROPCOWBOY_CALLBACK_KEYS"), HasSubstr("--accept-unauthenticated")));
  auto weak = variables();
  weak.emplace_back("DROPCOWBOY_CALLBACK_KEYS", "1:s3cr3t-short");
  const Ended refused = support::run_tool({"outbox", "run", "--listen=0"}, weak);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("32 bytes"), Not(HasSubstr("s3cr3t-short"))));
  EXPECT_THAT(simulator.requests(), IsEmpty());
}

TEST_F(ToolOutbox, OneRunAtATime) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  Process first(support::tool_program, {"outbox", "run"}, variables(), Streams::separate);
  wait_for_requests(1);
  const Ended second = run({"run", "--until-empty"});
  EXPECT_EQ(second.status, 3) << second.errors;
  EXPECT_EQ(second.document()["error"]["kind"], "storage");
  EXPECT_EQ(second.document()["error"]["transient"], true);
  first.interrupt();
  first.read_all();
  EXPECT_EQ(first.wait(), 0) << first.errors();
}

/// kill -9 in the middle of sending, again and again.
TEST_F(ToolOutbox, KilledRunsSendNothingTwiceAndLoseNothing) {
  constexpr int count = 300;
  ASSERT_EQ(import(people(count), with_consent()).status, 0);
  for (const int requests : {20, 60, 120}) {
    Process runner(support::tool_program, {"outbox", "run"}, variables(), Streams::separate);
    wait_for_requests(requests);
    runner.kill();
    EXPECT_EQ(runner.wait(), -1);
  }
  const Ended last = run({"run", "--until-empty"});
  const json report = last.document();
  EXPECT_EQ(last.status, report["messages"].value("unknown", 0) > 0 ? 5 : 0) << last.errors;
  EXPECT_GT(report["abandoned"], 0);
  const auto posted = posts();
  for (const auto& [id, times] : posted) EXPECT_EQ(times, 1) << id << " was POSTed twice";
  int found = 0;
  const json listed = run({"list", "--limit=1000"}).document();
  for (const json& message : listed["messages"]) {
    const std::string id = message["foreign_id"];
    const std::string state = message["state"];
    ++found;
    EXPECT_TRUE(state == "accepted" || state == "unknown") << id << ' ' << state;
    if (state == "accepted") {
      EXPECT_EQ(posted.count(id), 1U) << id << " was never POSTed";
    }
  }
  EXPECT_EQ(found, count) << "lost";
  EXPECT_EQ(run({"check"}).document(), json({{"ok", true}, {"problems", json::array()}}));
}

}  // namespace
}  // namespace dropcowboy
