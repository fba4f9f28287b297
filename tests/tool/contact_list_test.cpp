// Contact lists with the tool, and what the account holds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::SimulatedFault;
using dropcowboy::testing::Simulator;
using nlohmann::json;
using support::Ended;
using support::Home;
using support::Process;
using support::Streams;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Phone numbers that are all different, from one line on.
std::string csv(std::size_t rows) {
  std::string text = "phone,first_name\n";
  for (std::size_t i = 0; i < rows; ++i) {
    text += "+1555" + std::to_string(2'000'000 + i) + ",\"Ann, the " + std::to_string(i) + "th\"\n";
  }
  return text;
}

class ToolLists : public ::testing::Test {
 protected:
  Ended run(const support::Arguments& arguments, const std::string& input = {}) const {
    return support::run_against(simulator, arguments, input);
  }
  Ended append(const support::Arguments& more, const std::string& input = {}) const {
    support::Arguments arguments = {"contact-list-append", "--id", list_id()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, input);
  }
  const std::string& list_id() const {
    if (list_id_.empty())
      list_id_ = run({"contact-list-create", "--name=Leads"}).document()["list_id"];
    return list_id_;
  }
  json contact_count() const {
    return run({"contact-list-get", "--id", list_id()}).document()["contact_count"];
  }

  Simulator simulator;
  Home home;

 private:
  mutable std::string list_id_;
};

TEST_F(ToolLists, LiveFromCreateToDelete) {
  const Ended created = run({"contact-list-create", "--name", "Leads"});
  ASSERT_EQ(created.status, 0) << created.errors;
  const std::string id = created.document()["list_id"];
  EXPECT_EQ(created.document()["list_name"], "Leads");

  const Ended renamed = run({"contact-list-rename", "--list-id=" + id, "--name=New Name"});
  EXPECT_EQ(renamed.status, 0);
  EXPECT_EQ(renamed.document(), (json{{"outcome", "accepted"}, {"list_id", id}}));
  EXPECT_EQ(run({"contact-list-get", "--id", id}).document()["list_name"], "New Name");

  const Ended deleted = run({"contact-list-delete", "--id", id});
  EXPECT_EQ(deleted.status, 0);
  EXPECT_EQ(deleted.document(), (json{{"outcome", "accepted"}, {"list_id", id}}));
  const Ended gone = run({"contact-list-get", "--id", id});
  EXPECT_EQ(gone.status, 4);
  EXPECT_EQ(gone.document()["http_status"], 404);
}

TEST_F(ToolLists, EveryCommandTellsUsageFromRefusalFromDoubt) {
  const support::Arguments commands[] = {{"contact-list-create", "--name", "Leads"},
                                         {"contact-list-rename", "--id", "1", "--name", "Leads"},
                                         {"contact-list-delete", "--id", "1"}};
  SimulatedFault refusal;
  refusal.status = 400;
  SimulatedFault failure;
  failure.status = 500;
  for (support::Arguments command : commands) {
    EXPECT_EQ(run({command[0]}).status, 1);
    simulator.inject(refusal);
    EXPECT_EQ(run(command).status, 4) << command[0];
    // Creating is never repeated after this; the other two are, because twice is as good as once.
    simulator.inject(failure, command[0] == "contact-list-create" ? 1 : 3);
    EXPECT_EQ(run(command).status, 5) << command[0];
    const std::size_t before = simulator.requests().size();
    command.emplace_back("--dry-run");
    EXPECT_EQ(run(command).document()["dry_run"], true) << command[0];
    EXPECT_THAT(simulator.requests(), SizeIs(before));
  }
}

TEST_F(ToolLists, TakeContactsFromTheVendorsFlags) {
  const Ended appended =
      append({"--fields=phone_number,first_name",
              R"(--values=[["+15552223333","John"],[15552224444,null]])", "--region", "\"US\""});
  EXPECT_EQ(appended.status, 0) << appended.errors;
  EXPECT_EQ(appended.document()["accepted_count"], 2);
  EXPECT_THAT(appended.errors, HasSubstr("phone_number just phone"));
  const json body = json::parse(simulator.requests().back().body);
  EXPECT_EQ(body["fields"], (json{"phone", "first_name"}));
  EXPECT_EQ(body["values"][1], (json{"15552224444", ""}));
  EXPECT_EQ(body["region"], "US");
  EXPECT_EQ(contact_count(), 2);
}

