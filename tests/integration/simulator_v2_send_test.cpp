// What the simulator's v2 service does with messages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/callback_sink.hpp"
#include "support/fits.hpp"
#include "support/v2_account.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using support::CallbackSink;
using support::V2Account;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SimulatedFault;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

constexpr seconds soon{20};
const char* const uuid_pattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

SimulatorOptions still_clock(SimulatorOptions options = {}) {
  options.now = [] { return std::chrono::system_clock::time_point(seconds(1'774'041'912)); };
  return options;
}

class SimulatorV2 : public ::testing::Test {
 protected:
  void restart(SimulatorOptions options) {
    simulator = std::make_unique<Simulator>(still_clock(std::move(options)));
    account = std::make_unique<V2Account>(*simulator);
  }

  /// Sends the message, and gives the callback that follows.
  json callback_for(const std::string& path, json body, const std::string& key = "") {
    body["callback_url"] = sink.url();
    const std::size_t before = sink.wait_for(0).size();
    const auto answer = account->post(path, body, key);
    EXPECT_TRUE(answer && answer->status == 202) << (answer ? answer->body : "no answer");
    const auto received = sink.wait_for(before + 1);
    EXPECT_THAT(received, SizeIs(before + 1));
    return received.size() > before ? json::parse(received[before].body) : json();
  }

  int code_for(const json& patch) {
    return callback_for("/rvm", V2Account::voicemail(patch)).value("reason_code", -1);
  }
  int code_for_text(const json& patch) {
    return callback_for("/sms", V2Account::text(patch)).value("reason_code", -1);
  }

  CallbackSink sink;
  std::unique_ptr<Simulator> simulator = std::make_unique<Simulator>(still_clock());
  std::unique_ptr<V2Account> account = std::make_unique<V2Account>(*simulator);
};

TEST_F(SimulatorV2, AnswersASendWithAFreshMessageId) {
  std::set<std::string> ids;
  for (const char* path : {"/rvm", "/sms", "/rvm"}) {
    const auto answer = account->post(path, V2Account::voicemail());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 202);
    const json body = json::parse(answer->body);
    EXPECT_THAT(body, SizeIs(2));
    EXPECT_EQ(body["status"], "queued");
    EXPECT_THAT(body["message_id"].get<std::string>(), support::Fits(uuid_pattern));
    ids.insert(body["message_id"]);
  }
  EXPECT_THAT(ids, SizeIs(3));
}

TEST_F(SimulatorV2, AsksForBothHeadersOnly) {
  const std::string body = V2Account::voicemail().dump();
  const auto status = [&](const httplib::Headers& headers) {
    return account->http().Post("/rvm", headers, body, "application/json")->status;
  };
  EXPECT_EQ(status({}), 401);
  EXPECT_EQ(status({{"x-key", "k"}}), 401);
  EXPECT_EQ(status({{"x-secret", "s"}}), 401);
  EXPECT_EQ(status({{"x-key", ""}, {"x-secret", "s"}}), 401);
  EXPECT_EQ(status({{"x-team-id", "k"}, {"x-secret", "s"}}), 401) << "v1's are not read here";
  EXPECT_EQ(status({{"x-key", "k"}, {"x-secret", "s"}}), 202);
  const auto refused = account->http().Post("/rvm", body, "application/json");
  const json problem = json::parse(refused->body);
  EXPECT_EQ(refused->get_header_value("Content-Type"), "application/problem+json");
  EXPECT_EQ(problem["type"], "https://api-v2.dropcowboy.com/errors/unauthorized");
  EXPECT_EQ(problem["status"], 401);
  EXPECT_THAT(problem["request_id"].get<std::string>(), support::Fits(uuid_pattern));
}

TEST_F(SimulatorV2, TakesAllThatIsJson) {
  for (const char* body : {"[]", "7", "null", "{}", R"({"to":7})"}) {
    const auto answer = account->http().Post("/rvm", account->headers(), body, "application/json");
    EXPECT_EQ(answer->status, 202) << body;
  }
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("to=1"), std::string("{} {}"), deep}) {
    const auto answer = account->http().Post("/rvm", account->headers(), body, "application/json");
    EXPECT_EQ(answer->status, 400) << body.substr(0, 20);
  }
  EXPECT_EQ(account->http().Post("/rvm", account->headers(), "{}", "text/plain")->status, 415);
  EXPECT_EQ(account->get("/rvm")->status, 405);
  EXPECT_THAT(simulator->v2_messages(), SizeIs(5));
}

