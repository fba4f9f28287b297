// The calls that list what an account holds, over a transport that the test controls.

#include "dropcowboy/account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/client_over_fakes.hpp"

namespace dropcowboy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::chrono::system_clock::time_point created{std::chrono::milliseconds(1'756'851'172'641)};

class Account : public support::ClientOverFakes {};

TEST_F(Account, ReadsBrands) {
  answer(200, R"([{"brand_id":"b-1","company_name":"Acme Inc","dba_name":"Acme","registered":true,
                   "api_allowed":false,"team_id":"t"},{"brand_id":"b-2","registered":null}])");
  const auto brands = client().list_brands();
  ASSERT_TRUE(brands) << brands.error();
  ASSERT_THAT(*brands, SizeIs(2));
  const Brand& acme = brands->front();
  EXPECT_EQ(acme.brand_id, "b-1");
  EXPECT_EQ(acme.company_name, "Acme Inc");
  EXPECT_EQ(acme.dba_name, "Acme");
  EXPECT_EQ(acme.registered, true);
  EXPECT_EQ(acme.api_allowed, false);
  EXPECT_THAT(acme.json, HasSubstr(R"("team_id":"t")"));
  EXPECT_EQ(brands->back().registered, std::nullopt);
  for (const Brand& brand : *brands) EXPECT_THAT(brand.issues, IsEmpty());
}

TEST_F(Account, IsCheckedByTheOneCallWhoseAnswerToAWrongSecretIsReal) {
  answer(200, R"([{"brand_id":"b-1","registered":true,"api_allowed":true},
                  {"brand_id":"b-2","registered":true,"api_allowed":false},
                  {"brand_id":"b-3","registered":false,"api_allowed":true},
                  {"brand_id":"b-4"}, {"registered":true,"api_allowed":true},
                  {"brand_id":"b-6","registered":true,"api_allowed":true}])");
  const auto check = client().check_account();
  ASSERT_TRUE(check) << check.error();
  EXPECT_THAT(check->brands, SizeIs(6));
  EXPECT_THAT(check->usable_brand_ids(), ElementsAre("b-1", "b-6"));
  ASSERT_THAT(transport->requests(), SizeIs(1));
  EXPECT_EQ(transport->requests()[0].method, HttpMethod::get);
  EXPECT_THAT(transport->requests()[0].url, ::testing::EndsWith("/v1/brand"));

  EXPECT_EQ(check->service_time, std::nullopt) << "it did not tell";

  answer(200, "[]");
  EXPECT_THAT(client().check_account().value().usable_brand_ids(), IsEmpty());
  answer(401, R"({"message":"Unauthorized"})");
  const auto stale = client().check_account();
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::authentication);
  EXPECT_EQ(stale.error().outcome, Outcome::rejected);
}

TEST_F(Account, ReadsRecordingsAndMedia) {
  const std::string body = R"([{"media_id":"m-1","name":"Hello","created_at":1756851172641,
                                "api_allowed":true,"url":"https://x"}])";
  answer(200, body);
  answer(200, body);
  const Client reader = client();
  for (const auto& media : {reader.list_recordings(), reader.list_media()}) {
    ASSERT_TRUE(media) << media.error();
    ASSERT_THAT(*media, SizeIs(1));
    EXPECT_EQ(media->front().media_id, "m-1");
    EXPECT_EQ(media->front().name, "Hello");
    EXPECT_EQ(media->front().created_at, created);
    EXPECT_EQ(media->front().api_allowed, true);
    EXPECT_THAT(media->front().json, HasSubstr("https://x"));
  }
}

TEST_F(Account, ReadsPools) {
  answer(200, R"([{"pool_id":"text","name":"Texts","brand_id":"b-1","service_type":"sms",
                   "number_count":3}])");
  const auto pools = client().list_pools();
  ASSERT_TRUE(pools) << pools.error();
  ASSERT_THAT(*pools, SizeIs(1));
  EXPECT_EQ(pools->front().pool_id, "text");
  EXPECT_EQ(pools->front().name, "Texts");
  EXPECT_EQ(pools->front().brand_id, "b-1");
  EXPECT_EQ(pools->front().service_type, "sms");
  EXPECT_EQ(pools->front().number_count, 3U);
}

TEST_F(Account, AsksForWhatItIsToldTo) {
  const Client reader = client();
  for (int i = 0; i < 6; ++i) answer(200, "[]");
  EXPECT_TRUE(reader.list_brands());
  EXPECT_TRUE(reader.list_recordings());
  EXPECT_TRUE(reader.list_recordings(true));
  EXPECT_TRUE(reader.list_recordings(false));
  EXPECT_TRUE(reader.list_media());
  EXPECT_TRUE(reader.list_pools());
  const char* paths[] = {
      "/brand", "/recording", "/recording?api_allowed=true", "/recording?api_allowed=false",
      "/media", "/pool"};
  const auto requests = transport->requests();
  ASSERT_THAT(requests, SizeIs(6));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(requests[i].url, std::string("https://api.dropcowboy.com/v1") + paths[i]);
    EXPECT_EQ(requests[i].method, HttpMethod::get);
    EXPECT_EQ(requests[i].body, "");
    EXPECT_EQ(requests[i].header("x-team-id"), "team-1");
    EXPECT_EQ(requests[i].header("x-secret"), "s3cr3t-value");
    EXPECT_EQ(requests[i].header("Content-Type"), "");
  }
}

