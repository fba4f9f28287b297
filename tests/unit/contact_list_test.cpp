// Contact lists, over a transport that the test controls.

#include "dropcowboy/contact_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "support/client_over_fakes.hpp"

namespace dropcowboy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const char made[] = R"({"list_id":"l-1","list_name":"Leads","created_at":1756851172641})";

class ContactLists : public support::ClientOverFakes {
 protected:
  std::string url(std::size_t index = 0) const { return transport->requests().at(index).url; }
};

TEST_F(ContactLists, Creates) {
  answer(200, made);
  const auto list = client().create_contact_list("Leads \"hot\"");
  ASSERT_TRUE(list) << list.error();
  EXPECT_EQ(list->list_id, "l-1");
  EXPECT_EQ(list->list_name, "Leads");
  EXPECT_EQ(list->created_at,
            std::chrono::system_clock::time_point(std::chrono::milliseconds(1'756'851'172'641)));
  EXPECT_FALSE(list->contact_count);
  EXPECT_THAT(list->issues, IsEmpty());
  const auto request = transport->requests().at(0);
  EXPECT_EQ(request.method, HttpMethod::post);
  EXPECT_EQ(request.url, "https://api.dropcowboy.com/v1/list");
  EXPECT_EQ(nlohmann::json::parse(request.body),
            nlohmann::json({{"list_name", "Leads \"hot\""}}));  // no credentials: only sends have
  EXPECT_EQ(request.header("x-secret"), "s3cr3t-value");
}

TEST_F(ContactLists, Reads) {
  const std::string told =
      R"({"z":1,"list_id":"l-1","list_name":"Leads","created_at":"x","contact_count":3,"a":1e99})";
  answer(200, told);
  const auto list = client().get_contact_list("l-1");
  ASSERT_TRUE(list) << list.error();
  EXPECT_EQ(list->contact_count, 3U);
  EXPECT_EQ(list->json, told);
  ASSERT_THAT(list->issues, SizeIs(1));
  EXPECT_EQ(list->issues[0].field, "created_at");
  EXPECT_EQ(transport->requests().at(0).method, HttpMethod::get);
}

TEST_F(ContactLists, RenamesAndRemoves) {
  answer(200, "");
  answer(200, R"({"list_id":"l-1"})");
  const Client keeper = client();
  EXPECT_TRUE(keeper.rename_contact_list("l-1", "Old leads"));
  EXPECT_TRUE(keeper.delete_contact_list("l-1"));
  EXPECT_EQ(transport->requests().at(0).method, HttpMethod::post);
  EXPECT_EQ(transport->requests().at(0).body, R"({"list_name":"Old leads"})");
  EXPECT_EQ(transport->requests().at(1).method, HttpMethod::del);
  EXPECT_EQ(transport->requests().at(1).body, "");
}

TEST_F(ContactLists, EncodesTheIdAsOnePartOfThePath) {
  answer(200, made);
  EXPECT_TRUE(client().get_contact_list("a/b?c#d e%\xC3\xA9"));
  EXPECT_EQ(url(), "https://api.dropcowboy.com/v1/list/a%2Fb%3Fc%23d%20e%25%C3%A9");
}

