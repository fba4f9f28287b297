// The outbox by the tool: filling, sending, what a person decides.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <httplib.h>

#include "support/tool_outbox.hpp"

namespace dropcowboy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Arguments;
using support::Ended;
using support::Process;
using support::Streams;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using ToolOutbox = support::WithToolOutbox;

TEST_F(ToolOutbox, AddStoresAMessageAndTwiceIsOnce) {
  const Ended first = run(add("order-17"), request());
  EXPECT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(first.document(), json({{"foreign_id", "order-17"},
                                    {"was_there", false},
                                    {"without_consent", false},
                                    {"forbidden", false}}));
  EXPECT_THAT(first.errors, HasSubstr("made a new outbox"));
  const Ended second = run(add("order-17"), request());
  EXPECT_EQ(second.status, 0) << second.errors;
  EXPECT_EQ(second.document()["was_there"], true);
  EXPECT_EQ(status()["messages"], json({{"ready", 1}}));
  EXPECT_THAT(simulator.requests(), IsEmpty()) << "nothing is sent";
  const Ended other = run(add("order-17", {"--postal-code=02101"}), request());
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.errors, HasSubstr("with another content"));
}

TEST_F(ToolOutbox, AddNamesWhatIsWrongAndStoresNothing) {
  const Ended ended = run(add("order-17", {}, "555"), request());
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.document()["issues"][0]["field"], "phone_number");
  EXPECT_THAT(status()["messages"], IsEmpty());
}

// ---- Import ----

