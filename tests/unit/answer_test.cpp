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
        Row{R"({"status":"not authorized"})", Reading::refusal},
        Row{R"({"status":"Unauthorized"})", Reading::refusal},
        Row{R"({"status":"forbidden"})", Reading::refusal},
        Row{R"({"status":"scheduled"})", Reading::success},
        Row{R"({"status":"sent"})", Reading::success}, Row{R"({"status":"OK"})", Reading::success},
        Row{R"({"status":"Success"})", Reading::success},
        Row{R"({"status":"errors"})", Reading::unclear},
        Row{R"({"status":"pending"})", Reading::unclear},
        Row{R"({"status":"queued "})", Reading::unclear},
        Row{R"({"status":"queued","status":"error"})", Reading::unclear},
        Row{R"({"status":"error","status":"queued"})", Reading::unclear},
        Row{R"({"status":"queued","status":"queued"})", Reading::unclear},
        Row{R"({"status":"queued","status":null})", Reading::unclear},
        Row{R"({"status":"queued","error":"no funds"})", Reading::unclear},
        Row{R"({"error":{"code":3007},"status":"queued"})", Reading::unclear},
        Row{R"({"error":["x"],"status":"queued"})", Reading::unclear},
        Row{R"({"error":true,"status":"queued"})", Reading::unclear},
        Row{R"({"error":3007,"status":"queued"})", Reading::unclear},
        Row{R"({"error":"x","error":null,"status":"queued"})", Reading::unclear},
        Row{R"({"error":null,"status":"queued"})", Reading::success},
        Row{R"({"error":false,"status":"queued"})", Reading::success},
        Row{R"({"error":"","status":"queued"})", Reading::success},
        Row{R"({"error":0,"status":"queued"})", Reading::success},
        Row{R"({"success":true,"status":"queued"})", Reading::success},
        Row{R"({"success":false,"status":"queued"})", Reading::unclear},
        Row{R"({"success":false,"status":"failed"})", Reading::refusal},
        Row{R"({"more":{"error":"x","success":false},"status":"queued"})", Reading::success},
        Row{R"({"status":""})", Reading::unclear}, Row{R"({"status":200})", Reading::unclear},
        Row{R"({"status":null})", Reading::unclear},
        Row{R"({"status":["queued"]})", Reading::unclear},
        Row{R"({"status":{"status":"queued"}})", Reading::unclear}, Row{"{}", Reading::unclear},
        Row{R"([{"status":"queued"}])", Reading::unclear}, Row{R"("queued")", Reading::unclear},
        Row{"", Reading::unclear}, Row{"queued", Reading::unclear}, Row{"null", Reading::unclear},
        Row{"<html>queued</html>", Reading::unclear},
        Row{R"({"status":"queued")", Reading::unclear},
        Row{R"({"status":"queued"}x)", Reading::unclear}));

TEST(SendAnswer, TakesADropIdFromDropIdOnly) {
  EXPECT_EQ(decode_send_answer(R"({"status":"queued","drop_id":"a","id":"b"})")->drop_id, "a");
  EXPECT_EQ(decode_send_answer(R"({"status":"queued","drop_id":12345678901})")->drop_id,
            "12345678901");
  EXPECT_FALSE(decode_send_answer(R"({"status":"queued","drop_id":null})")->drop_id);
  for (const char* other : {"id", "rvm_id", "message_id"}) {
    EXPECT_FALSE(
        decode_send_answer(R"({"status":"queued",")" + std::string(other) + R"(":"a"})")->drop_id)
        << other << " never appears in a result";
  }
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
