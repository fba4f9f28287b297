// The tool's outbox in a PostgreSQL database.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/shared_outbox.hpp"
#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::Ended;
using ::testing::HasSubstr;

class ToolOutboxPostgres : public support::WithSharedOutbox {
 protected:
  static Ended tool(support::Arguments arguments) {
    arguments.insert(arguments.begin(), "outbox");
    return support::run_tool(
        arguments, {{"HOME", "/nonexistent"},
                    {"DROPCOWBOY_TEAM_ID", "team-1"},
                    {"DROPCOWBOY_OUTBOX", "postgresql://outbox@127.0.0.1:" +
                                              std::to_string(server().port()) + "/postgres"}});
  }
};

TEST_F(ToolOutboxPostgres, FillsAndLooks) {
  const Ended keyed = tool({"add", "--api=v2", "--to=+15550010001", "--foreign-id=keyed",
                            "--media-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"});
  EXPECT_EQ(keyed.status, 0) << keyed.errors;
  EXPECT_EQ(keyed.document()["without_consent"], true);
  const Ended plain = tool({"add", "--phone-number=+15550010001", "--foreign-id=plain",
                            "--brand-id=5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10",
                            "--recording-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21",
                            "--forwarding-number=+15557654321"});
  EXPECT_EQ(plain.status, 0) << plain.errors;
  EXPECT_EQ(tool({"status"}).document()["messages"], json({{"ready", 2}}));
  const json messages = tool({"list"}).document()["messages"];
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["keyed"], true);
  EXPECT_FALSE(messages[1].contains("keyed"));
  const outbox::Outbox box = open_without_consent();
  EXPECT_TRUE(box.keyed_request_of("keyed"));
}

TEST_F(ToolOutboxPostgres, SaysHowToMakeTheTablesAndMakesThem) {
  by_hand("DROP SCHEMA dropcowboy CASCADE");
  const Ended without = tool({"status"});
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.errors, HasSubstr("dropcowboy outbox migrate"));
  EXPECT_EQ(tool({"migrate"}).document(), json({{"migrated", true}}));
  EXPECT_EQ(tool({"migrate"}).status, 0) << "where they are, it does nothing";
  EXPECT_EQ(tool({"status"}).status, 0);
}

}  // namespace
}  // namespace dropcowboy