TEST_F(ToolOutbox, ImportingAFileTwiceAddsNothing) {
  const std::string csv = people(1'200);
  const Ended first = import(csv, with_consent());
  ASSERT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(first.document(), json({{"rows", 1'200},
                                    {"added", 1'200},
                                    {"was_there", 0},
                                    {"repeated_rows", 0},
                                    {"without_consent", 0},
                                    {"forbidden", 0}}));
  const Ended second = import(csv, with_consent());
  ASSERT_EQ(second.status, 0) << second.errors;
  EXPECT_EQ(second.document()["added"], 0);
  EXPECT_EQ(second.document()["was_there"], 1'200);
  EXPECT_EQ(status()["messages"], json({{"ready", 1'200}}));
}

TEST_F(ToolOutbox, RowsInAnotherOrderAndAColumnMoreAreTheSameMessages) {
  ASSERT_EQ(import("phone_number\n+15550010001\n+15550010002\n").status, 0);
  const Ended again = import("notes,phone_number\nx,+15550010003\ny,+15550010002\n",
                             {"--batch=spring", "--ignore=notes"});
  ASSERT_EQ(again.status, 0) << again.errors;
  EXPECT_EQ(again.document()["added"], 1);
  EXPECT_EQ(again.document()["was_there"], 1);
  EXPECT_EQ(import("phone_number\n+15550010001\n", {"--batch=autumn"}).document()["added"], 1)
      << "another batch is another message";
}

TEST_F(ToolOutbox, ACorrectedRowIsNoSecondMessageToThePerson) {
  ASSERT_EQ(import("phone_number,postal_code\n+15550010001,02101\n").status, 0);
  const Ended again = import("phone_number,postal_code\n+15550010001,02102\n");
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.document()["error"]["message"], HasSubstr("with another content"));
  EXPECT_EQ(status()["messages"], json({{"ready", 1}}));
}

TEST_F(ToolOutbox, ARepeatedRowIsOneMessageAndADifferentOneIsNamed) {
  const Ended repeated = import("phone_number\n+15550010001\n+15550010001\n");
  EXPECT_EQ(repeated.document()["added"], 1);
  EXPECT_EQ(repeated.document()["repeated_rows"], 1);
  const Ended different =
      import("phone,postal_code\n+15550010001,02101\n+15550010001,02102\n", {"--batch=autumn"});
  EXPECT_EQ(different.status, 2);
  EXPECT_THAT(different.errors, AllOf(HasSubstr("is that of line 2, too"), HasSubstr("(line 3)")));
}

TEST_F(ToolOutbox, AllRowsAreCheckedBeforeTheFirstIsStored) {
  const Ended ended =
      import("phone_number,postal_code\n+15550010001,02101\n555,02101\n+15550010003,nowhere\n");
  EXPECT_EQ(ended.status, 2);
  const json issues = ended.document()["issues"];
  ASSERT_THAT(issues, SizeIs(2));
  EXPECT_EQ(issues[0]["field"], "phone_number");
  EXPECT_THAT(issues[0]["message"].get<std::string>(), HasSubstr("(line 3)"));
  EXPECT_EQ(issues[1]["field"], "postal_code");
  EXPECT_THAT(ended.errors, AllOf(HasSubstr("nothing was stored"), Not(HasSubstr("+15550010003"))));
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(ToolOutbox, AFileThatCannotBeMeantIsRefusedWithTheRemedy) {
  struct Mistake {
    const char* csv;
    Arguments more;
    const char* said;
  };
  const std::string batch = "--batch=b";
  for (const auto& [csv, more, said] : {
           Mistake{"phone_number\n+15550010001\n", {}, "say --batch NAME"},
           Mistake{"phone_number,postel\n+15550010001,1\n", {batch}, "--ignore postel"},
           Mistake{"phone,phone_number\n+15550010001,+15550010001\n", {batch}, "twice"},
           Mistake{"phone_number\n+15550010001\n", {"--foreign-id=x"}, "an id of one message"},
           Mistake{"phone_number\n", {batch}, "no row"},
           Mistake{"phone_number,expires\n+15550010001,tomorrow\n", {batch}, "line 2: expires"},
           Mistake{"phone_number,expires\n+15550010001\n", {batch}, "nothing has shifted"},
       }) {
    const Ended ended = import(csv, more);
    EXPECT_EQ(ended.status, 1) << csv;
    EXPECT_THAT(ended.errors, HasSubstr(said));
    EXPECT_THAT(ended.output, IsEmpty());
    EXPECT_FALSE(fs::exists(file()));
  }
  EXPECT_EQ(run({"import", "/nowhere.csv", "--batch=b"}).status, 1);
}

TEST_F(ToolOutbox, IdsOfTheFilesOwnAreKeptAndTimesAreRead) {
  const Ended ended = import(
      "foreign_id,phone_number,not_before,expires\n"
      "order-1,+15550010001,2199-01-01T10:00:00-05:00,\norder-2,+15550010001,,2020-01-01\n",
      {"--consent-source=form", "--consent-at=2020-01-01"});
  ASSERT_EQ(ended.status, 0) << ended.errors;
  const json later = run({"list", "--id=order-1"}).document()["messages"][0];
  EXPECT_EQ(later["due"], "2199-01-01T15:00:00Z");
  EXPECT_EQ(run({"run", "--until-idle"}).document()["refused"], 1);
  EXPECT_EQ(run({"list", "--id=order-2"}).document()["messages"][0]["refusal"], "expired");
}

// ---- Consent ----

TEST_F(ToolOutbox, WithoutARecordedYesNothingIsSentAndItIsSaidAtOnce) {
  const Ended imported = import("phone_number\n+15550010001\n");
  EXPECT_EQ(imported.document()["without_consent"], 1);
  EXPECT_THAT(imported.errors, HasSubstr("without a recorded \"yes\""));
  const Ended ran = run({"run", "--until-empty"});
  EXPECT_EQ(ran.status, 4) << ran.errors;
  EXPECT_EQ(ran.document()["refused"], 1);
  EXPECT_EQ(status()["refused"], json({{"no_consent", 1}}));
  EXPECT_THAT(simulator.requests(), IsEmpty());
  const Ended permitted =
      run({"permit", "+15550010001", "--source=form", "--at=2026-05-01", "--proof=crm/1"});
  EXPECT_EQ(permitted.document(), json({{"recorded", 1}, {"allowed", true}}));
  const std::string id = run({"list"}).document()["messages"][0]["foreign_id"];
  EXPECT_EQ(run({"release", id, "--yes"}).status, 0);
  EXPECT_EQ(run({"run", "--until-empty"}).document()["accepted"], 1);
}

TEST_F(ToolOutbox, AYesNeedsATimeAndASource) {
  const Ended no_time = run({"permit", "+15550010001", "--source=form"});
  EXPECT_EQ(no_time.status, 1);
  EXPECT_THAT(no_time.errors, HasSubstr("say when the person agreed"));
  EXPECT_EQ(run({"permit", "+15550010001", "--at=2026-05-01"}).status, 1);
  EXPECT_EQ(import("phone_number\n+15550010001\n", {"--batch=b", "--consent-source=form"}).status,
            1);
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_EQ(run({"permit", "--source=form", "--at=2026-05-01"}).status, 1) << "nobody is named";
}

TEST_F(ToolOutbox, ANoIsObeyedAndAYesOutranksItOnlyByAPersonsWord) {
  ASSERT_EQ(run({"suppress", "+15550010001", "--source=phone"}).status, 0);
  const Ended imported = import("phone_number\n+15550010001\n",
                                {"--batch=b", "--consent-source=form", "--consent-at=2026-05-01"});
  EXPECT_EQ(imported.document()["forbidden"], 1) << imported.errors;
  EXPECT_EQ(run({"run", "--until-empty"}).document()["refused"], 1);
  for (const Arguments& arguments :
       {Arguments{"permit", "+15550010001", "--source=form", "--at=2199-01-01"},
        add("a", {"--consent-at=2199-01-01"})}) {
    const Ended refused = run(arguments, request());
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, AllOf(HasSubstr("said \"no\""), Not(HasSubstr("+1555"))));
  }
  const Ended meant = run({"permit", "+15550010001", "--source=form", "--at=now", "--yes"});
  EXPECT_EQ(meant.status, 0) << meant.errors;
  EXPECT_EQ(run(add("b"), request()).document()["forbidden"], false);
}

TEST_F(ToolOutbox, WordsComeFromAFileToo) {
  const std::string csv =
      home.write("words.csv",
                 "phone,source,at\n+15550010001,form,2026-05-01\n+15550010002,paper,2026-05-02\n");
  EXPECT_EQ(run({"permit", "--csv", csv}).document()["recorded"], 2);
  EXPECT_EQ(run({"suppress", "--csv", csv, "--source=list"}).document()["recorded"], 2);
  const std::string wrong = home.write("wrong.csv", "phone_number,source\n+15550010001,form\n");
  const Ended ended = run({"permit", "--csv", wrong});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.errors, HasSubstr("line 2"));
  const Ended bad = run({"suppress", "555", "--source=list"});
  EXPECT_EQ(bad.status, 2);
  EXPECT_EQ(bad.document()["issues"][0]["field"], "phone_number");
}

// ---- Run ----

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
                                    {"rescued", 0},
                                    {"postponed", 0},
                                    {"messages", {{"accepted", 40}}}}));
  EXPECT_EQ(run({"run", "--until-empty"}).document()["handed_over"], 0);
  EXPECT_EQ(posts().size(), 40U);
  EXPECT_EQ(simulator.requests().size(), 40U);
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
  for (const char* wrong : {"3", "3/72", "x/72h", "0/72h", "3/1s"}) {
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
  httplib::Client service(url.substr(0, url.rfind('/')));
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
  EXPECT_GT(report["rescued"], 0);
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

// ---- Wrong ones ----

TEST_F(ToolOutbox, AFileThatIsNotThereIsNotMadeByLooking) {
  for (const Arguments& arguments : {Arguments{"status"},
                                     {"list"},
                                     {"run", "--until-empty"},
                                     {"check"},
                                     {"adopt", "--yes"},
                                     {"cancel", "a"},
                                     {"export", "--csv=" + (home.path() / "x.csv").string()}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.status, 1) << arguments[0];
    EXPECT_THAT(ended.errors, HasSubstr("there is no outbox at " + file()));
    EXPECT_FALSE(fs::exists(file()));
  }
  const Ended unnamed = support::run_against(simulator, {"outbox", "status"});
  EXPECT_EQ(unnamed.status, 1);
  EXPECT_THAT(unnamed.errors, HasSubstr("DROPCOWBOY_OUTBOX"));
}

TEST_F(ToolOutbox, AnotherTeamsOrAnotherKindOfFileIsRefused) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  const Ended other = run({"status", "--team-id=somebody"});
  EXPECT_EQ(other.status, 1);
  EXPECT_EQ(other.document()["kind"], "configuration");
  EXPECT_THAT(other.errors, HasSubstr("another team"));
  home.write("calls.db", std::string(8'192, 'x'));
  const Ended broken = run({"status"});
  EXPECT_EQ(broken.status, 3);
  EXPECT_EQ(broken.document()["kind"], "storage");
  EXPECT_THAT(broken.errors, HasSubstr("damaged"));
}

TEST_F(ToolOutbox, NoSecretIsNeededButForSending) {
  const Process::Variables team_only = {{"HOME", home.path()},
                                        {"DROPCOWBOY_TEAM_ID", simulator.credentials().team_id},
                                        {"DROPCOWBOY_OUTBOX", file()}};
  Arguments arguments = add("a");
  arguments.insert(arguments.begin(), "outbox");
  EXPECT_EQ(support::run_tool(arguments, team_only, request()).status, 0);
  EXPECT_EQ(support::run_tool({"outbox", "status"}, team_only).status, 0);
  const Ended ran = support::run_tool({"outbox", "run", "--until-empty"}, team_only);
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.errors, HasSubstr("the secret is missing"));
  EXPECT_EQ(support::run_tool({"outbox", "status"}, {{"HOME", home.path()}, team_only[2]}).status,
            1);
}

// ---- What a person decides ----

TEST_F(ToolOutbox, WhatIsDangerousSaysWhatItDoesAndWantsAYes) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  const std::vector<std::pair<Arguments, const char*>> dangerous = {
      {{"resend", "a", "--who=Ann"}, "one more contact attempt"},
      {{"release", "a"}, "the next run sends it"},
      {{"release", "--adopted"}, "a second time"},
      {{"purge", "--older-than=30d"}, "deletes the texts"},
      {{"adopt"}, "as the only one of its kind"}};
  for (const auto& [arguments, said] : dangerous) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.status, 1) << arguments[0];
    EXPECT_THAT(ended.errors,
                AllOf(HasSubstr(said), HasSubstr("Nothing was changed"), HasSubstr("--yes")));
    EXPECT_THAT(ended.output, IsEmpty());
  }
  EXPECT_EQ(state("a"), "ready");
}

TEST_F(ToolOutbox, MessagesAreResentCancelledPurgedAndAdoptedByAPerson) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  EXPECT_EQ(run({"run", "--until-empty"}).status, 0);
  const Ended too_early = run({"resend", "a", "--who=Ann", "--yes"});
  EXPECT_EQ(too_early.status, 2);
  EXPECT_THAT(too_early.errors, HasSubstr("only a message that failed"));
  EXPECT_EQ(run({"purge", "--older-than=1s", "--yes"}).status, 0);
  ASSERT_EQ(run(add("b"), request()).status, 0);
  EXPECT_EQ(run({"adopt", "--yes"}).document(), json({{"held", 1}}));
  EXPECT_EQ(state("b"), "held");
  EXPECT_EQ(run({"release", "--adopted", "--yes"}).document(), json({{"released", 1}}));
  EXPECT_EQ(run({"cancel", "b"}).document(), json({{"foreign_id", "b"}, {"state", "cancelled"}}));
  EXPECT_EQ(run({"cancel", "nobody"}).status, 2);
  EXPECT_EQ(run({"release", "b", "--adopted", "--yes"}).status, 1);
}