TEST_F(ContactLists, RefusesWhatCannotBeAnIdOrAName) {
  const Client keeper = client();
  for (const char* id : {"", " ", ".", "..", "a\nb", "\xFF"}) {
    const auto results = {keeper.rename_contact_list(id, "n"), keeper.delete_contact_list(id)};
    for (const auto& result : results) {
      ASSERT_FALSE(result) << id;
      EXPECT_EQ(result.error().kind, ErrorKind::invalid_request);
      ASSERT_THAT(result.error().issues, SizeIs(1));
      EXPECT_EQ(result.error().issues[0].field, "list_id");
    }
    EXPECT_FALSE(keeper.get_contact_list(id)) << id;
  }
  for (const char* name : {"", "\t", "a\x01", "\xFF"}) {
    EXPECT_EQ(keeper.create_contact_list(name).error().issues.at(0).field, "list_name");
    EXPECT_EQ(keeper.rename_contact_list("l", name).error().issues.at(0).field, "list_name");
  }
  EXPECT_THAT(keeper.rename_contact_list("", "").error().issues, SizeIs(2));
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ContactLists, CreatingIsNeverRepeatedWhenItsOutcomeIsUnknown) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;  // is about messages
  break_off();
  const auto list = client().create_contact_list("Leads");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().outcome, Outcome::unknown);
  EXPECT_THAT(list.error().message, HasSubstr("The list may have been created"));
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(ContactLists, CreatingIsRepeatedWhenNothingLeft) {
  transport->then(support::FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  answer(200, made);
  EXPECT_TRUE(client().create_contact_list("Leads"));
  EXPECT_THAT(transport->requests(), SizeIs(2));
}

TEST_F(ContactLists, CreatingNeedsAClearAnswer) {
  for (const char* body : {"", "{}", R"({"list_id":""})", R"({"list_id":7})", "[]", "<html>"}) {
    answer(200, body);
    const auto list = client().create_contact_list("Leads");
    ASSERT_FALSE(list) << body;
    EXPECT_EQ(list.error().kind, ErrorKind::bad_response) << body;
    EXPECT_EQ(list.error().outcome, Outcome::unknown) << body;
  }
  answer(200, R"({"status":"error"})");
  EXPECT_EQ(client().create_contact_list("Leads").error().outcome, Outcome::rejected);
}

TEST_F(ContactLists, RenamingIsRepeatedBecauseTwiceIsAsGoodAsOnce) {
  break_off();
  answer(502, "<html>");
  answer(200, "OK");
  EXPECT_TRUE(client().rename_contact_list("l-1", "n"));
  EXPECT_THAT(transport->requests(), SizeIs(3));
}

TEST_F(ContactLists, WhatIsUnknownInTheEndIsSaidToBe) {
  for (int i = 0; i < 3; ++i) break_off();
  const auto result = client().rename_contact_list("l-1", "n");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_THAT(result.error().message, HasSubstr("It may have been renamed"));
}

TEST_F(ContactLists, GoneAfterAnUnknownAttemptIsRemoved) {
  break_off();
  answer(404, "{}");
  const Client keeper = client();
  EXPECT_TRUE(keeper.delete_contact_list("l-1"));
  EXPECT_EQ(keeper.stats().unknown, 1U) << "as the service answered";
}

TEST_F(ContactLists, GoneFromTheStartIsAnError) {
  answer(404, "{}");
  const auto result = client().delete_contact_list("l-1");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::rejected);
  EXPECT_THAT(result.error().message, HasSubstr("no such contact list: check list_id"));
}

TEST_F(ContactLists, ABareAnswerMustNotSayNo) {
  const Client keeper = client();
  for (const char* body : {"", " \r\n", "OK", "{}", "[]", "true", R"({"status":"renamed"})",
                           R"({"error":null,"success":true})"}) {
    answer(200, body);
    EXPECT_TRUE(keeper.rename_contact_list("l-1", "n")) << body;
  }
  for (const char* body :
       {"<html>please log in</html>", R"({"error":"name is taken"})", R"({"success":false})",
        R"({"ok":false})", "false", "0", "null", R"("error")"}) {
    answer(200, body);
    const auto result = keeper.rename_contact_list("l-1", "n");
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().kind, ErrorKind::bad_response) << body;
    EXPECT_EQ(result.error().outcome, Outcome::unknown) << body;
  }
  answer(200, R"({"status":"failed"})");
  EXPECT_EQ(keeper.delete_contact_list("l-1").error().kind, ErrorKind::refused);
}

TEST_F(ContactLists, ABareAnswerThatWasLostIsNoAnswer) {
  auto lost = support::FakeTransport::answer(200);
  lost.failure = TransportFailure::interrupted;
  transport->then(lost);
  const auto result = client().delete_contact_list("l-1");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
}

