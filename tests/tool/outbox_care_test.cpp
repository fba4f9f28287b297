// Looking into the outbox by the tool, wrong files, and what a person decides.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/file_mode.hpp"
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
using ::testing::SizeIs;

using ToolOutbox = support::WithToolOutbox;

// ---- Wrong ones ----

TEST_F(ToolOutbox, AFileThatIsNotThereIsNotMadeByLooking) {
  for (const Arguments& arguments : {Arguments{"status"},
                                     {"list"},
                                     {"run", "--until-empty"},
                                     {"check"},
                                     {"adopt", "--yes"},
                                     {"cancel", "a"},
                                     {"export", "--csv=" + home.path("x.csv")}}) {
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

  const std::string csv = home.path("out.csv");
  EXPECT_EQ(run({"export", "--csv", csv}).document(), json({{"exported", 2}, {"file", csv}}));
  EXPECT_EQ(support::mode_of(csv), 0600U);
  EXPECT_THAT(home.read("out.csv"), AllOf(HasSubstr("id,foreign_id,phone_number,state"),
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
