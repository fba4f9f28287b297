// The page that shows what a receiver of callbacks gets, by raw HTTP.

#include "dropcowboy/testing/callback_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/error.hpp"
#include "support/http_client.hpp"
#include "support/simulator_page.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::EventStream;
using support::has_state;
using support::PageClient;
using testing::CallbackPage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReceivedCallback;
using ::testing::SizeIs;

ReceivedCallback failure() {
  ReceivedCallback callback;
  callback.body =
      R"({"drop_id":"0123456789abcdef01234567","phone_number":"+15550010004","status":"failure",)"
      R"("foreign_id":"order-17","reason":"No Answer","product_cost":0.09,"compliance_fee":0.01})";
  return callback;
}

class ACallbackPage : public ::testing::Test {
 protected:
  CallbackPage page;
  PageClient client{page.url().substr(0, page.url().size() - 1)};
};

TEST_F(ACallbackPage, ShowsACallbackAsItComes) {
  EventStream events(client.origin(), "/page/api/events");
  page.add(failure());
  const auto all = events.wait_until([](const auto& got) { return has_state(got, "failed"); });
  ASSERT_TRUE(has_state(all, "failed"));
  const json message = client.message(1);
  EXPECT_EQ(message["request"]["phone_number"], "+15550010004");
  EXPECT_EQ(message["request"]["foreign_id"], "order-17");
  EXPECT_EQ(message["answered_status"], 200);
  EXPECT_EQ(message["cost"], "0.10");
  EXPECT_EQ(message["result"]["reason"], "No Answer");
  EXPECT_EQ(message["result"]["code"], 4005);
  EXPECT_EQ(message["result"]["advice"], "try_later");
  EXPECT_EQ(message["facts"]["compliance_fee"], "$0.01");
  EXPECT_EQ(message["body"], failure().body);
  EXPECT_EQ(message["vouched_by"], "");
}

TEST_F(ACallbackPage, TellsWhatVouchesForItAndWhatBecameOfIt) {
  ReceivedCallback callback = failure();
  callback.vouched_by = "signature";
  page.add(callback);
  callback.duplicate = true;
  page.add(callback);
  callback.duplicate = false;
  callback.refused_for = "bad_signature";
  callback.answered_status = 401;
  page.add(callback);
  EXPECT_EQ(client.message(1)["vouched_by"], "signature");
  EXPECT_EQ(client.message(2)["state"], "repeat");
  EXPECT_EQ(client.message(3)["state"], "refused");
  EXPECT_EQ(client.message(3)["refused_for"], "bad_signature");
  EXPECT_EQ(client.message(3)["answered_status"], 401);
}

TEST_F(ACallbackPage, ShowsAnEventOfTheNewerService) {
  ReceivedCallback callback;
  callback.body =
      R"({"event_id":"e-1","event":"contact.msg.received","data":{"from":"+15552223333"}})";
  page.add(callback);
  const json message = client.message(1);
  EXPECT_EQ(message["state"], "event");
  EXPECT_EQ(message["event"], "contact.msg.received");
  EXPECT_EQ(message["request"]["phone_number"], "+15552223333");
  EXPECT_EQ(message["facts"]["event_id"], "e-1");
}

TEST_F(ACallbackPage, ShowsAlsoWhatIsNoCallback) {
  ReceivedCallback callback;
  callback.body = "<script>alert(1)</script>\xFF";
  callback.refused_for = "not_a_callback";
  callback.answered_status = 400;
  page.add(callback);
  const auto answer = client.get("/page/api/messages/1");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
  const json message = client.message(1);
  EXPECT_EQ(message["state"], "refused");
  EXPECT_THAT(message["body"].get<std::string>(), HasSubstr("<script>"));
  ASSERT_THAT(message["issues"], SizeIs(1));
}

TEST_F(ACallbackPage, SaysWhereCallbacksAreReceived) {
  const auto about = [this] { return json::parse(client.get("/page/api/about")->body); };
  EXPECT_EQ(about(), json({{"role", "receiver"}, {"callback_url", ""}}));
  page.set_callback_url("http://127.0.0.1:8401/");
  EXPECT_EQ(about()["callback_url"], "http://127.0.0.1:8401/");
}

TEST_F(ACallbackPage, IsServedToItsOwnPagesOnly) {
  page.add(failure());
  for (const char* path : {"/page/api/events", "/page/api/messages.json", "/page/api/about"}) {
    EXPECT_EQ(client.get(path, {{"Origin", "http://evil.example"}})->status, 403) << path;
    EXPECT_EQ(client.get(path, {{"Host", "evil.example" + client.port()}})->status, 403) << path;
    EXPECT_EQ(client.get(path, {{"Sec-Fetch-Site", "cross-site"}})->status, 403) << path;
  }
  EXPECT_EQ(client.post("clear", json::object(), {{"Origin", "http://evil.example"}})->status, 403);
  EXPECT_THAT(client.messages(), SizeIs(1));
  EXPECT_EQ(client.get("/")->status, 200);
  EXPECT_THAT(client.get("/")->get_header_value("Content-Security-Policy"),
              HasSubstr("default-src 'none'"));
}

TEST_F(ACallbackPage, IsClearedAndDoesNothingElse) {
  page.add(failure());
  for (const char* what : {"fault", "callback-fault", "number", "messages/1/tell"}) {
    EXPECT_EQ(client.post(what, json::object())->status, 404) << what;
  }
  EXPECT_EQ(client.post("clear", json::object())->status, 200);
  EXPECT_THAT(client.messages(), IsEmpty());
}

TEST_F(ACallbackPage, ReceivesNothingItself) {
  support::HttpClient sender(client.origin());
  for (const char* path : {"/", "/v1/rvm", "/results"}) {
    EXPECT_EQ(sender.Post(path, failure().body, "application/json")->status, 404) << path;
  }
  EXPECT_THAT(client.messages(), IsEmpty());
}

TEST(CallbackPageCreation, TakesTheWantedPortOrSaysSo) {
  const CallbackPage any;
  const std::string port = any.url().substr(any.url().rfind(':') + 1);
  testing::CallbackPageOptions options;
  options.port = std::stoi(port);
  try {
    const CallbackPage second(options);
    FAIL() << "two at one port";
  } catch (const Exception& exception) {
    EXPECT_EQ(exception.error().kind, ErrorKind::configuration);
    EXPECT_THAT(exception.error().message, HasSubstr("cannot listen on port"));
  }
}

TEST(CallbackPageStream, EndsWithThePage) {
  auto page = std::make_unique<CallbackPage>();
  const std::string url = page->url();
  EventStream events(url.substr(0, url.size() - 1), "/page/api/events");
  ASSERT_THAT(events.wait_for(1), SizeIs(1));
  page.reset();
  EXPECT_TRUE(events.has_ended());
}

}  // namespace
}  // namespace dropcowboy
