// The proof that a voicemail is sent at most once: every fault, on a fresh and on a reused
// connection, with and without TLS. The server counts the complete POSTs that it read; the test
// holds that count against what the client said. plain_libcurl_test.cpp shows what the same server
// counts without our gate.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <sstream>
#include <thread>

#include "dropcowboy/client.hpp"
#include "support/adjusted_runtime.hpp"
#include "support/client_over_sockets.hpp"
#include "support/fault_cells.hpp"
#include "support/gathering.hpp"
#include "support/random_faults.hpp"
#include "support/time_limit.hpp"

namespace dropcowboy {
namespace {

using std::chrono::seconds;
using support::Cell;
using support::cells;
using support::Connection;
using support::Fault;
using support::FaultServer;
using support::Limit;
using support::Scheme;
using support::Way;

/// One server, one client and one message that meets a fault.
class Scene {
 public:
  Scene(const Cell& cell, int max_attempts)
      : way_(cell.way),
        elsewhere_(server_options(cell.scheme, {})),
        server_(server_options(cell.scheme, elsewhere_.url())) {
    ClientOptions options = client_options(server_, max_attempts);
    if (cell.fault.needs_limit == Limit::connect_timeout)
      options.connect_timeout = support::time_limit;
    if (cell.fault.needs_limit == Limit::attempt_timeout)
      options.attempt_timeout = support::time_limit;
    options.on_event = [this](const Event& event) { texts_ << event.reason << '\n'; };
    client_.emplace(std::move(options));
    if (cell.connection == Connection::reused) {
      EXPECT_TRUE(send("before"));
    }
  }

  static FaultServer::Options server_options(Scheme scheme, std::string other_url) {
    FaultServer::Options options = support::server_options(scheme);
    options.other_url = std::move(other_url);
    return options;
  }

  static ClientOptions client_options(const FaultServer& server, int max_attempts) {
    ClientOptions options = support::client_options(server);
    options.retry.max_attempts = max_attempts;
    options.runtime = std::make_shared<support::AdjustedRuntime>(std::chrono::milliseconds(1));
    return options;
  }

  FaultServer& server() { return server_; }

  Result<Receipt> send(const std::string& foreign_id) {
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    auto result = way_ == Way::send ? client_->send(request) : client_->send_async(request).get();
    if (result) {
      texts_ << result->body << result->status;
    } else {
      const Error& error = result.error();
      texts_ << error << Exception(error).what() << error.body << error.request_id;
      for (const Attempt& attempt : error.attempts) texts_ << attempt.detail;
    }
    return result;
  }

  /// To be called last: the client goes, the ledger becomes final.
  void finish() {
    client_.reset();
    EXPECT_TRUE(server_.finish());
    EXPECT_TRUE(elsewhere_.finish());
    EXPECT_EQ(texts_.str().find(support::secret_part), std::string::npos) << texts_.str();
    EXPECT_EQ(elsewhere_.ledger().connections(), 0) << "a redirect was followed";
  }

