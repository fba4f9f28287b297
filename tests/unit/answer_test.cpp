#include "json/answer.hpp"

#include <gtest/gtest.h>

namespace dropcowboy::json {
namespace {

using delivery::Reading;

struct Row {
  const char* body;
  Reading reading;
};

class SendAnswerTable : public testing::TestWithParam<Row> {};

TEST_P(SendAnswerTable, ReadsOnlyWhatIsClear) {
  EXPECT_EQ(read_send_answer(GetParam().body), GetParam().reading) << GetParam().body;
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, SendAnswerTable,
    testing::Values(
        Row{R"({"status":"queued"})", Reading::success},
        Row{R"( {"id":7,"status":"Accepted","more":{"status":"error"}} )", Reading::success},
        Row{R"({"status":"error"})", Reading::refusal},
        Row{R"({"status":"FAILED"})", Reading::refusal},
        Row{R"({"status":"Failure"})", Reading::refusal},
        Row{R"({"status":"rejected"})", Reading::refusal},
        Row{R"({"status":"invalid"})", Reading::refusal},
        Row{R"({"status":"errors"})", Reading::success},
        Row{R"({"status":"queued","status":"error"})", Reading::refusal},
        Row{R"({"status":""})", Reading::unclear}, Row{R"({"status":200})", Reading::unclear},
        Row{R"({"status":null})", Reading::unclear},
        Row{R"({"status":["queued"]})", Reading::unclear},
        Row{R"({"status":{"status":"queued"}})", Reading::unclear}, Row{"{}", Reading::unclear},
        Row{R"([{"status":"queued"}])", Reading::unclear}, Row{R"("queued")", Reading::unclear},
        Row{"", Reading::unclear}, Row{"queued", Reading::unclear}, Row{"null", Reading::unclear},
        Row{"<html>queued</html>", Reading::unclear},
        Row{R"({"status":"queued")", Reading::unclear},
        Row{R"({"status":"queued"}x)", Reading::unclear}));

TEST(SendAnswer, TakesTheMostTellingId) {
  EXPECT_EQ(
      decode_send_answer(R"({"status":"queued","id":"c","drop_id":"a","rvm_id":"b"})")->drop_id,
      "a");
  EXPECT_EQ(decode_send_answer(R"({"status":"queued","id":12345678901})")->drop_id, "12345678901");
  EXPECT_FALSE(decode_send_answer(R"({"status":"queued","id":null})")->drop_id);
  EXPECT_EQ(decode_send_answer(R"({"status":"queued","request_id":"r"})")->request_id, "r");
}

TEST(FailureAnswer, FindsWhatItSays) {
  EXPECT_EQ(decode_failure_answer(R"({"message":"m","error":"e"})").message, "m");
  EXPECT_EQ(decode_failure_answer(R"({"error":"e","title":"t"})").message, "e");
  EXPECT_EQ(decode_failure_answer(R"({"title":"t","detail":"d","request_id":"r"})").message, "d");
  EXPECT_EQ(decode_failure_answer(R"({"title":"t","request_id":"r"})").request_id, "r");
  EXPECT_EQ(decode_failure_answer(R"({"error":{"message":"nested"}})").message, "");
  EXPECT_EQ(decode_failure_answer("<html>").message, "");
}

}  // namespace
}  // namespace dropcowboy::json