TEST_F(SimulatorV2, CallsBackInTheShapeOfV2) {
  json callback = callback_for("/rvm", V2Account::voicemail());
  for (const char* id : {"drop_id", "team_id", "session_id", "log_id", "contact_id"}) {
    EXPECT_THAT(callback[id].get<std::string>(), support::Fits(uuid_pattern)) << id;
    callback.erase(id);
  }
  EXPECT_EQ(callback, json({{"phone_number", "+15550010001"},
                            {"caller_id", "+15550000000"},
                            {"product_code", "rvm"},
                            {"status", "success"},
                            {"reason", ""},
                            {"reason_code", 0},
                            {"quantity", 1},
                            {"product_cost", 0.04},
                            {"compliance_fee", 0.0029},
                            {"tts_fee", 0.0},
                            {"dnc", false},
                            {"attempt_date", "2026-03-20T21:25:12.000Z"},
                            {"foreign_id", "order-17"}}));
  EXPECT_THAT(sink.wait_for(1)[0].headers.count("X-Signature"), 0U);
}

TEST_F(SimulatorV2, ProvesTheDeliveryToRealNumbersOnly) {
  EXPECT_TRUE(callback_for("/rvm", V2Account::voicemail({{"to", "+14155550100"}}))
                  .contains("proof_of_delivery_url"));
  EXPECT_FALSE(callback_for("/sms", V2Account::text({{"to", "+14155550100"}}))
                   .contains("proof_of_delivery_url"));
}

TEST_F(SimulatorV2, GivesEverySimulatedNumberItsResult) {
  const std::pair<const char*, int> voicemails[] = {
      {"+15550010001", 0},    {"+15550010002", 4000}, {"+15550010004", 4005},
      {"+15550010005", 4006}, {"+15550010006", 4004}, {"+15550010090", 4016},
      {"+15550010091", 4017}, {"+15550010092", 4019}, {"+15550010093", 4021},
      {"+15550010094", 6000}, {"+15550010095", 6002}, {"+15550010097", 4013},
      {"+15550010098", 6005}, {"+15550010099", 6011}};
  for (const auto& [number, code] : voicemails) {
    const json callback = callback_for("/rvm", V2Account::voicemail({{"to", number}}));
    EXPECT_EQ(callback["reason_code"], code) << number;
    EXPECT_EQ(callback["status"], code == 0 ? "success" : "failure") << number;
  }
  const std::pair<const char*, int> texts[] = {
      {"+15550020001", 0},    {"+15550020003", 4004}, {"+15550020005", 4008},
      {"+15550020090", 4016}, {"+15550020091", 4017}, {"+15550020092", 6000},
      {"+15550020093", 6003}, {"+15550020095", 4013}, {"+15550020096", 6006},
      {"+15550020097", 6004}, {"+15550020098", 6011}, {"+15550020099", 6001}};
  for (const auto& [number, code] : texts) {
    EXPECT_EQ(code_for_text({{"to", number}}), code) << number;
  }
}