// The list must outlive the expression that asks for it.
TEST_F(Account, CanBeWalkedThroughAtOnce) {
  for (int i = 0; i < 2; ++i) answer(200, R"([{"brand_id":"b-1"},{"brand_id":"b-2"}])");
  std::string ids;
  for (const Brand& brand : client().list_brands().value()) ids += brand.brand_id;
  for (const Brand& brand : *client().list_brands()) ids += brand.brand_id;
  EXPECT_EQ(ids, "b-1b-2b-1b-2");
}

// One odd element must not hide the others.
TEST_F(Account, ReportsWhatIsMistyped) {
  answer(200, R"([{"media_id":7,"name":[],"created_at":"today","api_allowed":"yes"},5,null,{},
                  {"media_id":"m-1","created_at":-1},{"media_id":"m-2","created_at":1e300},
                  {"media_id":"m-3","created_at":18446744073709551615},{"media_id":"m-4"}])");
  const auto media = client().list_media();
  ASSERT_TRUE(media) << media.error();
  ASSERT_THAT(*media, SizeIs(8));
  EXPECT_THAT(media->at(0).issues, SizeIs(4));
  EXPECT_EQ(media->at(0).issues[0].field, "media_id");
  EXPECT_THAT(media->at(0).json, HasSubstr("today"));
  EXPECT_THAT(media->at(1).issues, SizeIs(1));
  EXPECT_EQ(media->at(1).json, "5");
  EXPECT_THAT(media->at(2).issues, SizeIs(1));
  ASSERT_THAT(media->at(3).issues, SizeIs(1));
  EXPECT_EQ(media->at(3).issues[0].code, IssueCode::missing);
  for (const std::size_t i : {4U, 5U, 6U}) {
    ASSERT_THAT(media->at(i).issues, SizeIs(1)) << i;
    EXPECT_EQ(media->at(i).issues[0].field, "created_at");
    EXPECT_FALSE(media->at(i).created_at);
  }
  EXPECT_THAT(media->at(7).issues, IsEmpty());
}

TEST_F(Account, KeepsEachElementAsItCame) {
  const std::string first =
      R"({"z":1,"brand_id":"b,]}\"[{","big":12345678901234567890123,"price":0.10,"z":[{},[2]]})";
  answer(200, " [" + first + " ,\n\"x,]\", 5 , [1,2],{}, null ] ");
  const auto brands = client().list_brands();
  ASSERT_TRUE(brands) << brands.error();
  std::vector<std::string> texts;
  for (const Brand& brand : *brands) texts.push_back(brand.json);
  EXPECT_THAT(texts, ElementsAre(first, "\"x,]\"", "5", "[1,2]", "{}", "null"));
  answer(200, " [ ] ");
  EXPECT_THAT(*client().list_brands(), IsEmpty());
}

TEST_F(Account, ReportsACountThatIsNone) {
  answer(200, R"([{"pool_id":"p","number_count":-3},{"pool_id":"q","number_count":"3"}])");
  const auto pools = client().list_pools();
  ASSERT_TRUE(pools) << pools.error();
  for (const Pool& pool : *pools) {
    ASSERT_THAT(pool.issues, SizeIs(1));
    EXPECT_EQ(pool.issues[0].field, "number_count");
  }
}

TEST_F(Account, NeverKeepsTheSecret) {
  answer(200, R"([{"brand_id":"b","note":"s3cr3t-value","escaped":"s3cr3t\u002dvalue"}])");
  const auto brands = client().list_brands();
  ASSERT_TRUE(brands) << brands.error();
  EXPECT_THAT(brands->front().json, Not(HasSubstr("s3cr3t-value")));
}

TEST_F(Account, TakesValuesAsTheyCameWhateverTheSecretIs) {
  base_options.credentials = {"team-1", "test"};
  answer(200, R"([{"pool_id":"the-test-pool","name":"test"}])");
  const auto pools = client().list_pools();
  ASSERT_TRUE(pools) << pools.error();
  EXPECT_EQ(pools->front().pool_id, "the-test-pool");
  EXPECT_EQ(pools->front().name, "test");
  EXPECT_EQ(pools->front().json, R"({"pool_id":"the-[secret]-pool","name":"[secret]"})");
}

