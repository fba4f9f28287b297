// What the outbox's commands say about themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using ::testing::UnorderedElementsAreArray;

std::vector<std::string> commands() {
  return listed(run_tool({"outbox", "--help"}, {}).output, false);
}

TEST(ToolOutboxHelp, EveryCommandHasAnExampleAndSaysToWhomOneMaySend) {
  EXPECT_EQ(commands().size(), 15U);
  for (const std::string& command : commands()) {
    const Ended help = run_tool({"outbox", command, "--help"}, {});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_THAT(help.output, AllOf(HasSubstr("Example:\n  dropcowboy outbox " + command),
                                   HasSubstr("Send only to people who agreed")));
    EXPECT_EQ(run_tool({"help", "outbox", command}, {}).output, help.output);
  }
}

TEST(ToolOutboxHelp, CompletionOffersWhatItLists) {
  EXPECT_THAT(completed("dropcowboy outbox", ""), UnorderedElementsAreArray(commands()));
  for (const std::string& command : commands()) {
    EXPECT_THAT(
        completed("dropcowboy outbox " + command),
        UnorderedElementsAreArray(listed(run_tool({"outbox", command, "--help"}, {}).output, true)))
        << command;
  }
}

TEST(ToolOutboxHelp, WhatTheNewerApiHasBesidesIsToldWhereverItsFlagStands) {
  const std::string help = run_tool({"outbox", "add", "--api", "v2", "--help"}, {}).output;
  EXPECT_THAT(help, AllOf(HasSubstr("--media-id"), HasSubstr("dropcowboy outbox add --api v2")));
  EXPECT_EQ(run_tool({"outbox", "add", "--api=v2", "--help"}, {}).output, help);
  EXPECT_EQ(run_tool({"--api", "v2", "outbox", "add", "--help"}, {}).output, help);
  EXPECT_THAT(completed("dropcowboy --api v2 outbox", ""),
              UnorderedElementsAreArray({"add", "import", "run"}));
  for (const char* command : {"add", "import", "run"}) {
    EXPECT_THAT(completed(std::string("dropcowboy --api v2 outbox ") + command),
                UnorderedElementsAreArray(
                    listed(run_tool({"outbox", command, "--api=v2", "--help"}, {}).output, true)));
  }
  EXPECT_EQ(run_tool({"outbox", "add", "--api", "v3"}, {}).status, 1);
}

TEST(ToolOutboxHelp, AWrongCommandLineIsNamed) {
  for (const support::Arguments& wrong :
       {support::Arguments{"outbox"}, {"outbox", "frob"}, {"outbox", "add", "--frob"}}) {
    const Ended ended = run_tool(wrong, {});
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(ended.output, "");
    EXPECT_THAT(ended.errors, HasSubstr("see 'dropcowboy outbox --help'"));
  }
}

}  // namespace
}  // namespace dropcowboy