 private:
  Way way_;
  FaultServer elsewhere_;
  FaultServer server_;
  std::ostringstream texts_;
  std::optional<Client> client_;
};

const std::vector<Attempt>& attempts_of(const Result<Receipt>& result) {
  return result ? result->attempts : result.error().attempts;
}

Outcome outcome_of(const Result<Receipt>& result) { return attempts_of(result).back().outcome; }

/// What must hold whatever happened.
void expect_truth(const Result<Receipt>& result, int deliveries) {
  EXPECT_LE(deliveries, 1) << "sent twice";
  if (result) {
    EXPECT_EQ(deliveries, 1);
  } else if (result.error().outcome != Outcome::unknown) {
    EXPECT_EQ(deliveries, 0) << result.error();
  }
}

class DeliveryMatrix : public ::testing::TestWithParam<Cell> {};

TEST_P(DeliveryMatrix, OneAttemptIsJudgedTruly) {
  const Fault& fault = GetParam().fault;
  Scene scene(GetParam(), 1);
  scene.server().always(fault);
  const auto result = scene.send("victim");
  scene.finish();

  const auto& ledger = scene.server().ledger();
  EXPECT_EQ(outcome_of(result), fault.expected.outcome)
      << (result ? result->body : to_string(result.error()));
  EXPECT_GE(ledger.complete_posts("victim"), fault.expected.min_posts);
  EXPECT_LE(ledger.complete_posts("victim"), fault.expected.max_posts);
  if (!result && fault.expected.transient) {
    EXPECT_EQ(result.error().transient, *fault.expected.transient) << result.error();
  }
  expect_truth(result, ledger.deliveries("victim"));
}

TEST_P(DeliveryMatrix, RetriesNeverDuplicate) {
  const Fault& fault = GetParam().fault;
  Scene scene(GetParam(), 3);
  const bool strikes_once = fault.can_strike_once();
  if (strikes_once) {
    scene.server().script({fault});
  } else {
    scene.server().always(fault);
  }
  const auto result = scene.send("victim");
  scene.finish();

  expect_truth(result, scene.server().ledger().deliveries("victim"));
  const bool succeeds_at_last = strikes_once && fault.expected.retried;
  EXPECT_EQ(outcome_of(result), succeeds_at_last ? Outcome::accepted : fault.expected.outcome)
      << (result ? result->body : to_string(result.error()));
  const std::size_t attempts = !fault.expected.retried ? 1 : strikes_once ? 2 : 3;
  EXPECT_EQ(attempts_of(result).size(), attempts);
}

INSTANTIATE_TEST_SUITE_P(Faults, DeliveryMatrix, ::testing::ValuesIn(cells()),
                         [](const auto& cell) { return name_of(cell.param); });

/// A client and a server that both behave, until told otherwise.
Cell plain_cell(Scheme scheme) {
  return {support::fault_called("status_200"), scheme, Connection::reused};
}

class DeliveryTest : public ::testing::TestWithParam<Scheme> {};

TEST_P(DeliveryTest, AGoodConnectionIsKept) {
  Scene scene(plain_cell(GetParam()), 1);
  for (const char* id : {"a", "b", "c", "d"}) EXPECT_TRUE(scene.send(id));
  scene.finish();
  EXPECT_EQ(scene.server().ledger().connections(), 1);
}

TEST_P(DeliveryTest, AConnectionThatTheServiceClosedIsReplacedAtNoRisk) {
  Scene scene(plain_cell(GetParam()), 1);
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_TRUE(scene.send(id));
    EXPECT_TRUE(scene.send(id + std::string("2")));
    scene.server().close_idle();
  }
  scene.finish();
  EXPECT_EQ(scene.server().ledger().connections(), 3);
}

TEST_P(DeliveryTest, MisdirectedIsRepeatedOnANewConnection) {
  Scene scene(plain_cell(GetParam()), 2);
  scene.server().script({support::fault_called("status_421")});
  EXPECT_TRUE(scene.send("victim"));
  scene.finish();
  EXPECT_EQ(scene.server().ledger().connections(), 2);
  EXPECT_EQ(scene.server().ledger().deliveries("victim"), 1);
}

TEST_P(DeliveryTest, AnAnswerThatIsNotHttpIsNoMistakeInTheOptions) {
  Scene scene(plain_cell(GetParam()), 1);
  scene.server().always(support::fault_called("garbage"));
  const auto result = scene.send("victim");
  scene.finish();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::bad_response) << result.error();
}