TEST_F(ToolLists, TakeContactsFromJsonAndCsvAndStdin) {
  const std::string document = R"({"fields":["phone"],"values":[["+15552223333"]],"region":"US"})";
  EXPECT_EQ(append({"--file", home.write("c.json", document)}).status, 0);
  EXPECT_EQ(append({"--json", "-"}, document).status, 0);
  EXPECT_EQ(
      append({"--csv", home.write("c.csv", "First_Name , phone\r\nJoe,+15552223333\r\n")}).status,
      0);
  EXPECT_EQ(json::parse(simulator.requests().back().body)["fields"], (json{"first_name", "phone"}));
  EXPECT_EQ(append({"--csv", "-", "--fields", "phone,custom1"}, "+15552223333,\"a,b\"\n").status,
            0);
  EXPECT_EQ(json::parse(simulator.requests().back().body)["values"][0][1], "a,b");
  EXPECT_EQ(contact_count(), 4);
}

TEST_F(ToolLists, RefuseContactsThatCannotBeRead) {
  struct Mistake {
    support::Arguments arguments;
    const char* input;
    const char* said;
  };
  for (const auto& [arguments, input, said] : {
           Mistake{{}, "", "the contacts come from one of"},
           Mistake{{"--csv", "-", "--values=[]"}, "", "the contacts come from one of"},
           Mistake{{"--values=[]"}, "", "--values needs --fields"},
           Mistake{{"--fields=phone", "--values=nonsense"}, "", "a JSON array of arrays"},
           Mistake{{"--fields=phone", "--values=[[true]]"}, "", "must be strings"},
           Mistake{{"--fields=phone", "--values=[]"}, "", "no contact to append"},
           Mistake{{"--csv", "-"}, "", "its first line must name the columns"},
           Mistake{{"--csv", "-"}, "phone\n", "no contact to append"},
           Mistake{{"--csv", "-"}, "phone\n\"+1", "line 2 of the CSV"},
           Mistake{{"--csv", "-", "--fields=phone"}, "Phone\n+15552223333", "leave --fields out"},
           Mistake{{"--csv", "/nonexistent.csv"}, "", "No such file"},
           Mistake{{"--json", "-"}, "[]", "--json expects"},
       }) {
    const Ended ended = append(arguments, input);
    EXPECT_EQ(ended.status, 1) << said;
    EXPECT_THAT(ended.errors, HasSubstr(said));
    EXPECT_THAT(ended.output, IsEmpty());
  }
  const Ended invalid = append({"--csv", "-"}, "phone,mood\n+15552223333,good\n555,bad,x\n");
  EXPECT_EQ(invalid.status, 2);
  EXPECT_THAT(invalid.errors,
              AllOf(HasSubstr("error: fields"), HasSubstr("error: values: row 1 (line 3)"),
                    HasSubstr("error: fields: ")));
  EXPECT_EQ(contact_count(), 0);
}