TEST_F(SimulatorV2, FindsWhatIsWrongLater) {
  const std::string unknown = "00000000-0000-4000-8000-000000000000";
  const std::string voice = "d9c3b1a7-5e2f-4a8b-8c6d-1f0e2d3c4b31";
  const std::pair<json, int> rows[] = {
      {{{"to", nullptr}}, 3011},
      {{{"to", "415-555-0100"}}, 3011},
      {{{"to", "+1415"}}, 3012},
      {{{"to", nullptr}, {"contact_id", unknown}}, 3012},
      {{{"contact_id", "a1b2c3d4-0e1f-4a2b-8c3d-4e5f6a7b8c41"}}, 3012},
      {{{"to", nullptr}, {"contact_id", "a1b2c3d4-0e1f-4a2b-8c3d-4e5f6a7b8c41"}}, 0},
      {{{"phone_line_id", unknown}}, 3013},
      {{{"phone_line_id", "b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a13"}}, 3013},
      {{{"phone_line_id", "b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a12"}}, 0},
      {{{"media_id", nullptr}}, 3001},
      {{{"media_id", unknown}}, 3001},
      {{{"media_id", "0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e22"}}, 3033},
      {{{"tts_body", "Hello"}, {"voice_id", voice}}, 3001},
      {{{"media_id", nullptr}, {"audio_url", "https://acme.test/a.mp3"}}, 3014},
      {{{"media_id", nullptr}, {"tts_body", "Hello"}}, 3002},
      {{{"media_id", nullptr}, {"tts_body", "Hello"}, {"voice_id", unknown}}, 3002},
      {{{"media_id", nullptr}, {"voice_id", voice}}, 3015},
      {{{"media_id", nullptr}, {"voice_id", voice}, {"tts_body", std::string(1201, 'a')}}, 3021},
      {{{"media_id", nullptr}, {"voice_id", voice}, {"tts_body", std::string(1200, 'a')}}, 0},
      {{{"byoc", {{"sti_orig_id", voice}, {"sti_attestation", "A"}}}}, 3016},
      {{{"to", "+14155550199"}}, 4016},
  };
  for (const auto& [patch, code] : rows) EXPECT_EQ(code_for(patch), code) << patch;
}

TEST_F(SimulatorV2, FindsWhatIsWrongWithATextLater) {
  const std::pair<json, int> rows[] = {
      {{{"body", nullptr}}, 3999},
      {{{"body", std::string(1601, 'a')}}, 3999},
      {{{"body", std::string(1600, 'a')}}, 0},
      {{{"body", nullptr}, {"media_urls", {"https://acme.test/a.png"}}}, 0},
      {{{"media_urls", {"a.png"}}}, 3033},
      {{{"media_ids", {"unknown"}}}, 3001},
      {{{"phone_line_id", "b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a11"}}, 3013},
  };
  for (const auto& [patch, code] : rows) EXPECT_EQ(code_for_text(patch), code) << patch;
}

TEST_F(SimulatorV2, SaysNothingOfAnUnusableCallbackUrlButInItsRecords) {
  account->post("/rvm", V2Account::voicemail({{"callback_url", "nowhere"}}));
  ASSERT_THAT(simulator->v2_messages(), SizeIs(1));
  EXPECT_EQ(simulator->v2_messages()[0].reason_code, 3019);
}

TEST_F(SimulatorV2, HasTheModesOfAnAccount) {
  SimulatorOptions options;
  options.v2.byoc_enabled = true;
  options.audio_url_approved = true;
  options.v2.lines.clear();
  restart(options);
  const std::string id = "d9c3b1a7-5e2f-4a8b-8c6d-1f0e2d3c4b31";
  EXPECT_EQ(code_for(json::object()), 4010);
  EXPECT_EQ(code_for({{"caller_id", "+14155550111"}}), 0);
  const std::pair<json, int> rows[] = {
      {{{"byoc", {{"sti_orig_id", id}, {"sti_attestation", "C"}}}}, 0},
      {{{"byoc", {{"sti_orig_id", "x"}, {"sti_attestation", "C"}}}}, 3017},
      {{{"byoc", {{"sti_attestation", "C"}}}}, 3017},
      {{{"byoc", {{"sti_orig_id", id}, {"sti_attestation", "D"}}}}, 3018},
      {{{"byoc", {{"sti_orig_id", id}}}}, 3018},
      {{{"media_id", nullptr}, {"audio_url", "https://acme.test/a.mp3"}}, 0},
      {{{"media_id", nullptr}, {"audio_url", "a.mp3"}}, 3001},
  };
  for (const auto& [patch, code] : rows) {
    json whole = patch;
    whole["caller_id"] = "+14155550111";
    EXPECT_EQ(code_for(whole), code) << patch;
  }
  const auto code_with = [&](const std::function<void(testing::SimulatedV2Account&)>& change) {
    SimulatorOptions changed;
    change(changed.v2);
    restart(changed);
    return code_for({{"to", "+14155550100"}});
  };
  EXPECT_EQ(code_with([](auto& v2) { v2.is_trial = true; }), 3022);
  EXPECT_EQ(code_with([](auto& v2) { v2.test_numbers_only = true; }), 3040);
  EXPECT_EQ(code_with([](auto& v2) { v2.has_funds = false; }), 3000);
  EXPECT_EQ(code_with([](auto& v2) {
              v2.is_trial = v2.test_numbers_only = true;
              v2.test_numbers = {"+14155550100"};
            }),
            0);
}

