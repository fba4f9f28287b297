// The proof that a voicemail is sent at most once: every fault, on a fresh and on a reused
// connection, with and without TLS. The server counts the complete POSTs that it read; the test
// holds that count against what the client said. plain_libcurl_test.cpp shows what the same server
// counts without our gate.

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <sstream>
#include <thread>

#include "dropcowboy/client.hpp"
#include "support/fakes.hpp"
#include "support/fault_server.hpp"
#include "support/requests.hpp"
#include "support/test_certificates.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Fault;
using support::FaultServer;
using support::Limit;

/// Long enough that a busy machine does not reach it by itself, since many cells wait for it.
constexpr milliseconds limit{500};

const char secret[] = "Zq7/secret\"that\\must-not-show";

const support::TestCertificates& certificates() {
  static const support::TestCertificates made;
  return made;
}

/// The real clock, but a wait between attempts takes no time.
class ImpatientEnvironment final : public Environment {
 public:
  std::chrono::steady_clock::time_point now() override { return system_->now(); }
  std::chrono::system_clock::time_point calendar_now() override { return system_->calendar_now(); }
  void wait_until(std::chrono::steady_clock::time_point, const Stop&) override {}
  double jitter() override { return 0; }
  std::string new_id() override { return system_->new_id(); }

 private:
  const std::shared_ptr<Environment> system_ = Environment::system();
};

enum class Scheme { http, https };
enum class Connection { fresh, reused };

struct Cell {
  Fault fault;
  Scheme scheme;
  Connection connection;
};

std::string name_of(const Cell& cell) {
  return cell.fault.name + (cell.scheme == Scheme::http ? "_http" : "_https") +
         (cell.connection == Connection::fresh ? "_fresh" : "_reused");
}

std::ostream& operator<<(std::ostream& out, const Cell& cell) { return out << name_of(cell); }

std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const Fault& fault : support::faults()) {
    for (const Scheme scheme : {Scheme::http, Scheme::https}) {
      if (fault.needs_tls && scheme == Scheme::http) continue;
      for (const Connection connection : {Connection::fresh, Connection::reused}) {
        all.push_back({fault, scheme, connection});
      }
    }
  }
  return all;
}

/// One server, one client and one message that meets a fault.
class Scene {
 public:
  Scene(const Cell& cell, int max_attempts)
      : elsewhere_(server_options(cell.scheme, {})),
        server_(server_options(cell.scheme, elsewhere_.url())) {
    ClientOptions options = client_options(server_, max_attempts);
    if (cell.fault.needs_limit == Limit::connect_timeout) options.connect_timeout = limit;
    if (cell.fault.needs_limit == Limit::attempt_timeout) options.attempt_timeout = limit;
    options.on_event = [this](const Event& event) { texts_ << event.reason << '\n'; };
    client_.emplace(std::move(options));
    if (cell.connection == Connection::reused) {
      EXPECT_TRUE(send("before"));
    }
  }

  static FaultServer::Options server_options(Scheme scheme, std::string other_url) {
    FaultServer::Options options;
    if (scheme == Scheme::https) options.certificates = &certificates();
    options.other_url = std::move(other_url);
    return options;
  }

  static ClientOptions client_options(const FaultServer& server, int max_attempts) {
    ClientOptions options;
    options.credentials = {"team-1", secret};
    options.base_url = server.url() + "/v1";
    options.tls.ca_file = certificates().ca_file();
    options.connect_timeout = seconds(10);
    options.attempt_timeout = seconds(20);
    options.retry.max_attempts = max_attempts;
    options.environment = std::make_shared<ImpatientEnvironment>();
    return options;
  }

  FaultServer& server() { return server_; }

  Result<RvmReceipt> send(const std::string& foreign_id) {
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    auto result = client_->send(request);
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
    EXPECT_EQ(texts_.str().find("must-not-show"), std::string::npos) << texts_.str();
    EXPECT_EQ(elsewhere_.ledger().connections(), 0) << "a redirect was followed";
  }

 private:
  FaultServer elsewhere_;
  FaultServer server_;
  std::ostringstream texts_;
  std::optional<Client> client_;
};

const std::vector<Attempt>& attempts_of(const Result<RvmReceipt>& result) {
  return result ? result->attempts : result.error().attempts;
}

Outcome outcome_of(const Result<RvmReceipt>& result) { return attempts_of(result).back().outcome; }

/// What must hold whatever happened.
void expect_truth(const Result<RvmReceipt>& result, int deliveries) {
  EXPECT_LE(deliveries, 1) << "sent twice";
  if (result) {
    EXPECT_EQ(deliveries, 1);
  } else if (result.error().delivery != Delivery::unknown) {
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

// A second answer that nobody asked for must not be read as the answer to the next message.
TEST_P(DeliveryTest, AnUnaskedAnswerIsNotTakenForTheNextOne) {
  Fault two_answers = support::fault_called("status_200");
  two_answers.says = [once = two_answers.says](const support::Question& question) {
    return once(question) + once(question);
  };
  Scene scene(plain_cell(GetParam()), 1);
  scene.server().script({two_answers, support::fault_called("status_400")});
  EXPECT_TRUE(scene.send("first"));
  const auto second = scene.send("second");
  scene.finish();
  EXPECT_EQ(outcome_of(second), Outcome::rejected);
  expect_truth(second, scene.server().ledger().deliveries("second"));
}

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

/// Half of all requests meet a fault that needs neither a time limit nor the listener.
FaultServer::Chooser random_faults(unsigned seed) {
  std::vector<const Fault*> choice;
  for (const Fault& fault : support::faults()) {
    const bool shuts_port =
        fault.then == support::Then::refuse || fault.then == support::Then::ignore;
    if (fault.needs_limit == Limit::none && !shuts_port) choice.push_back(&fault);
  }
  return [choice, random = std::mt19937(seed)](support::Moment) mutable {
    return random() % 2 == 0 ? choice[random() % choice.size()] : nullptr;
  };
}

TEST_P(DeliveryTest, ThreadsThatShareAClientAreToldTheTruth) {
  constexpr int threads = 4;
  constexpr int sends = 50;
  FaultServer server(Scene::server_options(GetParam(), "http://127.0.0.1:1"));
  server.choose(random_faults(20'240'229));
  ClientOptions options = Scene::client_options(server, 3);
  options.retry.quota = threads * sends * 20;
  const Client client(options);
  std::vector<std::optional<Result<RvmReceipt>>> results(threads * sends);
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

INSTANTIATE_TEST_SUITE_P(Schemes, DeliveryTest, ::testing::Values(Scheme::http, Scheme::https),
                         [](const auto& scheme) {
                           return scheme.param == Scheme::http ? "http" : "https";
                         });

}  // namespace
}  // namespace dropcowboy
