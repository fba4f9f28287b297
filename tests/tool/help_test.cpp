// What the tool says about itself, and what it says to a wrong command line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/version.hpp"
#include "support/tool.hpp"
#include "support/tool_help.hpp"

namespace dropcowboy {
namespace {

using support::completed;
using support::Ended;
using support::listed;
using support::run_tool;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> commands() { return listed(run_tool({"--help"}, {}).output, false); }

TEST(ToolHelp, ListsTheVendorsCommandsAndMore) {
  EXPECT_THAT(commands(), ::testing::UnorderedElementsAre(
                              "config", "send-rvm", "send-sms", "contact-list-create",
                              "contact-list-get", "contact-list-rename", "contact-list-delete",
                              "contact-list-append", "brands", "recordings", "pools", "media",
                              "doctor", "validate", "simulate", "listen", "decode", "outbox"));
  for (const char* way : {"--help", "-h", "help"}) {
    const Ended help = run_tool({way}, {});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.output, AllOf(HasSubstr("Exit codes:"), HasSubstr("dropcowboy simulate")));
  }
}

TEST(ToolCompletion, OffersWhatTheHelpLists) {
  std::vector<std::string> all = commands();
  all.insert(all.end(), {"help", "--help", "--version", "--api"});
  EXPECT_THAT(completed("dropcowboy", ""), ::testing::UnorderedElementsAreArray(all));
  for (const std::string& command : commands()) {
    EXPECT_THAT(completed("dropcowboy " + command),
                ::testing::UnorderedElementsAreArray(
                    listed(run_tool({command, "--help"}, {}).output, true)))
        << command;
  }
}

TEST(ToolHelp, EveryCommandHasAnExampleAndSaysToWhomOneMaySend) {
  for (const std::string& command : commands()) {
    const Ended help = run_tool({command, "--help"}, {});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_THAT(help.output, AllOf(HasSubstr("Example:\n  "), HasSubstr("dropcowboy " + command),
                                   HasSubstr("Send only to people who agreed")));
    EXPECT_EQ(run_tool({"help", command}, {}).output, help.output);
  }
}

TEST(ToolHelp, TheVersionIsTheLibrarys) {
  for (const char* way : {"--version", "-V"}) {
    EXPECT_EQ(run_tool({way}, {}).output, "dropcowboy " DROPCOWBOY_VERSION "\n");
  }
}

TEST(ToolHelp, NothingAskedForIsAMistakeThatIsHelped) {
  const Ended ended = run_tool({}, {});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, IsEmpty());
  EXPECT_THAT(ended.errors, HasSubstr("send-rvm"));
}

TEST(ToolHelp, AWrongCommandLineIsNamedWithoutItsValues) {
  struct Mistake {
    support::Arguments arguments;
    const char* said;
  };
  for (const auto& [arguments, said] : {
           Mistake{{"send-fax"}, "there is no command 'send-fax'; see 'dropcowboy --help'"},
           Mistake{{"send-rvm", "--secrett=s3cr3t-0001"}, "there is no flag --secrett; see"},
           Mistake{{"send-rvm", "--secrett", "s3cr3t-0001"}, "there is no flag --secrett; see"},
           Mistake{{"send-rvm", "--tts-body", "Hello", "s3cr3t-0001"}, "needs quotes"},
           Mistake{{"send-rvm", "--brand-id"}, "--brand-id needs a value"},
           Mistake{{"config", "--team-id", "a"}, "--secret is required"},
       }) {
    const Ended ended = run_tool(arguments, {});
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.output, IsEmpty());
    EXPECT_THAT(ended.errors, AllOf(StartsWith("error: "), HasSubstr(said), HasSubstr("--help'"),
                                    Not(HasSubstr("s3cr3t-0001"))));
  }
}

}  // namespace
}  // namespace dropcowboy