TEST_F(ToolOutbox, ListsPagesAndExportsIntoAFileForItsOwnerOnly) {
  ASSERT_EQ(
      import("foreign_id,phone_number\na,+15550010001\n\"b,\"\"c\",+15550010002\n", {}).status, 0);
  const json page = run({"list", "--limit=1"}).document();
  ASSERT_THAT(page["messages"], SizeIs(1));
  EXPECT_EQ(page["messages"][0]["foreign_id"], "a");
  EXPECT_EQ(page["messages"][0]["phone_number"], "+15550010001");
  const json next =
      run({"list", "--limit=1", "--after", page["next"].dump(), "--state=ready"}).document();
  EXPECT_EQ(next["messages"][0]["foreign_id"], "b,\"c");
  EXPECT_THAT(run({"list", "--older-than=72h"}).document()["messages"], IsEmpty());
  EXPECT_EQ(run({"list", "--state=nowhere"}).status, 1);
  EXPECT_EQ(run({"list", "--older-than=soon"}).status, 1);

  const std::string csv = home.path() / "out.csv";
  EXPECT_EQ(run({"export", "--csv", csv}).document(), json({{"exported", 2}, {"file", csv}}));
  EXPECT_EQ(fs::status(csv).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(home.read("out.csv"), AllOf(HasSubstr("number,foreign_id,phone_number,state"),
                                          HasSubstr("\r\n1,a,+15550010001,ready,"),
                                          HasSubstr("\r\n2,\"b,\"\"c\",+15550010002,ready,")));
  const Ended again = run({"export", "--csv", csv});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.errors, HasSubstr("choose a new name"));
}

