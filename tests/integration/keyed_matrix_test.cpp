// The proof that a message with a key is taken once, though its attempts are repeated after unknown
// outcomes: every fault of delivery_matrix_test.cpp, against a server that remembers keys. The
// bytes and the key are the same at every POST.

#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <thread>

#include "dropcowboy/v2/client.hpp"
#include "support/adjusted_runtime.hpp"
#include "support/fault_cells.hpp"
#include "support/random_faults.hpp"
#include "support/time_limit.hpp"
#include "support/v2_requests.hpp"

namespace dropcowboy {
namespace {

using support::Cell;
using support::Fault;
using support::FaultServer;
using support::Limit;
using support::Scheme;

FaultServer::Options server_options(Scheme scheme, std::string other_url) {
  FaultServer::Options options = support::server_options(scheme);
  options.other_url = std::move(other_url);
  return options;
}

v2::ClientOptions v2_options_for(const FaultServer& server) {
  const ClientOptions usual = support::client_options(server);
  v2::ClientOptions options;
  options.credentials = {"key-1", support::secret};
  options.base_url = server.url();
  options.tls = usual.tls;
  options.connect_timeout = usual.connect_timeout;
  options.attempt_timeout = usual.attempt_timeout;
  options.idle_connection_max_age = usual.idle_connection_max_age;
  options.breaker = usual.breaker;
  options.runtime = std::make_shared<support::AdjustedRuntime>(std::chrono::milliseconds(1));
  return options;
}

v2::RvmRequest message(const std::string& foreign_id) {
  v2::RvmRequest request = support::good_v2_request();
  request.foreign_id = foreign_id;
  return request;
}

std::string text_of(const Result<v2::Receipt>& result) {
  if (result) return result->body + result->status;
  std::ostringstream text;
  text << result.error() << result.error().body << result.error().request_id;
  return text.str();
}

void expect_truth(const Result<v2::Receipt>& result, const support::Ledger& ledger,
                  const std::string& id) {
  const int deliveries = ledger.deliveries(id);
  EXPECT_LE(deliveries, 1) << id << " was sent twice";
  if (result) {
    EXPECT_EQ(deliveries, 1) << id;
  } else if (result.error().outcome != Outcome::unknown) {
    EXPECT_EQ(deliveries, 0) << result.error();
  }
  EXPECT_FALSE(ledger.was_changed(id)) << id;
  if (ledger.complete_posts(id) > 0) {
    EXPECT_EQ(ledger.key(id).size(), 36U);
  }
}

class KeyedMatrix : public ::testing::TestWithParam<Cell> {
 protected:
  static v2::ClientOptions options_for(const FaultServer& server, const Fault& fault) {
    v2::ClientOptions options = v2_options_for(server);
    if (fault.needs_limit == Limit::connect_timeout) options.connect_timeout = support::time_limit;
    if (fault.needs_limit == Limit::attempt_timeout) options.attempt_timeout = support::time_limit;
    return options;
  }