TEST_F(ContactLists, ReadingNeedsAClearAnswer) {
  const Client keeper = client();
  for (const char* body : {"", "{}", R"({"list_id":""})", "[]", "<html>", R"({"list_id":"l)"}) {
    answer(200, body);
    const auto list = keeper.get_contact_list("l-1");
    ASSERT_FALSE(list) << body;
    EXPECT_EQ(list.error().kind, ErrorKind::bad_response) << body;
    EXPECT_TRUE(list.error().safe_to_resend()) << body;
  }
}

TEST_F(ContactLists, ReadingIsRepeatedAfterAnyTransientFailure) {
  break_off();
  answer(503, "");
  answer(200, made);
  EXPECT_TRUE(client().get_contact_list("l-1"));
  EXPECT_THAT(transport->requests(), SizeIs(3));
}

TEST_F(ContactLists, RemovingIsRepeatedLikewise) {
  answer(408, "");
  answer(429, "");
  answer(200, "");
  EXPECT_TRUE(client().delete_contact_list("l-1"));
  EXPECT_THAT(transport->requests(), SizeIs(3));
}

// The secret is cut out of the text that is kept, not out of what the program uses.
TEST_F(ContactLists, TakesValuesAsTheyCameWhateverTheSecretIs) {
  for (const char* secret : {"test", "17512345", "list_id", "dev-a1", ":", "5"}) {
    base_options.credentials = {"team-1", secret};
    answer(200, R"({"list_id":"7f3c-test-dev-a1","created_at":1751234512345})");
    const auto list = client().create_contact_list("n");
    ASSERT_TRUE(list) << list.error();
    EXPECT_EQ(list->list_id, "7f3c-test-dev-a1");
    EXPECT_EQ(list->created_at->time_since_epoch(), std::chrono::milliseconds(1'751'234'512'345));
    EXPECT_THAT(list->json, AllOf(HasSubstr("[secret]"), Not(HasSubstr(secret))));
  }
}

TEST_F(ContactLists, EventsHoldNoId) {
  std::string names;
  base_options.on_event = [&](const Event& event) { names += std::string(event.operation) + ";"; };
  answer(200, made);
  EXPECT_TRUE(client().get_contact_list("l-1"));
  EXPECT_EQ(names, "GET /list/{list_id};GET /list/{list_id};");
}

/// Each of the calls that do not append, its answer forgotten.
struct Call {
  const char* name;
  std::function<Result<void>(const Client&)> call;
};

void PrintTo(const Call& call, std::ostream* out) { *out << call.name; }

class EveryListCall : public support::ClientOverFakes,
                      public ::testing::WithParamInterface<Call> {};

TEST_P(EveryListCall, TellsADocumentedErrorApart) {
  const std::pair<int, ErrorKind> rows[] = {{400, ErrorKind::refused},
                                            {401, ErrorKind::authentication},
                                            {403, ErrorKind::refused},
                                            {404, ErrorKind::refused},
                                            {307, ErrorKind::bad_response}};
  for (const auto& [status, kind] : rows) {
    answer(status, R"({"message":"because of s3cr3t-value"})");
    const auto result = GetParam().call(client());
    ASSERT_FALSE(result) << status;
    EXPECT_EQ(result.error().kind, kind) << status;
    EXPECT_EQ(result.error().outcome, Outcome::rejected) << status;
    EXPECT_THAT(result.error().message, HasSubstr("because of"));
    EXPECT_THAT(result.error().message, Not(HasSubstr("s3cr3t-value")));
  }
  EXPECT_THAT(transport->requests(), SizeIs(std::size(rows)));
}

INSTANTIATE_TEST_SUITE_P(
    Calls, EveryListCall,
    ::testing::Values(Call{"create",
                           [](const Client& c) -> Result<void> {
                             const auto list = c.create_contact_list("n");
                             if (!list) return list.error();
                             return {};
                           }},
                      Call{"get",
                           [](const Client& c) -> Result<void> {
                             const auto list = c.get_contact_list("l-1");
                             if (!list) return list.error();
                             return {};
                           }},
                      Call{"rename",
                           [](const Client& c) { return c.rename_contact_list("l-1", "n"); }},
                      Call{"remove", [](const Client& c) { return c.delete_contact_list("l-1"); }}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dropcowboy