TEST_F(ToolOutbox, StatusSaysWhatAPersonHasToLookAt) {
  ASSERT_EQ(run(add("a"), request()).status, 0);
  const json quiet = status();
  EXPECT_EQ(quiet["messages"], json({{"ready", 1}}));
  EXPECT_EQ(quiet["unknown_past_72_hours"], 0);
  EXPECT_EQ(quiet["needs_adoption"], false);
  EXPECT_TRUE(quiet.contains("oldest_due_age_s"));
  fs::copy_file(file(), file() + ".copy");
  fs::remove(file());
  fs::rename(file() + ".copy", file());
  const Ended copied = run({"status"});
  EXPECT_EQ(copied.document()["needs_adoption"], true);
  EXPECT_THAT(copied.errors, HasSubstr("dropcowboy outbox adopt"));
  EXPECT_NE(run({"run", "--until-empty"}).status, 0);
  EXPECT_EQ(run({"check"}).status, 1);
}

TEST_F(ToolOutbox, ALongImportShowsHowFarItIs) {
  auto all = variables();
  all.emplace_back("TERM", "xterm");
  Process process(support::tool_program,
                  {"outbox", "import", home.write("contacts.csv", people(600)),
                   "--json=" + home.write("template.json", request()), "--batch=b"},
                  all, Streams::terminal);
  EXPECT_THAT(process.read_all(), HasSubstr("600 of 600 messages"));
  EXPECT_EQ(process.wait(), 0);
}

}  // namespace
}  // namespace dropcowboy
