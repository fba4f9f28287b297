// What the simulator does on demand: Simulator::inject().

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/client.hpp"
#include "support/callback_sink.hpp"
#include "support/raw_client.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::CallbackSink;
using support::RawClient;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SimulatedFault;
using testing::Simulator;
using ::testing::SizeIs;

class SimulatorFault : public ::testing::Test {
 protected:
  httplib::Result post() {
    return client.post_rvm(client.good_body_with({{"callback_url", sink.url()}}));
  }

  Client library_client() const {
    ClientOptions options;
    options.credentials = simulator.credentials();
    options.base_url = simulator.url();
    options.retry.initial_backoff = std::chrono::milliseconds(1);
    options.retry.rate_limit_backoff = std::chrono::milliseconds(1);
    return Client(options);
  }

  CallbackSink sink;
  Simulator simulator;
  RawClient client{simulator};
};

TEST_F(SimulatorFault, AStatusIsAnsweredInsteadOfAJudgement) {
  SimulatedFault fault;
  fault.status = 503;
  simulator.inject(fault);
  const auto answer = post();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(RawClient::message_of(answer), "a fault of the simulator");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");

  EXPECT_EQ(post()->status, 200);
  EXPECT_THAT(sink.wait_for(1), SizeIs(1)) << "what is not judged is not accepted";
}

TEST_F(SimulatorFault, AStatusStrikesAnyRequest) {
  SimulatedFault fault;
  fault.status = 200;
  fault.body = "";
  simulator.inject(fault);
  const auto answer = client.http().Get("/nowhere");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
}

TEST_F(SimulatorFault, BodyAndHeadersAlterTheAnswerToARequestThatIsJudged) {
  const std::string page = "<h1>queued</h1>";
  SimulatedFault fault;
  fault.body = page;
  fault.headers = {{"Content-Type", "text/html"}, {"X-Request-Id", "r-1"}};
  simulator.inject(fault);
  const auto answer = post();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, page);
  EXPECT_EQ(answer->headers.count("Content-Type"), 1U);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/html");
  EXPECT_EQ(answer->get_header_value("X-Request-Id"), "r-1");
  EXPECT_THAT(sink.wait_for(1), SizeIs(1)) << "it was accepted all the same";

  simulator.inject(fault);
  EXPECT_EQ(client.post_rvm(std::string("no JSON"))->status, 400);
}

TEST_F(SimulatorFault, StrikesInTurnAndAsOftenAsWanted) {
  SimulatedFault first;
  first.status = 500;
  SimulatedFault second;
  second.status = 429;
  simulator.inject(first, 2);
  simulator.inject(second);
  simulator.inject(first, 0);
  simulator.inject(first, -1);
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i) statuses.push_back(post()->status);
  EXPECT_THAT(statuses, ::testing::ElementsAre(500, 500, 429, 200));
}

TEST_F(SimulatorFault, ATruncatedBodyIsShorterThanAnnounced) {
  SimulatedFault fault;
  fault.truncate_after = 10;
  simulator.inject(fault);
  std::string received;
  std::string announced;
  const auto answer = client.http().send([&] {
    httplib::Request request;
    request.method = "POST";
    request.path = "/v1/rvm";
    request.headers = client.headers();
    request.set_header("Content-Type", "application/json");
    request.body = client.good_body().dump();
    request.response_handler = [&](const httplib::Response& response) {
      announced = response.get_header_value("Content-Length");
      return true;
    };
    request.content_receiver = [&](const char* data, std::size_t size, auto, auto) {
      received.append(data, size);
      return true;
    };
    return request;
  }());
  EXPECT_FALSE(answer);
  EXPECT_EQ(received, R"({"status":)");
  EXPECT_GT(std::stoul(announced), received.size());
  EXPECT_EQ(simulator.requests()[0].answered_body.size(), std::stoul(announced));
}

TEST_F(SimulatorFault, ABodyCanBeTruncatedToNothingOrNotAtAll) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1'000'000}}) {
    SimulatedFault fault;
    fault.truncate_after = bytes;
    simulator.inject(fault);
    EXPECT_EQ(post().error() == httplib::Error::Success, bytes != 0);
    EXPECT_EQ(post()->status, 200) << "on a new connection";
  }
  SimulatedFault empty;
  empty.body = "";
  empty.truncate_after = 5;
  simulator.inject(empty);
  EXPECT_EQ(post()->body, "");
}

TEST_F(SimulatorFault, ADelayHoldsTheAnswerBackNotTheAcceptance) {
  SimulatedFault fault;
  fault.delay = std::chrono::hours(1);
  simulator.inject(fault);
  client.http().set_read_timeout(std::chrono::milliseconds(100));
  EXPECT_FALSE(post());
  EXPECT_THAT(sink.wait_for(1), SizeIs(1));
  ASSERT_THAT(simulator.requests(), SizeIs(1));
  EXPECT_EQ(simulator.requests()[0].answered_status, 0) << "not answered yet";
}

TEST_F(SimulatorFault, ADelayEndsWithTheSimulator) {
  auto mortal = std::make_unique<Simulator>();
  SimulatedFault fault;
  fault.delay = std::chrono::milliseconds::max();
  mortal->inject(fault);
  RawClient waiting_client(*mortal);
  std::thread waiting([&] {
    waiting_client.post_rvm(waiting_client.good_body_with({{"callback_url", sink.url()}}));
  });
  sink.wait_for(1);  // so it is judged and being delayed
  mortal.reset();
  waiting.join();
}

TEST_F(SimulatorFault, TheLibraryRetriesWhatIsSafe) {
  SimulatedFault fault;
  fault.status = 429;
  simulator.inject(fault, 2);
  const auto receipt = library_client().send(support::good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_THAT(receipt->attempts, SizeIs(3));
  EXPECT_THAT(simulator.requests(), SizeIs(3));
}

TEST_F(SimulatorFault, TheLibraryNeverRepeatsAnUnknownOutcome) {
  SimulatedFault fault;
  fault.truncate_after = 3;
  simulator.inject(fault);
  const auto result = library_client().send(support::good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_THAT(simulator.requests(), SizeIs(1));
}

TEST_F(SimulatorFault, AnEchoOfTheRequestDoesNotBringTheSecretIntoAnError) {
  SimulatedFault fault;
  fault.status = 400;
  fault.body = json{{"message", "bad secret " + simulator.credentials().secret}}.dump();
  simulator.inject(fault);
  const auto result = library_client().send(support::good_request());
  ASSERT_FALSE(result);
  EXPECT_THAT(to_string(result.error()), Not(HasSubstr(simulator.credentials().secret)));
  EXPECT_THAT(simulator.callbacks(), IsEmpty());
}

}  // namespace
}  // namespace dropcowboy
