// How the strict simulator judges a POST /sms, and what it calls back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/client.hpp"
#include "dropcowboy/webhook.hpp"
#include "support/callback_sink.hpp"
#include "support/raw_client.hpp"
#include "support/requests.hpp"
#include "support/strict_simulator.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::RawClient;
using ::testing::HasSubstr;
using testing::Simulator;

const Credentials& account = support::strict_account;
using Row = support::JudgedBody;

class SimulatorSms : public ::testing::Test {
 protected:
  httplib::Result post(const json& patch) {
    json body = {{"team_id", account.team_id},
                 {"secret", account.secret},
                 {"phone_number", "+15550020001"},
                 {"caller_id", "+15557654321"},
                 {"pool_id", "text"},
                 {"sms_body", "Your table is ready."},
                 {"opt_in", true},
                 {"foreign_id", "text-17"}};
    body.merge_patch(patch);
    return client.http().Post("/v1/sms", client.headers(), body.dump(), "application/json");
  }

  const Simulator simulator{support::strict()};
  RawClient client{simulator};
};

class SimulatorSmsRule : public SimulatorSms, public ::testing::WithParamInterface<Row> {};

TEST_P(SimulatorSmsRule, IsKept) { support::expect_judged(post(GetParam().patch), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Keys, SimulatorSmsRule,
    ::testing::Values(Row{"good", json::object(), ""},
                      Row{"no_foreign_id", {{"foreign_id", nullptr}}, ""},
                      Row{"no_number", {{"phone_number", nullptr}}, "phone_number"},
                      Row{"number", {{"phone_number", 15552223333}}, "phone_number"},
                      Row{"number_text", {{"phone_number", "5552223333"}}, "phone_number"},
                      Row{"no_caller_id", {{"caller_id", nullptr}}, "caller_id"},
                      Row{"caller_id", {{"caller_id", "555"}}, "caller_id"},
                      Row{"no_pool", {{"pool_id", nullptr}}, "pool_id"},
                      Row{"empty_pool", {{"pool_id", ""}}, "pool_id"},
                      Row{"no_text", {{"sms_body", nullptr}}, "sms_body"},
                      Row{"long_text", {{"sms_body", std::string(161, 'a')}}, "sms_body"},
                      Row{"full_text", {{"sms_body", std::string(160, 'a')}}, ""},
                      Row{"no_opt_in", {{"opt_in", nullptr}}, "opt_in"},
                      Row{"opt_in_false", {{"opt_in", false}}, "opt_in"},
                      Row{"opt_in_text", {{"opt_in", "true"}}, "opt_in"},
                      Row{"long_id", {{"foreign_id", std::string(257, 'x')}}, "foreign_id"},
                      Row{"callback", {{"callback_url", "/drop"}}, "callback_url"}),
    [](const auto& row) { return row.param.name; });

TEST_F(SimulatorSms, WantsTheCredentialsInTheBodyToo) {
  EXPECT_EQ(post({{"secret", "wrong"}})->status, 401);
  EXPECT_EQ(post({{"team_id", nullptr}})->status, 401);
}

TEST(SimulatorSmsResult, IsTheDocumentedOneOfEachNumber) {
  const std::pair<const char*, Reason> rows[] = {
      {"+15550020001", Reason::none},
      {"+15550020003", Reason::number_not_reachable},
      {"+15550020005", Reason::spam_detected},
      {"+15550020090", Reason::internal_dnc},
      {"+15550020091", Reason::known_litigator},
      {"+15550020092", Reason::carrier_denied_use_case},
      {"+15550020093", Reason::pool_not_ready},
      {"+15550020095", Reason::too_many_attempts},
      {"+15550020096", Reason::opt_in_pending},
      {"+15550020097", Reason::opt_in_flagged},
      {"+15550020098", Reason::opt_in_missing},
      {"+15550020099", Reason::carrier_suspension},
      {"+15550010004", Reason::none},  // one for voicemails
      {"+442071838750", Reason::none},
  };
  const Simulator simulator;
  support::CallbackSink sink;
  ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  const Client client(options);
  for (const auto& [number, reason] : rows) {
    SmsRequest request = support::good_sms();
    request.phone_number = number;
    request.callback_url = sink.url();
    const auto receipt = client.send(request);
    ASSERT_TRUE(receipt) << receipt.error();
  }
  ASSERT_TRUE(simulator.wait_for_callbacks(std::size(rows), std::chrono::seconds(20)));
  const auto callbacks = simulator.callbacks();
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const auto event = Webhook::parse(callbacks[i].body);
    ASSERT_TRUE(event) << event.error();
    EXPECT_EQ(event->phone_number, rows[i].first);
    EXPECT_EQ(event->known_reason, rows[i].second) << rows[i].first;
    EXPECT_EQ(event->delivered(), rows[i].second == Reason::none);
    EXPECT_EQ(event->foreign_id, "text-17");
    EXPECT_EQ(callbacks[i].answered_status, 200);
  }
}

}  // namespace
}  // namespace dropcowboy