// A listing costs memory for each element: nobody names so many in so few bytes.
TEST_F(Account, RefusesMoreElementsThanItsBytesCanMean) {
  const auto listing_of = [](std::size_t count, const std::string& element) {
    std::string text = "[" + element;
    for (std::size_t i = 1; i < count; ++i) text += "," + element;
    return text + "]";
  };
  answer(200, listing_of(1000, "0"));
  EXPECT_THAT(*client().list_brands(), SizeIs(1000));
  answer(200, listing_of(1001, "0"));
  const auto refused = client().list_brands();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_response);
  const std::string shortest = R"({"brand_id":"5c8eb7a2f1d3e400"})";
  EXPECT_EQ(shortest.size(), 31U);
  answer(200, listing_of(20'000, shortest));
  EXPECT_THAT(*client().list_brands(), SizeIs(20'000));
}

TEST_F(Account, StopsBeforeTheDeadlineAndWhenCancelled) {
  CallOptions options;
  options.cancel = CancelToken();
  options.cancel.cancel();
  const auto cancelled = client().list_pools(options);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().kind, ErrorKind::cancelled);
  CallOptions late;
  late.total_timeout = std::chrono::milliseconds(0);
  EXPECT_EQ(client().list_pools(late).error().kind, ErrorKind::timeout);
  EXPECT_THAT(transport->requests(), IsEmpty());
}

/// Each of the calls, its answer forgotten.
struct Listing {
  const char* name;
  std::function<Result<void>(const Client&)> call;
};

void PrintTo(const Listing& listing, std::ostream* out) { *out << listing.name; }

template <class Value>
Result<void> forget(const Result<Value>& result) {
  if (!result) return result.error();
  return {};
}

class EveryListing : public support::ClientOverFakes,
                     public ::testing::WithParamInterface<Listing> {
 protected:
  Result<void> call() { return GetParam().call(client()); }
};

TEST_P(EveryListing, IsRepeatedAfterAnyTransientFailure) {
  break_off();
  answer(500, "{}");
  answer(200, "[]");
  EXPECT_TRUE(call());
  EXPECT_THAT(transport->requests(), SizeIs(3));
}

TEST_P(EveryListing, GivesUpInTheEnd) {
  for (int i = 0; i < 3; ++i) break_off();
  const auto result = call();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_THAT(result.error().attempts, SizeIs(3));
  EXPECT_TRUE(result.error().safe_to_resend());  // it only reads
  EXPECT_EQ(result.error().message.find("callback"), std::string::npos) << result.error();
}

TEST_P(EveryListing, TellsADocumentedErrorApart) {
  const std::pair<int, ErrorKind> rows[] = {{400, ErrorKind::refused},
                                            {401, ErrorKind::authentication},
                                            {403, ErrorKind::refused},
                                            {404, ErrorKind::refused},
                                            {302, ErrorKind::bad_response}};
  for (const auto& [status, kind] : rows) {
    answer(status, R"({"message":"because of s3cr3t-value"})");
    const auto result = call();
    ASSERT_FALSE(result) << status;
    EXPECT_EQ(result.error().kind, kind) << status;
    EXPECT_EQ(result.error().http_status, status);
    EXPECT_THAT(result.error().message, HasSubstr("because of"));
    EXPECT_THAT(result.error().message, Not(HasSubstr("s3cr3t-value")));
  }
  EXPECT_THAT(transport->requests(), SizeIs(std::size(rows)));  // none was repeated
}

TEST_P(EveryListing, WaitsWhenAskedTo) {
  HttpResult slow_down = support::FakeTransport::answer(429);
  slow_down.retry_after = std::chrono::seconds(7);
  transport->then(slow_down);
  answer(200, "[]");
  EXPECT_TRUE(call());
  EXPECT_EQ(runtime->waits().at(0), std::chrono::seconds(7));
}

TEST_P(EveryListing, UnderstandsNothingButAnArray) {
  for (const std::string body :
       {"", "{}", "null", "5", "<html>", "[", "[1e999]", "[]x", "\"[]\""}) {
    answer(200, body);
    const auto result = call();
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().kind, ErrorKind::bad_response) << body;
  }
  answer(200, std::string("[]\0", 3));
  EXPECT_FALSE(call());
  answer(200, std::string(40, '[') + std::string(40, ']'));
  EXPECT_FALSE(call());
  answer(200, R"({"status":"error","message":"no"})");
  EXPECT_EQ(call().error().kind, ErrorKind::refused);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, EveryListing,
    ::testing::Values(Listing{"brands", [](const Client& c) { return forget(c.list_brands()); }},
                      Listing{"recordings",
                              [](const Client& c) { return forget(c.list_recordings()); }},
                      Listing{"media", [](const Client& c) { return forget(c.list_media()); }},
                      Listing{"pools", [](const Client& c) { return forget(c.list_pools()); }}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dropcowboy
