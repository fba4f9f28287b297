// Runs the example receiver as a user would: real sockets, a sender that tags, and forgers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <list>
#include <map>

#include "dropcowboy/client.hpp"
#include "dropcowboy/testing/simulator.hpp"
#include "support/callbacks.hpp"
#include "support/http_client.hpp"
#include "support/process.hpp"
#include "support/requests.hpp"
#include "support/sender.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::Simulator;
using support::callback_body;
using support::Process;
using support::signature_of;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const number = "+15550010001";
const std::string path = "4f1c8a523f0e4d0b9a550d6c1c1f7c3e";

std::string program() { return DROPCOWBOY_PROGRAMS "/receive_callbacks"; }

Process::Variables variables(const std::string& team_id) {
  return {{"DROPCOWBOY_TEAM_ID", team_id},
          {"DROPCOWBOY_CALLBACK_KEYS", support::new_key.id + ":" + support::new_key.secret + "," +
                                           support::old_key.id + ":" + support::old_key.secret},
          {"DROPCOWBOY_WEBHOOK_SECRETS", "whsec-old,whsec-current"},
          {"DROPCOWBOY_CALLBACK_PATH", path}};
}

/// The example, running.
class ReceiverExample : public ::testing::Test {
 protected:
  void start(const std::string& queue = "10000", const std::string& team_id = "team-1") {
    receiver_.emplace(program(), std::vector<std::string>{"0", queue}, variables(team_id));
    const std::string greeting = receiver_->read_line();
    const std::string prefix = "listening on ";
    ASSERT_THAT(greeting, StartsWith(prefix));
    url_ = greeting.substr(prefix.size());
    url_.pop_back();
    http_.emplace(url_);
  }

  static std::string tagged(const std::string& id) {
    return support::signer({support::new_key})->tag({"team-1", id, number}).value();
  }

  int post(const std::string& body, const httplib::Headers& headers = {}) {
    const auto answer = http_->Post("/" + path, headers, body, "application/json");
    return answer ? answer->status : 0;
  }

  int port() const { return std::stoi(url_.substr(url_.rfind(':') + 1)); }

  std::optional<Process> receiver_;
  std::optional<support::HttpClient> http_;
  std::string url_;
};

TEST_F(ReceiverExample, ShowsWhatATaggingClientSent) {
  const Simulator simulator;
  start("100", simulator.credentials().team_id);
  ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  options.foreign_id_tagger = support::signer({support::old_key}, simulator.credentials().team_id);
  const Client client(options);
  const auto send = [&](const std::string& phone_number) {
    RvmRequest request = support::good_request();
    request.phone_number = phone_number;
    request.callback_url = url_ + "/hooks/" + path;
    return client.send(request);
  };
  const auto receipt = send(number);
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->foreign_id, "order-17");
  EXPECT_THAT(receipt->wire_foreign_id, StartsWith("order-17.2024-05."));
  EXPECT_THAT(receiver_->read_line(), StartsWith("order-17: delivered, $0.0"));
  ASSERT_TRUE(send("+15550010090"));
  EXPECT_EQ(receiver_->read_line(), "order-17: Internal DNC, advice: do_not_resend");

  receiver_->terminate();
  EXPECT_EQ(receiver_->read_all(), "");
  EXPECT_EQ(receiver_->wait(), 0);
}

