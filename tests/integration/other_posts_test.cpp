// The POSTs beside the voicemail meet every fault of delivery_matrix_test.cpp, without TLS: an SMS,
// a list that is created, rows that are appended. None of them may arrive twice.

#include <gtest/gtest.h>

#include "dropcowboy/client.hpp"
#include "support/adjusted_runtime.hpp"
#include "support/fault_server.hpp"
#include "support/requests.hpp"
#include "support/time_limit.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Fault;
using support::FaultServer;
using support::Limit;

/// What became of a call, whatever its kind.
struct Ending {
  Outcome outcome = Outcome::accepted;
  std::size_t attempts = 0;
  std::string text{};

  explicit Ending(const Error* error) {
    if (error == nullptr) return;
    outcome = error->attempts.back().outcome;
    attempts = error->attempts.size();
    text = to_string(*error);
  }
};

/// One way to POST something that carries this name.
struct Post {
  const char* name;
  Ending (*call)(const Client& client, const std::string& name);
  /// Whether {"status":"queued"}, which a good fault answers, is a good answer here.
  bool is_queued;
  bool on_fresh_connection = false;
};

Ending send_sms(const Client& client, const std::string& name) {
  SmsRequest request = support::good_sms();
  request.foreign_id = name;
  const auto sent = client.send(request);
  return Ending(sent ? nullptr : &sent.error());
}

Ending send_sms_async(const Client& client, const std::string& name) {
  SmsRequest request = support::good_sms();
  request.foreign_id = name;
  const auto sent = client.send_async(request).get();
  return Ending(sent ? nullptr : &sent.error());
}

Ending create_list(const Client& client, const std::string& name) {
  const auto list = client.create_contact_list(name);
  return Ending(list ? nullptr : &list.error());
}

Ending append(const Client& client, const std::string& name) {
  ContactRows rows = support::good_contacts(1);
  rows.values[0][0] = name;
  const AppendReport report = client.append_contacts("l-1", rows);
  EXPECT_EQ(report.answered.count + report.unknown.count + report.not_added.count, 1U);
  return Ending(report.ok() ? nullptr : &*report.error);
}

struct Cell {
  Post post;
  Fault fault;
};

std::string name_of(const Cell& cell) { return cell.post.name + ("_" + cell.fault.name); }

std::ostream& operator<<(std::ostream& out, const Cell& cell) { return out << name_of(cell); }

std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const Fault& fault : support::faults()) {
    if (fault.needs_tls) continue;  // nothing has been written yet, whatever the call
    all.push_back({{"sms", send_sms, true}, fault});
    all.push_back({{"sms_async", send_sms_async, true}, fault});
    all.push_back({{"sms_async_fresh", send_sms_async, true, true}, fault});
    all.push_back({{"create", create_list, false}, fault});
    all.push_back({{"append", append, false}, fault});
  }
  return all;
}

Client client_for(const FaultServer& server, const Fault& fault) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cr3t-value"};
  options.base_url = server.url() + "/v1";
  options.connect_timeout =
      fault.needs_limit == Limit::connect_timeout ? support::time_limit : milliseconds(seconds(10));
  options.attempt_timeout =
      fault.needs_limit == Limit::attempt_timeout ? support::time_limit : milliseconds(seconds(20));
  options.runtime = std::make_shared<support::AdjustedRuntime>(milliseconds(1));
  return Client(std::move(options));
}

class OtherPosts : public ::testing::TestWithParam<Cell> {};

TEST_P(OtherPosts, NeverArriveTwice) {
  const auto& [post, fault] = GetParam();
  FaultServer elsewhere;
  FaultServer::Options server_options;
  server_options.other_url = elsewhere.url();
  FaultServer server(server_options);
  Ending ending(nullptr);
  {
    const Client client = client_for(server, fault);
    if (!post.on_fresh_connection) {
      EXPECT_EQ(post.call(client, "before").outcome, Outcome::accepted);
    }
    if (fault.can_strike_once()) {
      server.script({fault});
    } else {
      server.always(fault);
    }
    ending = post.call(client, "victim");
  }
  EXPECT_TRUE(server.finish());
  EXPECT_TRUE(elsewhere.finish());
  EXPECT_EQ(elsewhere.ledger().connections(), 0) << "a redirect was followed";

  const bool succeeds_at_last = fault.can_strike_once() && fault.expected.retried;
  Outcome expected = succeeds_at_last ? Outcome::accepted : fault.expected.outcome;
  // An answer that is good for a message says nothing of a list.
  if (!succeeds_at_last && !post.is_queued && expected == Outcome::accepted) {
    expected = Outcome::unknown;
  }
  EXPECT_EQ(ending.outcome, expected) << ending.text;
  if (ending.outcome != Outcome::accepted) {
    EXPECT_EQ(ending.attempts, fault.expected.retried ? 3U : 1U) << ending.text;
  }
  const int deliveries = server.ledger().deliveries("victim");
  EXPECT_LE(deliveries, 1) << "arrived twice";
  if (!succeeds_at_last) {
    EXPECT_LE(server.ledger().complete_posts("victim"), 1 + (fault.expected.retried ? 2 : 0));
  }
  if (ending.outcome == Outcome::accepted) {
    EXPECT_EQ(deliveries, 1);
  } else if (ending.outcome != Outcome::unknown) {
    EXPECT_EQ(deliveries, 0) << ending.text;
  }
  EXPECT_EQ(ending.text.find("s3cr3t-value"), std::string::npos) << ending.text;
}

INSTANTIATE_TEST_SUITE_P(Faults, OtherPosts, ::testing::ValuesIn(cells()),
                         [](const auto& cell) { return name_of(cell.param); });

}  // namespace
}  // namespace dropcowboy
