// Filling the outbox by the tool: messages, files of them, and what people said.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tool_outbox.hpp"

namespace dropcowboy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Arguments;
using support::Ended;
using support::Process;
using ::testing::AllOf;
using ::testing::ElementsAre;
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

TEST_F(ToolOutbox, AddStoresAMessageOfTheNewerApi) {
  const Arguments keyed = {"add",
                           "--api=v2",
                           "--to=+15550010001",
                           "--foreign-id=order-17",
                           "--media-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21",
                           "--not-before=2030-05-01T10:00:00Z",
                           "--consent-source=form",
                           "--consent-at=2026-05-01"};
  const json stored = {{"foreign_id", "order-17"},
                       {"was_there", false},
                       {"without_consent", false},
                       {"forbidden", false}};
  const Ended first = run(keyed);
  EXPECT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(first.document(), stored);
  EXPECT_EQ(run(keyed).document()["was_there"], true);
  const json message = run({"list"}).document()["messages"][0];
  EXPECT_EQ(message["keyed"], true);
  EXPECT_EQ(message["due"], "2030-05-01T10:00:00Z");
  EXPECT_EQ(message["phone_number"], "+15550010001");
  EXPECT_THAT(simulator.requests(), IsEmpty()) << "nothing is sent";
}

TEST_F(ToolOutbox, AddTakesAMessageOfTheNewerApiFromAFile) {
  const std::string request =
      R"({"to":"+15550010001","media_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"})";
  const Ended ended = run({"add", "--api=v2", "--json=-", "--foreign-id=order-18"}, request);
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.document()["without_consent"], true);
  EXPECT_THAT(ended.errors, HasSubstr("without a recorded"));
}

TEST_F(ToolOutbox, AMessageOfTheNewerApiNeedsTheNumber) {
  const Ended ended = run({"add", "--api=v2", "--foreign-id=order-17",
                           "--contact-id=5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10",
                           "--media-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.document()["issues"][0]["field"], "to");
  EXPECT_THAT(status()["messages"], IsEmpty());
}

TEST_F(ToolOutbox, OnlyADatabaseIsMigrated) {
  const Ended ended = run({"migrate"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.errors, HasSubstr("only a database"));
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

// ---- Import into messages of the v2 API ----

TEST_F(ToolOutbox, ImportingAFileForTheNewerApiTwiceAddsNothing) {
  const std::string csv =
      "phone,postal_code,not_before\n+15550010001,02101,2199-01-01\n+15550010002,,\n";
  const Ended first = import_keyed(csv, with_consent());
  ASSERT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(first.document(), json({{"rows", 2},
                                    {"added", 2},
                                    {"was_there", 0},
                                    {"repeated_rows", 0},
                                    {"without_consent", 0},
                                    {"forbidden", 0}}));
  const Ended again = import_keyed("to,postal_code\n+15550010002,\n+15550010001,02101\n");
  ASSERT_EQ(again.status, 0) << again.errors;
  EXPECT_EQ(again.document()["added"], 0);
  EXPECT_EQ(again.document()["was_there"], 2);
  EXPECT_EQ(status()["messages"], json({{"ready", 2}}));
  const json message = run({"list"}).document()["messages"][0];
  EXPECT_EQ(message["keyed"], true);
  EXPECT_EQ(message["phone_number"], "+15550010001");
  EXPECT_EQ(message["due"], "2199-01-01T00:00:00Z");
  EXPECT_THAT(simulator.requests(), IsEmpty()) << "nothing is sent";
}

TEST_F(ToolOutbox, EachRowOfTheNewerApiIsSentAsItSays) {
  const Ended ended = import_keyed(
      "foreign_id,phone_number,sti_orig_id,sti_attestation,media_id\n"
      "a,+15550010001,4e1b7c2d-90aa-4a41-8f4d-2b6f0c9d7e13,,\n"
      "b,+15550010002,,B,5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10\n",
      with_consent({"--sti-orig-id=8d0f9a52-3c1e-4f0b-9f7a-52c1a4b7d9e0", "--sti-attestation=A"}));
  ASSERT_EQ(ended.status, 0) << ended.errors;
  Process::Variables all = variables();
  all.emplace_back("DROPCOWBOY_KEY", simulator.v2_api_key().key);
  all.emplace_back("DROPCOWBOY_KEY_SECRET", simulator.v2_api_key().secret);
  all.emplace_back("DROPCOWBOY_V2_BASE_URL", simulator.v2_url());
  support::run_tool({"outbox", "run", "--api=v2", "--until-idle"}, all);
  std::map<std::string, json> sent;
  for (const auto& request : simulator.requests()) {
    const json body = json::parse(request.body);
    sent[body.value("foreign_id", "")] = body;
  }
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent["a"]["to"], "+15550010001");
  EXPECT_EQ(sent["a"]["media_id"], "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21");
  EXPECT_EQ(sent["a"]["byoc"], json({{"sti_orig_id", "4e1b7c2d-90aa-4a41-8f4d-2b6f0c9d7e13"},
                                     {"sti_attestation", "A"}}));
  EXPECT_EQ(sent["b"]["media_id"], "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10");
  EXPECT_EQ(sent["b"]["byoc"], json({{"sti_orig_id", "8d0f9a52-3c1e-4f0b-9f7a-52c1a4b7d9e0"},
                                     {"sti_attestation", "B"}}));
}

TEST_F(ToolOutbox, ABatchReachesEachNumberOnceByWhicheverApi) {
  ASSERT_EQ(import("to\n+15550010001\n").status, 0);
  const Ended other = import_keyed("phone_number\n+15550010001\n");
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.document()["error"]["message"], HasSubstr("with another content"));
  EXPECT_EQ(status()["messages"], json({{"ready", 1}}));
}

TEST_F(ToolOutbox, ARowOfTheNewerApiNeedsTheNumberAndTheColumnsOfItsRequests) {
  const Ended contact = import_keyed(
      "foreign_id,contact_id,to\na,5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10,\nb,,\nc,,555\n", {});
  EXPECT_EQ(contact.status, 2);
  const json issues = contact.document()["issues"];
  std::vector<std::string> said;
  for (const json& issue : issues) {
    EXPECT_EQ(issue["field"], "to");
    said.push_back(issue["message"]);
  }
  EXPECT_THAT(said, ElementsAre(AllOf(HasSubstr("go by the number"), HasSubstr("(line 2)")),
                                HasSubstr("(line 3)"), HasSubstr("(line 4)")));
  const Ended recording = import_keyed("to,recording_id\n+15550010001,x\n");
  EXPECT_EQ(recording.status, 1);
  EXPECT_THAT(recording.errors, HasSubstr("--ignore recording_id"));
  const Ended twice = import_keyed("to,phone_number\n+15550010001,+15550010001\n");
  EXPECT_EQ(twice.status, 1);
  EXPECT_THAT(twice.errors, HasSubstr("twice"));
  EXPECT_FALSE(fs::exists(file()));
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

}  // namespace
}  // namespace dropcowboy