TEST_F(SimulatorV2, FailsAWrongPairInTheCallbackOnly) {
  CallbackSink hook;
  account->make_webhook(hook.url(), {"*"});
  const json body = V2Account::voicemail({{"callback_url", sink.url()}});
  const httplib::Headers wrong = {{"x-key", "simulated-key"}, {"x-secret", "wrong"}};
  EXPECT_EQ(account->http().Post("/rvm", wrong, body.dump(), "application/json")->status, 202);
  EXPECT_EQ(json::parse(sink.wait_for(1).at(0).body)["reason_code"], 3007);
  EXPECT_EQ(callback_for("/rvm", V2Account::voicemail())["reason_code"], 0);
  ASSERT_TRUE(simulator->wait_for_callbacks(3, soon));
  ASSERT_THAT(hook.wait_for(1), SizeIs(1)) << "no webhook told of the wrong pair";
  EXPECT_EQ(json::parse(hook.wait_for(1)[0].body)["data"]["reason_code"], 0);
}

TEST_F(SimulatorV2, TakesARepeatWithTheSameKeyOnce) {
  const json body = V2Account::voicemail({{"callback_url", sink.url()}});
  const auto first = account->post("/rvm", body, "key-1");
  const std::string spaced = body.dump(2);
  const auto second =
      account->http().Post("/rvm", account->headers("key-1"), spaced, "application/json");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->status, 202);
  EXPECT_NE(V2Account::message_id_of(first), V2Account::message_id_of(second));
  callback_for("/rvm", V2Account::voicemail({{"foreign_id", "later"}}));
  EXPECT_THAT(sink.wait_for(2), SizeIs(2)) << "one for each message";

  const auto messages = simulator->v2_messages();
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].message_id, V2Account::message_id_of(first));
  EXPECT_EQ(messages[0].path, "/rvm");
  EXPECT_EQ(messages[0].idempotency_key, "key-1");
  EXPECT_EQ(messages[0].foreign_id, "order-17");
  EXPECT_EQ(messages[0].phone_number, "+15550010001");
  EXPECT_EQ(messages[0].body, body.dump());
  EXPECT_EQ(messages[0].times_taken, 2);
  EXPECT_TRUE(messages[0].sent);
  EXPECT_EQ(messages[1].times_taken, 1);
  const auto keys = simulator->v2_keys();
  ASSERT_THAT(keys, SizeIs(1));
  EXPECT_EQ(keys[0].key, "key-1");
  EXPECT_EQ(keys[0].path, "/rvm");
  EXPECT_EQ(keys[0].message_id, messages[0].message_id);
  EXPECT_EQ(keys[0].uses, 2);
  EXPECT_EQ(keys[0].conflicts, 0);
}

