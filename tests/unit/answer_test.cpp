#include "messages/send_answer.hpp"

#include <gtest/gtest.h>

#include "support/understood.hpp"

namespace dropcowboy {
namespace {

using delivery::Meaning;

struct Row {
  const char* body;
  Meaning meaning;
};

std::optional<SendAnswer> read(std::string_view body) {
  return support::read<SendAnswer>(&understand_send, body);
}

class SendAnswerTable : public testing::TestWithParam<Row> {};

TEST_P(SendAnswerTable, ReadsOnlyWhatIsClear) {
  EXPECT_EQ(understand_send(GetParam().body, text::Redactor("")).meaning, GetParam().meaning)
      << GetParam().body;
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, SendAnswerTable,
    testing::Values(
        Row{R"({"status":"queued"})", Meaning::success},
        Row{R"( {"id":7,"status":"Accepted","more":{"status":"error"}} )", Meaning::success},
        Row{R"({"status":"error"})", Meaning::refusal},
        Row{R"({"status":"FAILED"})", Meaning::refusal},
        Row{R"({"status":"Failure"})", Meaning::refusal},
        Row{R"({"status":"rejected"})", Meaning::refusal},
        Row{R"({"status":"invalid"})", Meaning::refusal},
        Row{R"({"status":"not authorized"})", Meaning::refusal},
        Row{R"({"status":"Unauthorized"})", Meaning::refusal},
        Row{R"({"status":"forbidden"})", Meaning::refusal},
        Row{R"({"status":"scheduled"})", Meaning::success},
        Row{R"({"status":"sent"})", Meaning::success}, Row{R"({"status":"OK"})", Meaning::success},
        Row{R"({"status":"Success"})", Meaning::success},
        Row{R"({"status":"errors"})", Meaning::unclear},
        Row{R"({"status":"pending"})", Meaning::unclear},
        Row{R"({"status":"queued "})", Meaning::unclear},
        Row{R"({"status":"queued","status":"error"})", Meaning::unclear},
        Row{R"({"status":"error","status":"queued"})", Meaning::unclear},
        Row{R"({"status":"queued","status":"queued"})", Meaning::unclear},
        Row{R"({"status":"queued","status":null})", Meaning::unclear},
        Row{R"({"status":"queued","error":"no funds"})", Meaning::unclear},
        Row{R"({"error":{"code":3007},"status":"queued"})", Meaning::unclear},
        Row{R"({"error":["x"],"status":"queued"})", Meaning::unclear},
        Row{R"({"error":true,"status":"queued"})", Meaning::unclear},
        Row{R"({"error":3007,"status":"queued"})", Meaning::unclear},
        Row{R"({"error":"x","error":null,"status":"queued"})", Meaning::unclear},
        Row{R"({"error":null,"status":"queued"})", Meaning::success},
        Row{R"({"error":false,"status":"queued"})", Meaning::success},
        Row{R"({"error":"","status":"queued"})", Meaning::success},
        Row{R"({"error":0,"status":"queued"})", Meaning::success},
        Row{R"({"success":true,"status":"queued"})", Meaning::success},
        Row{R"({"success":false,"status":"queued"})", Meaning::unclear},
        Row{R"({"success":false,"status":"failed"})", Meaning::refusal},
        Row{R"({"more":{"error":"x","success":false},"status":"queued"})", Meaning::success},
        Row{R"({"status":""})", Meaning::unclear}, Row{R"({"status":200})", Meaning::unclear},
        Row{R"({"status":null})", Meaning::unclear},
        Row{R"({"status":["queued"]})", Meaning::unclear},
        Row{R"({"status":{"status":"queued"}})", Meaning::unclear}, Row{"{}", Meaning::unclear},
        Row{R"([{"status":"queued"}])", Meaning::unclear}, Row{R"("queued")", Meaning::unclear},
        Row{"", Meaning::unclear}, Row{"queued", Meaning::unclear}, Row{"null", Meaning::unclear},
        Row{"<html>queued</html>", Meaning::unclear},
        Row{R"({"status":"queued")", Meaning::unclear},
        Row{R"({"status":"queued"}x)", Meaning::unclear}));

TEST(SendAnswer, TakesADropIdFromDropIdOnly) {
  EXPECT_EQ(read(R"({"status":"queued","drop_id":"a","id":"b"})")->drop_id, "a");
  EXPECT_EQ(read(R"({"status":"queued","drop_id":12345678901})")->drop_id, "12345678901");
  EXPECT_FALSE(read(R"({"status":"queued","drop_id":null})")->drop_id);
  for (const char* other : {"id", "rvm_id", "message_id"}) {
    EXPECT_FALSE(read(R"({"status":"queued",")" + std::string(other) + R"(":"a"})")->drop_id)
        << other << " never appears in a result";
  }
  EXPECT_EQ(read(R"({"status":"queued","request_id":"r"})")->request_id, "r");
}

}  // namespace
}  // namespace dropcowboy