  static Result<v2::Receipt> send(const v2::Client& client, const std::string& id) {
    if (GetParam().way == support::Way::send) return client.send(message(id));
    return client.send_async(message(id)).get();
  }
};

/// How many attempts there are to be, at the least and at the most.
std::pair<std::size_t, std::size_t> attempts_after(const Fault& fault) {
  const bool shuts_port =
      fault.then == support::Then::refuse || fault.then == support::Then::ignore;
  const std::size_t if_repeated = shuts_port ? 3 : 2;
  if (fault.expected.retried) return {if_repeated, if_repeated};
  if (fault.expected.outcome != Outcome::unknown) return {1, 1};
  if (!fault.expected.transient) return {1, if_repeated};
  return *fault.expected.transient ? std::pair(if_repeated, if_repeated)
                                   : std::pair<std::size_t, std::size_t>(1, 1);
}

TEST_P(KeyedMatrix, RepeatsWithoutDuplicates) {
  const Fault& fault = GetParam().fault;
  FaultServer elsewhere(server_options(GetParam().scheme, {}));
  FaultServer server(server_options(GetParam().scheme, elsewhere.url()));
  std::optional<v2::Client> client(options_for(server, fault));
  if (GetParam().connection == support::Connection::reused) {
    EXPECT_TRUE(send(*client, "before"));
  }
  if (fault.can_strike_once()) {
    server.script({fault});
  } else {
    server.always(fault);
  }
  const auto result = send(*client, "victim");
  client.reset();
  EXPECT_TRUE(server.finish());
  EXPECT_TRUE(elsewhere.finish());

  expect_truth(result, server.ledger(), "victim");
  EXPECT_EQ(elsewhere.ledger().connections(), 0) << "a redirect was followed";
  EXPECT_EQ(text_of(result).find(support::secret_part), std::string::npos) << text_of(result);
  const auto& attempts = result ? result->attempts : result.error().attempts;
  const auto [fewest, most] = attempts_after(fault);
  EXPECT_GE(attempts.size(), fewest) << text_of(result);
  EXPECT_LE(attempts.size(), most) << text_of(result);
  if (attempts.size() == 2) {
    EXPECT_TRUE(result) << result.error();
  } else if (attempts.size() == 1) {
    EXPECT_EQ(attempts[0].outcome, fault.expected.outcome) << text_of(result);
  }
}

/// The client's thread waits the second between two attempts by the real clock: so it is tried
/// where it costs least.
std::vector<Cell> keyed_cells() {
  std::vector<Cell> all;
  for (const Cell& cell : support::cells()) {
    const bool is_plain =
        cell.scheme == Scheme::http && cell.connection == support::Connection::reused;
    if (cell.way == support::Way::send || is_plain) all.push_back(cell);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Faults, KeyedMatrix, ::testing::ValuesIn(keyed_cells()),
                         [](const auto& cell) { return name_of(cell.param); });

class KeyedDelivery : public ::testing::TestWithParam<Scheme> {};

TEST_P(KeyedDelivery, ThreadsThatShareAClientAreToldTheTruth) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t sends = 50;
  FaultServer server(server_options(GetParam(), "http://127.0.0.1:1"));
  server.choose(support::random_faults(20'240'301));
  v2::ClientOptions options = v2_options_for(server);
  options.retry.budget = 100'000;
  const v2::Client client(options);
  std::vector<std::optional<Result<v2::Receipt>>> results(threads * sends);
  std::vector<std::thread> senders;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    senders.emplace_back([&, thread] {
      for (std::size_t i = thread * sends; i < (thread + 1) * sends; ++i) {
        results[i] = client.send(message(std::to_string(i)));
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_TRUE(server.finish());
  for (std::size_t i = 0; i < results.size(); ++i) {
    expect_truth(*results[i], server.ledger(), std::to_string(i));
  }
}

TEST_P(KeyedDelivery, APreparedMessageIsTakenOnceHoweverOftenItIsSent) {
  FaultServer server(server_options(GetParam(), "http://127.0.0.1:1"));
  v2::ClientOptions options = v2_options_for(server);
  const auto runtime = std::make_shared<support::AdjustedRuntime>(std::chrono::milliseconds(1));
  options.runtime = runtime;
  options.retry.max_attempts = 1;
  std::string stored;
  {
    const v2::Client client(options);
    const auto prepared = client.prepare(message("victim"));
    ASSERT_TRUE(prepared);
    stored = to_json(*prepared);
    server.script({support::fault_called("closes_after_the_request")});
    const auto result = client.send(*prepared);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().outcome, Outcome::unknown);
    EXPECT_TRUE(result.error().resend_safe_until);
  }
  const v2::Client after_restart(options);
  const auto restored = v2::Prepared::from_json(stored);
  ASSERT_TRUE(restored) << restored.error();
  for (int i = 0; i < 3; ++i) {
    const auto result = after_restart.send(*restored);
    EXPECT_TRUE(result) << result.error();
  }
  EXPECT_TRUE(server.finish());
  EXPECT_EQ(server.ledger().complete_posts("victim"), 4);
  EXPECT_EQ(server.ledger().deliveries("victim"), 1);
  EXPECT_FALSE(server.ledger().was_changed("victim"));
  EXPECT_EQ(server.ledger().key("victim"), restored->idempotency_key());
}

INSTANTIATE_TEST_SUITE_P(Schemes, KeyedDelivery, support::both_schemes, support::scheme_name);

}  // namespace
}  // namespace dropcowboy