TEST_F(SimulatorV2, FailsAnotherMeaningOrAnotherPathWithTheSameKey) {
  const json body = V2Account::voicemail();
  EXPECT_EQ(callback_for("/rvm", body, "key-1")["reason_code"], 0);
  json other = body;
  other["foreign_id"] = "order-18";
  const json conflict = callback_for("/rvm", other, "key-1");
  EXPECT_EQ(conflict["reason_code"], 3027);
  EXPECT_EQ(conflict["reason"], "Idempotency Key Conflict");
  EXPECT_EQ(callback_for("/sms", body, "key-1")["reason_code"], 3027);
  EXPECT_EQ(callback_for("/rvm", other, "key-2")["reason_code"], 0);
  const auto messages = simulator->v2_messages();
  ASSERT_THAT(messages, SizeIs(4));
  EXPECT_FALSE(messages[1].sent);
  EXPECT_EQ(messages[1].reason, "Idempotency Key Conflict");
  EXPECT_EQ(simulator->v2_keys()[0].conflicts, 2);
}

TEST_F(SimulatorV2, ForgetsAKeyADayAfterItsFirstUse) {
  const json body = V2Account::voicemail();
  account->post("/rvm", body, "key-1");
  simulator->advance(hours(24) - std::chrono::milliseconds(1));
  account->post("/rvm", body, "key-1");
  EXPECT_THAT(simulator->v2_messages(), SizeIs(1)) << "the last use does not count";
  simulator->advance(std::chrono::milliseconds(1));
  EXPECT_THAT(simulator->v2_keys(), IsEmpty());
  account->post("/rvm", body, "key-1");
  EXPECT_THAT(simulator->v2_messages(), SizeIs(2));
}

TEST_F(SimulatorV2, KnowsWhatIsAKey) {
  const std::string longest(255, 'k');
  for (const std::string& key : {std::string("k"), longest, std::string("a ~!\"b")}) {
    EXPECT_EQ(callback_for("/rvm", V2Account::voicemail(), key)["reason_code"], 0) << key;
  }
  for (const std::string& key : {longest + 'k', std::string("schl\xC3\xBCssel")}) {
    const json callback = callback_for("/rvm", V2Account::voicemail(), key);
    EXPECT_EQ(callback["reason_code"], 3028) << key;
    EXPECT_EQ(callback["reason"], "Idempotency Key not valid");
  }
  httplib::Headers empty = account->headers();
  empty.emplace("Idempotency-Key", "");
  for (int i = 0; i < 2; ++i) {
    account->http().Post("/rvm", empty, V2Account::voicemail().dump(), "application/json");
  }
  EXPECT_THAT(simulator->v2_messages(), SizeIs(7)) << "an empty one is none";
}

TEST_F(SimulatorV2, SharesKeysAmongThePairsOfAnAccount) {
  SimulatorOptions options;
  options.v2.api_keys = {{"key-a", "secret-a"}, {"key-b", "secret-b"}};
  restart(options);
  const std::string body = V2Account::voicemail().dump();
  for (const char* letter : {"a", "b", "c"}) {
    const httplib::Headers headers = {{"x-key", std::string("key-") + letter},
                                      {"x-secret", std::string("secret-") + letter},
                                      {"Idempotency-Key", "one"}};
    account->http().Post("/rvm", headers, body, "application/json");
  }
  const auto messages = simulator->v2_messages();
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].times_taken, 2);
  EXPECT_EQ(messages[1].reason_code, 3007);
}

TEST_F(SimulatorV2, RemembersTheKeyOfAMessageThatFailed) {
  const json body = V2Account::voicemail({{"media_id", "unknown"}});
  account->post("/rvm", body, "key-1");
  account->post("/rvm", body, "key-1");
  ASSERT_THAT(simulator->v2_messages(), SizeIs(1));
  EXPECT_EQ(simulator->v2_messages()[0].times_taken, 2);
}

TEST_F(SimulatorV2, RefusesAtOnceIfStrict) {
  SimulatorOptions options;
  options.strict = true;
  restart(options);
  EXPECT_EQ(account->post("/rvm", V2Account::voicemail())->status, 202);
  EXPECT_EQ(account->post("/rvm", V2Account::voicemail({{"to", "1"}}))->status, 422);
  const httplib::Headers wrong = {{"x-key", "simulated-key"}, {"x-secret", "wrong"}};
  const std::string body = V2Account::voicemail().dump();
  EXPECT_EQ(account->http().Post("/rvm", wrong, body, "application/json")->status, 401);
}