/// What spreadsheets write, each called by its name with what to do about it.
TEST_F(ToolLists, NameWhatASpreadsheetDidToAFile) {
  using namespace std::string_literals;
  struct Mistake {
    std::string file;
    const char* said;
    const char* remedy;
  };
  for (const auto& [file, said, remedy] : {
           Mistake{"\xFF\xFEp\0h\0o\0n\0e\0\n\0"s, "UTF-16", "CSV UTF-8"},
           Mistake{"\xFE\xFF\0p\0h\0o\0n\0e"s, "UTF-16", "iconv -f UTF-16"},
           Mistake{"p\0h\0o\0n\0e\0\n\0"s, "UTF-16", "CSV UTF-8"},
           Mistake{"\xFF\xFE\0\0p\0\0\0"s, "UTF-32", "CSV UTF-8"},
           Mistake{"PK\x03\x04rest of an archive", ".xlsx", "CSV UTF-8"},
           Mistake{"\xD0\xCF\x11\xE0rest", ".xls", "CSV UTF-8"},
           Mistake{"phone;first_name\n+15552220001;Jane\n", "a semicolon", "--separator semicolon"},
           Mistake{"\"phone\";\"first_name\"\n", "a semicolon", "--separator semicolon"},
           Mistake{"phone\tfirst_name\n+15552220001\tJane\n", "a tab", "--separator tab"},
           Mistake{"phone|first_name\n", "a pipe", "--separator pipe"},
           Mistake{"phone,first_name\r+15552220001,Jane\r", "old Mac", "save the file anew"},
       }) {
    const Ended ended = append({"--csv", "-"}, file);
    EXPECT_EQ(ended.status, 1) << said;
    EXPECT_THAT(ended.errors, AllOf(HasSubstr(said), HasSubstr(remedy))) << file;
  }
  for (const auto& [file, said, remedy] : {
           Mistake{"1.55522E+10", "scientific notation", "format the column as text"},
           Mistake{"15552220001.0", "decimal number", "format the column as text"},
           Mistake{"'+15552220001", "apostrophe", "remove it"},
           Mistake{"\xE2\x80\xAA+15552220001\xE2\x80\xAC", "direction mark",
                   "type the number anew"},
           Mistake{"\xC2\xA0+15552220001", "no-break", "remove it"},
           Mistake{"+15552220001\xE2\x80\x8B", "invisible", "type the number anew"},
           Mistake{"caf\xE9", "not UTF-8", "iconv -f WINDOWS-1252"},
       }) {
    for (const bool has_region : {false, true}) {
      support::Arguments arguments = {"--csv", "-"};
      if (has_region) arguments.emplace_back("--region=US");
      const Ended ended = append(arguments, "phone,first_name\n+15552220001,A\n" + file + ",B\n");
      EXPECT_EQ(ended.status, 2) << said;
      EXPECT_THAT(ended.errors, AllOf(HasSubstr(said), HasSubstr(remedy), HasSubstr("line 3")));
    }
  }
  EXPECT_EQ(contact_count(), 0);
}

