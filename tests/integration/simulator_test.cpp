// What the simulator is as a server.

#include "dropcowboy/testing/simulator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>

#include "dropcowboy/client.hpp"
#include "support/fits.hpp"
#include "support/raw_client.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::RawClient;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using testing::RecordedRequest;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

int port_of(const Simulator& simulator) {
  const std::string url = simulator.url();
  return std::stoi(url.substr(url.find(':', 7) + 1));
}

Client client_of(const Simulator& simulator) {
  ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  return Client(options);
}

TEST(Simulator, AcceptsAVoicemailFromTheLibrary) {
  const Simulator simulator;
  EXPECT_THAT(simulator.url(), support::Fits("http://127\\.0\\.0\\.1:[0-9]+/v1"));
  const auto receipt = client_of(simulator).send(support::good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->status, "queued");
  EXPECT_EQ(receipt->body, R"({"status":"queued"})");
  EXPECT_FALSE(receipt->drop_id) << "the service answers with no id either";
}

TEST(Simulator, RefusesOtherCredentialsOnlyWhereTheServiceDoesUnlessItIsStrict) {
  SimulatorOptions settings{{"team-1", "secret-1"}};
  for (const bool strict : {false, true}) {
    settings.strict = strict;
    const Simulator simulator(settings);
    EXPECT_EQ(simulator.credentials().team_id, "team-1");
    ClientOptions options;
    options.credentials = {"team-1", "secret-2"};
    options.base_url = simulator.url();
    const Client client(options);
    const auto result = client.send(support::good_request());
    EXPECT_EQ(result.has_value(), !strict);
    if (!result) {
      EXPECT_EQ(result.error().kind, ErrorKind::authentication);
      EXPECT_EQ(result.error().outcome, Outcome::rejected);
    }
    const auto brands = client.list_brands();
    ASSERT_FALSE(brands);
    EXPECT_EQ(brands.error().kind, ErrorKind::authentication);
    EXPECT_EQ(brands.error().http_status, 401);
  }
}

TEST(Simulator, GivesEveryDropAnIdOfItsOwn) {
  const Simulator one;
  const Simulator other;
  RvmRequest request = support::good_request();
  request.callback_url = "http://127.0.0.1:1/nobody";
  std::vector<std::string> ids;
  for (const Simulator* simulator : {&one, &other, &one}) {
    ASSERT_TRUE(client_of(*simulator).send(request));
    ASSERT_TRUE(simulator->wait_for_callbacks(1, std::chrono::seconds(20)));
  }
  ASSERT_TRUE(one.wait_for_callbacks(2, std::chrono::seconds(20)));
  for (const Simulator* simulator : {&one, &other}) {
    for (const auto& callback : simulator->callbacks()) {
      ids.push_back(json::parse(callback.body)["drop_id"]);
      EXPECT_THAT(ids.back(), support::Fits("[0-9a-f]+"));
      EXPECT_THAT(ids.back(), SizeIs(24));
    }
  }
  ASSERT_THAT(ids, SizeIs(3));
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST(Simulator, PlaysLoopbackHostsOnly) {
  const Simulator simulator;
  RawClient client(simulator);
  const std::string body = client.good_body().dump();
  const auto status = [&](const std::string& host) {
    httplib::Headers headers = client.headers();
    headers.emplace("Host", host);
    const auto answer = client.post_rvm(headers, body);
    return answer ? answer->status : 0;
  };
  for (const char* host : {"acme.test", "acme.test:8400", "127.0.0.1.acme.test", "10.0.0.1:80",
                           "localhost.acme.test", "[::2]", "user@acme.test", "a b", "127.0.0.1/"}) {
    EXPECT_EQ(status(host), 403) << host;
  }
  EXPECT_THAT(simulator.requests(), IsEmpty());
  for (const char* host : {"127.0.0.1", "127.0.0.1:8400", "LocalHost", "localhost:1", "[::1]:9"}) {
    EXPECT_EQ(status(host), 200) << host;
  }
  EXPECT_THAT(simulator.requests(), SizeIs(5));
}

TEST(Simulator, RecordsWhatItReceivedAndAnswered) {
  const Simulator simulator;
  RawClient client(simulator);
  const std::string body = client.good_body().dump();
  const auto accepted = client.post_rvm(body);
  const auto missing = client.http().Get("/v1/brands?page=2");

  const auto requests = simulator.requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/v1/rvm");
  EXPECT_EQ(requests[0].body, body);
  EXPECT_EQ(requests[0].header("X-Team-Id"), simulator.credentials().team_id);
  EXPECT_EQ(requests[0].header("x-none"), "");
  EXPECT_THAT(requests[0].headers, Contains(Pair("content-type", "application/json")));
  EXPECT_THAT(requests[0].headers, Not(Contains(Pair("remote_addr", ::testing::_))));
  EXPECT_EQ(requests[0].answered_status, 200);
  EXPECT_EQ(requests[0].answered_body, accepted->body);
  EXPECT_EQ(requests[1].method, "GET");
  EXPECT_EQ(requests[1].path, "/v1/brands?page=2");
  EXPECT_EQ(requests[1].answered_status, 404);
  EXPECT_EQ(requests[1].answered_body, missing->body);
}

TEST(Simulator, HasNothingAtOtherPaths) {
  const Simulator simulator;
  RawClient client(simulator);
  for (const char* path : {"/", "/v1", "/rvm/", "/v1/rvm/", "/v1/rvm/1", "/v2/rvm"}) {
    const auto answer = client.http().Post(path, client.headers(), "{}", "application/json");
    ASSERT_TRUE(answer) << path << ": " << to_string(answer.error());
    EXPECT_EQ(answer->status, 404) << path;
    EXPECT_NE(RawClient::message_of(answer), "") << path;
  }
  const std::string long_path = "/" + std::string(8000, 'a');
  for (const auto& answer : {client.http().Get(long_path.c_str()),
                             client.http().Post(long_path.c_str(), "{}", "application/json"),
                             client.http().Get("/v1/nowhere")}) {
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->status, 404);
    EXPECT_NE(RawClient::message_of(answer), "");
  }
}