TEST_F(SimulatorV2, TakesAnyPairIfAskedTo) {
  SimulatorOptions options;
  options.any_credentials = true;
  restart(options);
  const httplib::Headers any = {{"x-key", "whoever"}, {"x-secret", "whatever"}};
  const json body = V2Account::voicemail({{"media_id", "mine"}, {"phone_line_id", "mine"}});
  account->http().Post("/rvm", any, body.dump(), "application/json");
  EXPECT_EQ(simulator->v2_messages().at(0).reason_code, 0);
  EXPECT_EQ(account->http().Get("/phone/public/lines", any)->status, 200);
}

// ---- Faults ----

TEST_F(SimulatorV2, CanFailAfterTheMessageWasTaken) {
  SimulatedFault fault;
  fault.status = 500;
  fault.after_judging = true;
  simulator->inject(fault);
  EXPECT_EQ(account->post("/rvm", V2Account::voicemail(), "key-1")->status, 500);
  EXPECT_EQ(account->post("/rvm", V2Account::voicemail(), "key-1")->status, 202);
  ASSERT_THAT(simulator->v2_messages(), SizeIs(1));
  EXPECT_EQ(simulator->v2_messages()[0].times_taken, 2);
}

TEST_F(SimulatorV2, CanLimitTheRateWithoutRetryAfter) {
  SimulatedFault fault;
  fault.status = 429;
  simulator->inject(fault);
  const auto answer = account->post("/rvm", V2Account::voicemail(), "key-1");
  EXPECT_EQ(answer->status, 429);
  EXPECT_FALSE(answer->has_header("Retry-After"));
  EXPECT_THAT(simulator->v2_messages(), IsEmpty());
}

TEST_F(SimulatorV2, CanDropTheConnectionOnceTheMessageWasTaken) {
  SimulatedFault fault;
  fault.drop_connection = true;
  simulator->inject(fault);
  EXPECT_FALSE(account->post("/rvm", V2Account::voicemail(), "key-1"));
  ASSERT_THAT(simulator->requests(), SizeIs(1));
  EXPECT_EQ(simulator->requests()[0].answered_status, 202) << "which nobody got";
  EXPECT_EQ(account->post("/rvm", V2Account::voicemail(), "key-1")->status, 202);
  ASSERT_THAT(simulator->v2_messages(), SizeIs(1));
  EXPECT_EQ(simulator->v2_messages()[0].times_taken, 2);
}

TEST_F(SimulatorV2, CanCutTheAnswer) {
  SimulatedFault fault;
  fault.truncate_after = 20;
  simulator->inject(fault);
  EXPECT_FALSE(account->post("/rvm", V2Account::voicemail()));
  EXPECT_THAT(simulator->v2_messages(), SizeIs(1));
}

TEST_F(SimulatorV2, CanCallBackBeforeItAnswers) {
  SimulatedFault fault;
  fault.delay = hours(1);
  simulator->inject(fault);
  std::thread sender([&] {
    account->post("/rvm", V2Account::voicemail({{"callback_url", sink.url()}}));
  });
  EXPECT_THAT(sink.wait_for(1), SizeIs(1));
  EXPECT_EQ(simulator->requests()[0].answered_status, 0) << "no answer yet";
  simulator.reset();  // ends the wait
  sender.join();
}

TEST_F(SimulatorV2, CanLoseTheResultOnEveryChannel) {
  account->make_webhook(sink.url(), {"*"});
  testing::SimulatedCallbackFault lost;
  lost.lost = true;
  simulator->inject_callback_fault(lost);
  account->post("/rvm", V2Account::voicemail({{"callback_url", sink.url()}}));
  ASSERT_TRUE(simulator->wait_for_callbacks(2, soon));
  for (const auto& callback : simulator->callbacks()) EXPECT_TRUE(callback.lost);
  EXPECT_THAT(sink.wait_for(0), IsEmpty());
}

}  // namespace
}  // namespace dropcowboy