TEST_F(ToolLists, TakeWhatASpreadsheetLeavesBehind) {
  const auto values_of = [&](const support::Arguments& more, const std::string& file) {
    support::Arguments arguments = {"--csv", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = append(arguments, file);
    EXPECT_EQ(ended.status, 0) << ended.errors << file;
    return json::parse(simulator.requests().back().body)["values"];
  };
  const json one = json::array({json::array({"+15552220001", "Jane"})});
  for (const char* file : {
           "phone,first_name\n+15552220001,Jane\n,\n,\n",
           "phone,first_name\n\n , \n+15552220001,Jane\n\"\",\n",
           "phone,first_name,,\n+15552220001,Jane,,\n,,,\n",
           "phone,first_name,\n+15552220001,Jane,\" \"\n",
           "phone,first_name\r\n+15552220001,Jane\r\n\x1A",
           "phone,first_name\n+15552220001,Jane\x1A\n",
           "\xEF\xBB\xBFphone,first_name\n+15552220001,Jane\n",
           "sep=;\nphone;first_name\n+15552220001;Jane\n",
           "\xEF\xBB\xBFsep=\t\r\nphone\tfirst_name\r\n+15552220001\tJane\r\n",
       }) {
    EXPECT_EQ(values_of({}, file), one) << file;
  }
  EXPECT_EQ(values_of({"--separator", "semicolon"}, "phone;first_name\n+15552220001;Jane\n"), one);
  EXPECT_EQ(values_of({"--separator=;"}, "phone;first_name\n+15552220001;\"Jane\"\n"), one);
  EXPECT_EQ(values_of({"--separator=tab"}, "phone\tfirst_name\n+15552220001\tJane\n"), one);
  EXPECT_EQ(values_of({"--fields=phone,first_name"}, "+15552220001,Jane,,\n,,,\n"), one);
  EXPECT_EQ(append({"--csv", "-", "--separator=x"}, "phone\n").status, 1);
}

/// A shifted column is a message to the wrong person.
TEST_F(ToolLists, NeverTakeAColumnThatHasShifted) {
  struct Shifted {
    support::Arguments arguments;
    const char* file;
    int status;
    const char* said;
  };
  for (const auto& [arguments, file, status, said] : {
           Shifted{{}, "phone,first_name\n+15552220001,Jane,NY\n", 2, "as many values"},
           Shifted{{}, "phone,first_name\n+15552220001,Jane,\n", 2, "as many values"},
           Shifted{{}, "phone,first_name\n+15552220001\n", 2, "as many values"},
           Shifted{{}, "phone,first_name,\n+15552220001,van,Jane\n", 1, "no name"},
           Shifted{{}, "phone,first_name,\n+15552220001,Jane\n", 1, "2 values, the first line 3"},
           Shifted{{}, "phone,first_name,city,\n+15552220001,NY,\n", 1, "nothing has shifted"},
           Shifted{{}, ",phone\n+15552220001,Jane\n", 2, "column 0 is none"},
           Shifted{{}, "phone,first_name\nJane,+15552220001\n", 2, "must be in E.164 form"},
           Shifted{{"--region=US"}, "phone,first_name\nJane,5552220001\n", 2, "column has shifted"},
           Shifted{{"--fields=phone,first_name"},
                   "+15552220001,Jane,\n+15552220002,Ann\n",
                   2,
                   "as many values"},
           Shifted{{"--fields=phone,first_name"}, "+15552220001,van,Jane\n", 1, "no name"},
       }) {
    support::Arguments all = {"--csv", "-"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ended ended = append(all, file);
    EXPECT_EQ(ended.status, status) << file;
    EXPECT_THAT(ended.errors, HasSubstr(said)) << file;
  }
  EXPECT_EQ(contact_count(), 0);
}

TEST_F(ToolLists, ALongAppendTellsWhichRowsAreInThoughNobodyReadsStdout) {
  const std::string file = home.write("c.csv", csv(2'500));
  SimulatedFault none;
  SimulatedFault lost;
  lost.status = 500;
  const support::Arguments arguments = {"contact-list-append", "--id", list_id(), "--csv", file};
  simulator.inject(none);
  simulator.inject(lost);
  Process process(support::tool_program, arguments, support::account_of(simulator),
                  Streams::unread);
  process.read_all();
  EXPECT_EQ(process.wait(), 5);
  EXPECT_THAT(process.errors(),
              AllOf(HasSubstr("1000 contacts accepted"), HasSubstr("\"not_added\""),
                    HasSubstr("1000 contacts from line 1002 on may be in the list or not")));
}

TEST_F(ToolLists, TellWhichContactsTheServiceRejected) {
  const Ended ended =
      append({"--csv", "-", "--region=US"}, "phone,first_name\n5552223333,A\n\n55512,B\n");
  EXPECT_EQ(ended.status, 4) << ended.errors;
  const json result = ended.document();
  EXPECT_EQ(result["outcome"], "rejected");
  EXPECT_EQ(result["accepted_count"], 1);
  ASSERT_THAT(result["rejected"], SizeIs(1));
  EXPECT_EQ(result["rejected"][0]["index"], 1);
  EXPECT_EQ(result["rejected"][0]["line"], 4);
  EXPECT_THAT(ended.errors, AllOf(HasSubstr("1 contacts rejected"), HasSubstr("line 4: ")));
}

TEST_F(ToolLists, GoOnWhereALongFileWasInterrupted) {
  const std::string file = home.write("c.csv", csv(2'500));
  SimulatedFault none;
  SimulatedFault refusal;
  refusal.status = 400;
  list_id();
  simulator.inject(none);
  simulator.inject(refusal);
  const Ended stopped = append({"--csv", file});
  EXPECT_EQ(stopped.status, 4);
  EXPECT_EQ(stopped.document()["answered"], (json{{"first", 0}, {"count", 1'000}}));
  EXPECT_EQ(stopped.document()["not_added"], (json{{"first", 1'000}, {"count", 1'500}}));
  EXPECT_THAT(stopped.errors, HasSubstr("to go on with the rest: --skip-rows 1000"));

  SimulatedFault lost;
  lost.status = 500;
  simulator.inject(none);
  simulator.inject(lost);
  const Ended doubtful = append({"--csv", file, "--skip-rows", "1000"});
  EXPECT_EQ(doubtful.status, 5);
  EXPECT_EQ(doubtful.document()["outcome"], "unknown");
  EXPECT_EQ(doubtful.document()["unknown"], (json{{"first", 2'000}, {"count", 500}}));
  EXPECT_THAT(doubtful.errors,
              HasSubstr("500 contacts from line 2002 on may be in the list or not"));
  EXPECT_EQ(contact_count(), 2'000);
}

TEST_F(ToolLists, ALongFileShowsABarOnATerminalOnly) {
  const std::string file = home.write("c.csv", csv(2'500));
  auto variables = support::account_of(simulator);
  const support::Arguments arguments = {"contact-list-append", "--id", list_id(), "--csv", file};
  EXPECT_THAT(run(arguments).errors, Not(HasSubstr("[")));

  variables.emplace_back("TERM", "xterm");
  Process process(support::tool_program, arguments, variables, Streams::terminal);
  const std::string shown = process.read_all();
  EXPECT_EQ(process.wait(), 0);
  for (const char* step : {"........] 0 of 2500 contacts", "] 1000 of 2500 contacts",
                           "] 2000 of 2500 contacts", "#\x1b[0m] 2500 of 2500 contacts"}) {
    EXPECT_THAT(shown, HasSubstr(step));
  }
}

TEST_F(ToolLists, CtrlCStopsALongFileAndTellsHowFarItCame) {
  const std::string file = home.write("c.csv", csv(2'500));
  auto variables = support::account_of(simulator);
  variables.emplace_back("TERM", "xterm");
  SimulatedFault none;
  SimulatedFault silence;
  silence.delay = std::chrono::minutes(10);
  const support::Arguments arguments = {"contact-list-append", "--id", list_id(), "--csv", file};
  simulator.inject(none);
  simulator.inject(silence);
  Process process(support::tool_program, arguments, variables, Streams::terminal);
  EXPECT_THAT(process.read_until("1000 of 2500"), HasSubstr("0 of 2500"));
  process.type("\x03");
  EXPECT_THAT(process.read_all(),
              AllOf(HasSubstr("stopping"), HasSubstr("1000 contacts accepted")));
  EXPECT_THAT(process.wait(), ::testing::AnyOf(3, 5));  // between two calls, or during the second
}

TEST_F(ToolLists, ADryRunShowsTheFirstCall) {
  const Ended ended = append({"--csv", "-", "--dry-run"}, csv(3));
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.document()["url"], simulator.url() + "/list/" + list_id() + "/contacts");
  EXPECT_THAT(ended.document()["body"]["values"], SizeIs(3));
  EXPECT_EQ(contact_count(), 0);
}

TEST(ToolListings, ShowWhatTheAccountHoldsAsTheServiceSaysIt) {
  const Simulator simulator;
  for (const auto& [command, key] : {std::pair("brands", "brand_id"),
                                     {"recordings", "media_id"},
                                     {"media", "media_id"},
                                     {"pools", "pool_id"}}) {
    const Ended listed = support::run_against(simulator, {command});
    EXPECT_EQ(listed.status, 0) << listed.errors;
    ASSERT_TRUE(listed.document().is_array());
    EXPECT_TRUE(listed.document()[0].contains(key)) << command;
    EXPECT_TRUE(listed.document()[0].contains("team_id")) << command;
    EXPECT_EQ(support::run_against(simulator, {command, "--dry-run"}).document()["method"], "GET");
    EXPECT_EQ(support::run_against(simulator, {command, "--secret", "wrong"}).status, 4);
  }
  const auto recordings = [&](const std::string& allowed) {
    return support::run_against(simulator, {"recordings", "--api-allowed", allowed});
  };
  EXPECT_EQ(recordings("true").document()[0]["api_allowed"], true);
  EXPECT_EQ(recordings("false").document()[0]["api_allowed"], false);
  EXPECT_EQ(recordings("maybe").status, 1);
}

}  // namespace
}  // namespace dropcowboy
