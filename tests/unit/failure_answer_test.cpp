// What is shown of an answer to a failed request.

#include <gtest/gtest.h>

#include "json/failure_answer.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {
namespace {

struct Row {
  std::string body;
  std::string message;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.body; }

class FailureAnswers : public ::testing::TestWithParam<Row> {};

TEST_P(FailureAnswers, SayWhatTheServiceSaid) {
  EXPECT_EQ(decode_failure_answer(GetParam().body).message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Objects, FailureAnswers,
    ::testing::Values(
        Row{R"({"message":"m","error":"e"})", "m"}, Row{R"({"error":"e","message":"m"})", "m"},
        Row{R"({"error":"e","title":"t"})", "e"},
        Row{R"({"title":"t","detail":"d","request_id":"r"})", "d"},
        Row{R"({"message":"first","message":"last"})", "last"},
        Row{R"({"Message":"Forbidden"})", "Forbidden"},
        Row{R"({"error":{"message":"nested"}})", "nested"},
        Row{R"({"error":{"code":"no_brand","message":"nested"}})", "nested (code no_brand)"},
        Row{R"({"error":{"code":4002}})", "code 4002"},
        Row{R"({"error":"invalid_client","error_description":"no such team"})", "no such team"},
        Row{R"({"type":"https://acme.test/errors/forbidden","title":"Forbidden","status":403,)"
            R"("detail":"The plan has no API","details":{"code":"consent_required"}})",
            "The plan has no API (code consent_required)"},
        Row{R"({"message":"no funds","detail":{"code":"insufficient_balance","reason":"x"}})",
            "no funds (code insufficient_balance)"},
        Row{R"({"code":"byoc_required","message":"byoc_required is set"})", "byoc_required is set"},
        Row{R"({"message":"","error":"e"})", "e"}, Row{R"({"message":null,"error":"e"})", "e"},
        Row{R"({"message":5})", ""}, Row{R"({"data":{"deep":{"message":"m"}}})", ""},
        Row{"{}", ""}));

INSTANTIATE_TEST_SUITE_P(
    Lists, FailureAnswers,
    ::testing::Values(
        Row{R"({"message":["a","b"]})", "a; b"},
        Row{R"({"statusCode":400,"message":["a","b"],"error":"Bad Request"})", "a; b"},
        Row{R"({"errors":["a","b"]})", "a; b"}, Row{R"({"errors":"a"})", "a"},
        Row{R"({"errors":[{"message":"a"},{"detail":"b"}]})", "a; b"},
        Row{R"({"errors":[{"field":"phone","message":"a"}]})", "field: phone; a"},
        Row{R"({"errors":{"phone_number":["is wrong","is blank"]}})",
            "phone_number: is wrong; phone_number: is blank"},
        Row{R"({"message":"Validation failed","errors":["a","b"]})", "Validation failed: a; b"},
        Row{R"({"message":"a","errors":["a"]})", "a"},
        Row{R"({"detail":[{"loc":["body","x"],"msg":"a"},{"msg":"b"}]})", "a; b"},
        Row{R"([{"message":"a"},{"message":"b"}])", "a; b"}, Row{R"(["a","b"])", "a; b"},
        Row{R"({"errors":[]})", ""}, Row{"[]", ""}));

INSTANTIATE_TEST_SUITE_P(
    OtherTexts, FailureAnswers,
    ::testing::Values(
        Row{"Forbidden", "Forbidden"}, Row{"  no\r\n such\tbrand\n", "no   such brand"},
        Row{R"("Unauthorized")", "Unauthorized"}, Row{"upstream: 503", "upstream: 503"},
        Row{"caf\xE9 closed", "caf\xEF\xBF\xBD closed"}, Row{std::string("a\0b", 3), "a b"},
        Row{"", ""}, Row{" \n", ""},
        Row{"<html><head><TITLE>\n 502 Bad Gateway </TITLE></head></html>", "502 Bad Gateway"},
        Row{"<html>", ""}, Row{"<title", ""}, Row{"<title>cut", "cut"},
        Row{"<?xml version=\"1.0\"?><Error/>", ""}));

/// An answer that breaks off, or holds a byte that is not UTF-8, still said something before.
INSTANTIATE_TEST_SUITE_P(BrokenJson, FailureAnswers,
                         ::testing::Values(Row{R"({"message":"m","x":)", "m"},
                                           Row{"{\"message\":\"m\",\"x\":\"\xE9\"}", "m"},
                                           Row{R"({"error":{"message":"m")", "m"}, Row{"{", ""}));

TEST(FailureAnswer, FindsTheRequestIdWhereverItIs) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"request_id":"r"})", "r"},
      {R"({"meta":{"request_id":"m"},"request_id":"r"})", "m"},
      {R"({"request_id":"r","meta":{"request_id":"m"}})", "m"},
      {R"({"error":{"request_id":"e"}})", "e"},
      {R"({"requestId":"c"})", "c"},
      {R"({"meta":{"deep":{"request_id":"m"}}})", ""},
      {"text", ""},
  };
  for (const auto& [body, id] : rows) EXPECT_EQ(decode_failure_answer(body).request_id, id) << body;
}

