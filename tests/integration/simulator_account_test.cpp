// The simulator's contact lists and listings, through the client and beside it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/client.hpp"
#include "support/raw_client.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::good_contacts;
using support::RawClient;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Simulator;
using ::testing::SizeIs;

Client client_of(const Simulator& simulator) {
  ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  return Client(options);
}

class SimulatorAccount : public ::testing::Test {
 protected:
  Simulator simulator;
  const Client client = client_of(simulator);
};

// All that is dated is so by the service's time.
TEST(SimulatorTime, IsThatOfListsAndAnswers) {
  const std::chrono::system_clock::time_point then(std::chrono::seconds(1'774'041'912));
  testing::SimulatorOptions options;
  options.now = [then] { return then; };
  Simulator simulator(std::move(options));
  simulator.advance(std::chrono::hours(24));
  const Client client = client_of(simulator);
  const auto list = client.create_contact_list("Leads");
  ASSERT_TRUE(list) << list.error();
  EXPECT_EQ(list->created_at, then + std::chrono::hours(24));
  const auto check = client.check_account();
  ASSERT_TRUE(check) << check.error();
  EXPECT_EQ(check->service_time, then + std::chrono::hours(24));
}

TEST_F(SimulatorAccount, AListLivesFromCreationToRemoval) {
  const auto made = client.create_contact_list("Leads");
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(made->list_name, "Leads");
  ASSERT_TRUE(made->created_at);
  EXPECT_THAT(made->issues, IsEmpty());

  const auto fresh = client.get_contact_list(made->list_id);
  ASSERT_TRUE(fresh) << fresh.error();
  EXPECT_EQ(fresh->contact_count, 0U);
  EXPECT_EQ(fresh->created_at, made->created_at);

  EXPECT_TRUE(client.rename_contact_list(made->list_id, "Old leads"));
  const AppendReport report = client.append_contacts(made->list_id, good_contacts(12'345));
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.accepted_count, 12'345U);
  EXPECT_THAT(report.issues, IsEmpty());
  const auto filled = client.get_contact_list(made->list_id);
  ASSERT_TRUE(filled) << filled.error();
  EXPECT_EQ(filled->list_name, "Old leads");
  EXPECT_EQ(filled->contact_count, 12'345U);

  EXPECT_TRUE(client.delete_contact_list(made->list_id));
  EXPECT_EQ(client.get_contact_list(made->list_id).error().http_status, 404);
  EXPECT_EQ(client.delete_contact_list(made->list_id).error().http_status, 404);
  EXPECT_EQ(client.rename_contact_list(made->list_id, "x").error().http_status, 404);
  EXPECT_EQ(client.append_contacts(made->list_id, good_contacts(1)).error->http_status, 404);
  EXPECT_NE(client.create_contact_list("Leads").value().list_id, made->list_id);
}

TEST_F(SimulatorAccount, RowsAreRejectedOneByOne) {
  const std::string id = client.create_contact_list("Leads").value().list_id;
  ContactRows rows = good_contacts(4);
  rows.region = "US";
  rows.values[1][1] = "(555) 222-3333";
  rows.values[2][1] = "12";
  const AppendReport report = client.append_contacts(id, rows);
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.accepted_count, 3U);
  ASSERT_THAT(report.rejected, SizeIs(1));
  EXPECT_EQ(report.rejected[0].index, 2U);
  EXPECT_EQ(client.get_contact_list(id).value().contact_count, 3U);
}

TEST_F(SimulatorAccount, AnOddIdReachesItWhole) {
  EXPECT_EQ(client.get_contact_list("a/b c?d").error().http_status, 404);
  EXPECT_EQ(simulator.requests().back().path, "/v1/list/a%2Fb%20c%3Fd");
}

TEST_F(SimulatorAccount, ListsWhatTheAccountHolds) {
  const auto brands = client.list_brands();
  ASSERT_TRUE(brands) << brands.error();
  ASSERT_THAT(*brands, SizeIs(1));
  EXPECT_THAT(brands->front().issues, IsEmpty());
  EXPECT_THAT(brands->front().json, HasSubstr("team_id"));  // as live answers: more than is told
  EXPECT_THAT(*client.list_recordings(), SizeIs(2));
  EXPECT_THAT(*client.list_recordings(true), SizeIs(1));
  EXPECT_EQ(client.list_recordings(false).value().front().name, "Draft");
  EXPECT_THAT(*client.list_media(), SizeIs(3));
  const auto pools = client.list_pools();
  ASSERT_TRUE(pools) << pools.error();
  EXPECT_EQ(pools->at(1).pool_id, "text");
}

TEST(SimulatorCatalogue, IsTheCallersToChoose) {
  testing::SimulatorOptions options;
  options.account = {};
  Pool odd;
  odd.json = R"({"pool_id":5})";
  options.account.pools = {odd};
  const Simulator simulator(options);
  const Client client = client_of(simulator);
  EXPECT_THAT(*client.list_brands(), IsEmpty());
  const auto pools = client.list_pools();
  ASSERT_TRUE(pools) << pools.error();
  EXPECT_THAT(pools->front().issues, SizeIs(1));
}

// ---- What the client does not let through ----

class SimulatorAccountRaw : public SimulatorAccount {
 protected:
  int post(const std::string& path, const json& body) {
    return raw.http().Post(path.c_str(), raw.headers(), body.dump(), "application/json")->status;
  }

  RawClient raw{simulator};
};

TEST_F(SimulatorAccountRaw, WantsTheHeadersEverywhere) {
  for (const char* path : {"/v1/brand", "/v1/recording", "/v1/media", "/v1/pool", "/v1/list/x"}) {
    EXPECT_EQ(raw.http().Get(path)->status, 401) << path;
    EXPECT_EQ(raw.http().Put(path, raw.headers(), "", "text/plain")->status, 405) << path;
  }
  EXPECT_EQ(raw.http().Post("/v1/list", "{}", "application/json")->status, 401);
  EXPECT_EQ(raw.http().Post("/v1/list", raw.headers(), "{}", "text/plain")->status, 415);
  EXPECT_EQ(raw.http().Post("/v1/list", raw.headers(), "[]", "application/json")->status, 400);
}

TEST_F(SimulatorAccountRaw, RefusesListsWithoutAName) {
  for (const json& body : {json::object(), json{{"list_name", ""}}, json{{"list_name", 5}}}) {
    EXPECT_EQ(post("/v1/list", body), 400) << body;
  }
}

TEST_F(SimulatorAccountRaw, RefusesAFilterThatIsNone) {
  EXPECT_EQ(raw.http().Get("/v1/recording?api_allowed=maybe", raw.headers())->status, 400);
}

TEST_F(SimulatorAccountRaw, RefusesTablesThatAreNone) {
  const std::string path =
      "/v1/list/" + client.create_contact_list("x").value().list_id + "/contacts";
  const json good = {{"fields", {"phone"}}, {"values", {{"+15552223333"}}}};
  const auto status = [&](const json& patch) {
    json body = good;
    body.merge_patch(patch);
    return post(path, body);
  };
  EXPECT_EQ(status(json::object()), 200);
  EXPECT_EQ(status({{"region", "GB"}}), 200);
  EXPECT_EQ(status({{"fields", nullptr}}), 400);
  EXPECT_EQ(status({{"fields", "phone"}}), 400);
  EXPECT_EQ(status({{"fields", {"phone_number"}}}), 400);
  EXPECT_EQ(status({{"fields", {"email"}}}), 400);
  EXPECT_EQ(status({{"values", nullptr}}), 400);
  EXPECT_EQ(status({{"values", {"+15552223333"}}}), 400);
  EXPECT_EQ(status({{"values", json(10'001, json::array({"+15552223333"}))}}), 400);
  EXPECT_EQ(status({{"region", "USA"}}), 400);
}

}  // namespace
}  // namespace dropcowboy