TEST(Simulator, AllowsOnlyPostForVoicemails) {
  const Simulator simulator;
  RawClient client(simulator);
  auto& http = client.http();
  for (const auto& answer : {http.Get("/v1/rvm"), http.Put("/v1/rvm", "{}", "application/json"),
                             http.Patch("/v1/rvm", "{}", "application/json"),
                             http.Delete("/v1/rvm"), http.Options("/v1/rvm")}) {
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 405);
    EXPECT_EQ(answer->get_header_value("Allow"), "POST");
    EXPECT_NE(RawClient::message_of(answer), "");
  }
}

TEST(Simulator, ExplainsWhatItCannotRead) {
  const Simulator simulator;
  RawClient client(simulator);
  const auto answer = client.post_rvm(std::string(17'000'000, ' '));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_NE(RawClient::message_of(answer), "");
  EXPECT_THAT(simulator.requests(), IsEmpty());
}

// Or the program that hosts it would run out of stack.
TEST(Simulator, RefusesWhatIsNestedTooDeeply) {
  const Simulator simulator;
  RawClient client(simulator);
  std::string deep;
  for (int level = 0; level < 200'000; ++level) deep += R"({"a":)";
  for (const std::string& body :
       {deep + "0" + std::string(200'000, '}'), std::string(400'000, '['),
        R"({"a":)" + std::string(512, '[') + std::string(512, ']') + '}'}) {
    EXPECT_EQ(client.post_rvm(body)->status, 400);
  }
  EXPECT_EQ(client.post_rvm(client.good_body_with({{"note", R"({"[[[[\"[[)"}}))->status, 200);
}

TEST(Simulator, ListensOnThePortItIsGiven) {
  SimulatorOptions options;
  {
    const Simulator simulator;
    options.port = port_of(simulator);
    EXPECT_TRUE(client_of(simulator).send(support::good_request()));
  }
  const Simulator simulator(options);
  EXPECT_EQ(port_of(simulator), options.port);
  EXPECT_TRUE(client_of(simulator).send(support::good_request()));
}

TEST(Simulator, SaysWhichPortIsTaken) {
  const Simulator first;
  for (const int port : {port_of(first), -1, 65536}) {
    SimulatorOptions options;
    options.port = port;
    try {
      const Simulator second(options);
      ADD_FAILURE() << "listens on port " << port;
    } catch (const Exception& exception) {
      EXPECT_EQ(exception.error().kind, ErrorKind::configuration);
      EXPECT_THAT(exception.error().message, HasSubstr(std::to_string(port)));
    }
  }
}

TEST(Simulator, LivesAndEndsWithoutAnyRequest) {
  for (int i = 0; i < 50; ++i) {
    const Simulator simulator;
    EXPECT_THAT(simulator.requests(), IsEmpty());
  }
}

TEST(Simulator, ClosesIdleConnectionsAtItsEnd) {
  auto simulator = std::make_unique<Simulator>();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<RawClient>(*simulator));
    EXPECT_EQ(clients.back()->post_rvm(clients.back()->good_body())->status, 200);
  }
  simulator.reset();
  for (auto& client : clients) EXPECT_FALSE(client->post_rvm(client->good_body()));
}

TEST(Simulator, ServesMoreConnectionsAtOnceThanTheServiceWants) {
  constexpr std::size_t connections = 100;
  Simulator simulator;
  std::vector<std::unique_ptr<RawClient>> clients;  // all of them stay connected
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < connections; ++i) {
    clients.push_back(std::make_unique<RawClient>(simulator));
    threads.emplace_back([&client = *clients.back()] {
      for (int request = 0; request < 5; ++request) {
        const auto answer = client.post_rvm(client.good_body());
        EXPECT_TRUE(answer && answer->status == 200);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto requests = simulator.requests();
  EXPECT_THAT(requests, SizeIs(connections * 5));
  EXPECT_TRUE(std::all_of(requests.begin(), requests.end(), [](const RecordedRequest& request) {
    return request.answered_status == 200;
  }));
}

TEST(Simulator, TakesAnyCredentialsIfAskedToAndIfStrictNoneThatContradictThemselves) {
  SimulatorOptions settings;
  settings.any_credentials = true;
  settings.strict = true;
  const Simulator simulator(settings);
  ClientOptions options;
  options.credentials = {"whoever", "whatever"};
  options.base_url = simulator.url();
  EXPECT_TRUE(Client(options).send(support::good_request()).has_value());
  EXPECT_TRUE(Client(options).list_brands().has_value());

  RawClient client(simulator);
  const httplib::Headers another = {{"x-team-id", "whoever"}, {"x-secret", "whatever"}};
  EXPECT_EQ(client.post_rvm(another, client.good_body().dump())->status, 401);
  EXPECT_EQ(client.post_rvm(httplib::Headers{}, client.good_body().dump())->status, 401);
}

TEST(Simulator, TellsOfRequestsAndCallbacksAsTheyComeAndNeedNotKeepThem) {
  std::mutex mutex;
  std::vector<std::string> told;
  std::promise<void> called_back;
  SimulatorOptions settings;
  settings.keep_records = false;
  settings.on_request = [&](const RecordedRequest& request) {
    const std::lock_guard lock(mutex);
    told.push_back(request.method + ' ' + request.path + ' ' +
                   std::to_string(request.answered_status));
  };
  settings.on_callback = [&](const testing::RecordedCallback& callback) {
    {
      const std::lock_guard lock(mutex);
      told.push_back(callback.url);
    }
    called_back.set_value();
  };
  const Simulator simulator(settings);
  RvmRequest request = support::good_request();
  request.callback_url = "http://127.0.0.1:1/results";
  ASSERT_TRUE(client_of(simulator).send(request).has_value());
  called_back.get_future().wait();
  EXPECT_TRUE(simulator.wait_for_callbacks(1, std::chrono::seconds(20)));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(told, ::testing::UnorderedElementsAre("POST /v1/rvm 200", *request.callback_url));
  EXPECT_THAT(simulator.requests(), IsEmpty());
  EXPECT_THAT(simulator.callbacks(), IsEmpty());
}

}  // namespace
}  // namespace dropcowboy