TEST(FailureAnswer, TellsTheReasonInOneWordIfThereIsOne) {
  const std::pair<std::string, std::string> rows[] = {
      {R"({"error":"no_funds","message":"No funds"})", "no_funds"},
      {R"({"error":"No funds"})", ""},
      {R"({"error":"No funds","code":"no_funds"})", "no_funds"},
      {R"({"type":"https://x.test/errors/no-funds/","title":"No"})", "no-funds"},
      {R"({"type":"https://x.test/no-funds","details":{"code":"empty"}})", "empty"},
      {R"({"type":"about:blank"})", ""},
      {R"({"code":4002})", ""},
      {R"({"a":{"b":{"code":"deep"}}})", ""},
      {R"({"code":")" + std::string(100, 'x') + "\"}", std::string(100, 'x')},
      {R"({"code":")" + std::string(101, 'x') + "\"}", ""},
      {"<title>no_funds</title>", ""},
  };
  for (const auto& [body, code] : rows) EXPECT_EQ(decode_failure_answer(body).code, code) << body;
}

TEST(FailureAnswer, AKeyThatIsLongerThanAnyPlaceSaysNothing) {
  const std::string longest(100, 'k');
  EXPECT_EQ(decode_failure_answer("{\"errors\":{\"" + longest + "\":\"m\"}}").message,
            longest + ": m");
  EXPECT_EQ(decode_failure_answer("{\"errors\":{\"" + longest + "k\":\"m\"}}").message, "");
}

TEST(FailureAnswer, DoesNotGrowWithTheAnswer) {
  std::string list = R"({"errors":[)";
  std::string levels;
  for (int i = 0; i < 100'000; ++i) list += R"("wrong",)";
  for (int i = 0; i < 100'000; ++i) levels += R"({"error":)";
  for (const std::string& body : {list + R"("wrong"]})", levels, std::string(1'000'000, '[')}) {
    EXPECT_LE(decode_failure_answer(body).message.size(), 4096U);
  }
}

/// The secret is cut out afterwards, so that it must still be there whole, or not at all.
TEST(FailureAnswer, LeavesASecretInOnePiece) {
  const std::string secret = "Zq7/Se  cr&<%>et";
  const std::string filler(2'000, 'x');
  for (const std::string& body :
       {filler + secret + filler, "{\"message\":\"" + filler + secret + filler + "\"}",
        "{\"errors\":[\"" + filler + "\",\"" + secret + "\"]}",
        "{\"errors\":{\"" + secret + "\":\"x\"}}", "<title>" + secret + "</title>"}) {
    const std::string message = decode_failure_answer(body).message;
    const bool is_whole = message.find(secret) != std::string::npos;
    EXPECT_TRUE(is_whole || message.find("Zq7") == std::string::npos) << body.substr(0, 40);
    EXPECT_EQ(message.find("zq7"), std::string::npos);
  }
}

TEST(FailureAnswer, IsTextWhateverTheBytes) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    for (const std::string& body :
         {std::string(1, c), "x" + std::string(1, c), "{\"message\":\"" + std::string(1, c) + "\"}",
          "<title>" + std::string(1, c)}) {
      EXPECT_TRUE(text::is_utf8(decode_failure_answer(body).message)) << byte;
    }
  }
}

}  // namespace
}  // namespace dropcowboy::json