TEST_P(DeliveryTest, ThreadsThatShareAClientAreToldTheTruth) {
  constexpr int threads = 4;
  constexpr int sends = 50;
  FaultServer server(Scene::server_options(GetParam(), "http://127.0.0.1:1"));
  server.choose(support::random_faults(20'240'229));
  ClientOptions options = Scene::client_options(server, 3);
  options.retry.budget = threads * sends * 20;
  const Client client(options);
  std::vector<std::optional<Result<Receipt>>> results(threads * sends);
  std::vector<std::thread> senders;
  for (int thread = 0; thread < threads; ++thread) {
    senders.emplace_back([&, thread] {
      for (int i = thread * sends; i < (thread + 1) * sends; ++i) {
        RvmRequest request = support::good_request();
        request.foreign_id = std::to_string(i);
        results[static_cast<std::size_t>(i)] = client.send(request);
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_TRUE(server.finish());
  for (std::size_t i = 0; i < results.size(); ++i) {
    expect_truth(*results[i], server.ledger().deliveries(std::to_string(i)));
  }
}

TEST_P(DeliveryTest, DestructionTellsWhatLeftFromWhatDidNot) {
  constexpr int in_flight = 64;
  constexpr int sends = 10'000;
  FaultServer server(Scene::server_options(GetParam(), "http://127.0.0.1:1"));
  support::Gathering gathering(in_flight + 1);
  Fault silent = support::fault_called("silent_after_the_request");
  silent.says = [&gathering](const support::Question&) {
    gathering.leave();
    return std::string();
  };
  server.always(silent);
  std::atomic<int> unknown{0};
  std::atomic<int> not_sent{0};
  std::atomic<int> others{0};
  {
    ClientOptions options = Scene::client_options(server, 3);
    options.limits.requests_per_second = 0;
    const Client client(options);
    for (int i = 0; i < sends; ++i) {
      RvmRequest request = support::good_request();
      request.foreign_id = std::to_string(i);
      client.send_async(request, [&](const Result<Receipt>& result) {
        const bool shut_down = !result && result.error().kind == ErrorKind::shutdown;
        (!shut_down ? others : result.error().outcome == Outcome::unknown ? unknown : not_sent)++;
      });
    }
    gathering.arrive();  // returns when the server has read 64 requests
  }
  EXPECT_EQ(unknown, in_flight);
  EXPECT_EQ(not_sent, sends - in_flight);
  EXPECT_EQ(others, 0);
  EXPECT_TRUE(server.finish());
}

// Where plain libcurl delivers one POST up to six times: all connections of a pool close after they
// have read a request.
TEST_P(DeliveryTest, APoolOfClosingConnectionsDeliversEachMessageOnce) {
  constexpr int pool = 8;
  FaultServer server(Scene::server_options(GetParam(), "http://127.0.0.1:1"));
  support::Gathering gathering(pool);
  Fault together = support::fault_called("status_200");
  together.says = [&gathering, say = together.says](const support::Question& question) {
    gathering.arrive();
    return say(question);
  };
  server.always(together);
  const Client client(Scene::client_options(server, 3));
  const auto send_all = [&](const std::string& round) {
    std::vector<std::future<Result<Receipt>>> sends;
    for (int i = 0; i < pool; ++i) {
      RvmRequest request = support::good_request();
      request.foreign_id = round + std::to_string(i);
      sends.push_back(client.send_async(request));
    }
    std::vector<Result<Receipt>> results;
    for (auto& one : sends) results.push_back(one.get());
    return results;
  };
  for (const auto& result : send_all("first")) EXPECT_TRUE(result) << result.error();
  EXPECT_EQ(client.stats().connections_opened, 8U);

  server.choose(
      [&](support::Moment) { return &support::fault_called("closes_after_the_request"); });
  const auto results = send_all("second");
  EXPECT_TRUE(server.finish());
  for (int i = 0; i < pool; ++i) {
    const std::string id = "second" + std::to_string(i);
    EXPECT_EQ(server.ledger().complete_posts(id), 1) << id;
    ASSERT_FALSE(results[static_cast<std::size_t>(i)]);
    EXPECT_EQ(results[static_cast<std::size_t>(i)].error().outcome, Outcome::unknown);
  }
}

INSTANTIATE_TEST_SUITE_P(Schemes, DeliveryTest, support::both_schemes, support::scheme_name);

}  // namespace
}  // namespace dropcowboy