TEST_F(ReceiverExample, RefusesForgeriesAndTellsOnlyItsLogWhy) {
  start();
  const std::string envelope = R"({"event_id":"e-1","data":{"status":"success"}})";
  const std::string now = std::to_string(std::time(nullptr));
  EXPECT_EQ(post(callback_body("order-17")), 401);
  EXPECT_EQ(receiver_->read_line(), "refused: bad_tag, untagged");
  EXPECT_EQ(post(callback_body(tagged("order-17"), "+15550010002")), 401);
  EXPECT_EQ(receiver_->read_line(), "refused: bad_tag, wrong_tag");
  EXPECT_EQ(post(envelope, {{"X-Timestamp", now},
                            {"X-Signature", signature_of("whsec-forged", now, envelope)}}),
            401);
  EXPECT_EQ(receiver_->read_line(), "refused: bad_signature, wrong_signature");
  EXPECT_EQ(post("status=success"), 400);
  EXPECT_EQ(receiver_->read_line(), "refused: not_a_callback");
  EXPECT_EQ(http_->Post("/", callback_body(tagged("order-17")), "application/json")->status, 404);
  EXPECT_EQ(receiver_->read_line(), "refused: wrong_path");
  const auto got = http_->Get("/" + path);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 405);
  EXPECT_EQ(got->get_header_value("Allow"), "POST");
  EXPECT_EQ(post(std::string(70'000, ' ')), 413);

  EXPECT_EQ(receiver_->read_line(), "refused: wrong_method");
  EXPECT_EQ(post(envelope, {{"X-Timestamp", now},
                            {"X-Signature", signature_of("whsec-current", now, envelope)}}),
            200);
  EXPECT_EQ(receiver_->read_line(), "(no foreign_id): delivered, $0.00");
}

TEST_F(ReceiverExample, HandsAReplayOnOnce) {
  start();
  EXPECT_EQ(post(callback_body(tagged("order-1"))), 200);
  EXPECT_EQ(post(callback_body(tagged("order-1"))), 200);
  EXPECT_EQ(post(callback_body(tagged("order-2"))), 200);
  EXPECT_EQ(receiver_->read_line(), "order-1: delivered, $0.00");
  EXPECT_EQ(receiver_->read_line(), "order-2: delivered, $0.00");
}

TEST_F(ReceiverExample, AnswersA503WhenItsQueueIsFullAndTakesTheEventLater) {
  start("4");
  // Nobody reads what it prints, so the pipe fills, the worker stops, and the queue fills.
  const auto id = [](int i) { return std::string(200, 'x') + std::to_string(i); };
  int count = 0;
  int status = 200;
  while (status == 200 && count < 5'000) status = post(callback_body(tagged(id(count++))));
  ASSERT_EQ(status, 503) << "after " << count;
  const std::string refused = id(count - 1);

  std::map<std::string, int> shown;
  for (int i = 0; i + 1 < count; ++i) {
    const std::string line = receiver_->read_line();
    ++shown[line.substr(0, line.find(':'))];
  }
  EXPECT_EQ(shown.size(), static_cast<std::size_t>(count - 1)) << "each once";
  EXPECT_EQ(shown.count(refused), 0U);
  EXPECT_EQ(post(callback_body(tagged(refused))), 200) << "it counts as never seen";
  receiver_->terminate();
  EXPECT_THAT(receiver_->read_all(), HasSubstr(refused + ": delivered"));
}

TEST_F(ReceiverExample, WritesOneLineForEachCallbackWhateverItSays) {
  start();
  const std::string id = R"(order-\n\u202e1)";
  const std::string wire_id = support::signer({support::new_key})
                                  ->tag({"team-1",
                                         "order-\n\xE2\x80\xAE"
                                         "1",
                                         number})
                                  .value();
  const std::string tag = wire_id.substr(wire_id.find('.'));
  EXPECT_EQ(post(R"({"foreign_id":")" + id + tag + R"(","phone_number":")" + number +
                 R"(","status":"failure","reason":"No\r\nAnswer\u001b[2J\ud83d"})"),
            200);
  EXPECT_EQ(receiver_->read_line(),
            "order-\\n\\u202E1: No\\r\\nAnswer\\x1B[2J\xEF\xBF\xBD, advice: not_known");
  EXPECT_EQ(post(callback_body(tagged("order-2"))), 200);
  EXPECT_EQ(receiver_->read_line(), "order-2: delivered, $0.00");
}

TEST_F(ReceiverExample, IsHeldUpByNoSlowConnections) {
  start();
  std::list<support::Sender> slow;
  for (int i = 0; i < 300; ++i) {
    slow.emplace_back(port());
    ASSERT_TRUE(slow.back().send("POST / HTTP/1.1\r\nContent-Le"));
  }
  EXPECT_EQ(post(callback_body(tagged("order-1"))), 200);
  EXPECT_EQ(receiver_->read_line(), "order-1: delivered, $0.00");
}

TEST_F(ReceiverExample, RefusesEndlessBodiesAndHeaders) {
  start();
  const std::string head = "POST /" + path + " HTTP/1.1\r\n";
  for (const std::string& begin : {head + "Transfer-Encoding: chunked\r\n\r\n7ffffff\r\n",
                                   head + "A: ", std::string("POST /")}) {
    support::Sender sender(port());
    const std::string part(64 * 1024, 'x');
    std::size_t sent = 0;
    if (sender.send(begin)) {
      while (sent < 100'000'000 && sender.send(part)) sent += part.size();
    }
    EXPECT_LT(sent, 50'000'000U);
  }
  EXPECT_EQ(post(callback_body(tagged("order-1"))), 200);
}

TEST_F(ReceiverExample, WorksOffWhatItHasTakenWhenItIsStopped) {
  start();
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(post(callback_body(tagged("order-" + std::to_string(i)))), 200);
  }
  receiver_->terminate();
  const std::string output = receiver_->read_all();
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(output, HasSubstr("order-" + std::to_string(i) + ": delivered"));
  }
  EXPECT_EQ(receiver_->wait(), 0);
}

TEST(ReceiverExampleAlone, SaysWhatItNeeds) {
  Process unset(program(), {"0"}, {});
  EXPECT_THAT(unset.read_all(), HasSubstr("without one of them anybody can post results"));
  EXPECT_EQ(unset.wait(), 1);
  Process weak(program(), {"0"}, {{"DROPCOWBOY_CALLBACK_KEYS", "k1:short"}});
  const std::string complaint = weak.read_all();
  EXPECT_THAT(complaint, HasSubstr("team_id"));
  EXPECT_THAT(complaint, HasSubstr("openssl rand -hex 32"));
  EXPECT_THAT(complaint, ::testing::Not(HasSubstr("short")));
  EXPECT_EQ(weak.wait(), 1);
}

}  // namespace
}  // namespace dropcowboy
