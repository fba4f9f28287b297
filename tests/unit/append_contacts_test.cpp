// Appending contacts, over a transport that the test controls.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "dropcowboy/contact_list.hpp"
#include "support/client_over_fakes.hpp"
#include "support/requests.hpp"
#include "support/validation_rule.hpp"

namespace dropcowboy {

static bool operator==(const RowRange& a, const RowRange& b) {
  return a.first == b.first && a.count == b.count;
}
static void PrintTo(const RowRange& range, std::ostream* out) {
  *out << range.count << " from " << range.first;
}

namespace {

using nlohmann::json;
using support::good_contacts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- What is checked before anything is sent ----

using Row = support::ValidationRule<ContactRows>;

class ContactRule : public ::testing::TestWithParam<Row> {};

TEST_P(ContactRule, IsNamed) {
  static_cast<void>(support::expect_named(good_contacts(3), GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, ContactRule,
    ::testing::Values(
        Row{"unknown_field", [](auto& r) { r.fields[0] = "firstname"; }, "fields",
            IssueCode::unknown_field},
        Row{"no_phone_column", [](auto& r) { r.fields[1] = "email"; }, "fields",
            IssueCode::no_phone_field},
        Row{"narrow_row", [](auto& r) { r.values[1].pop_back(); }, "values",
            IssueCode::wrong_width},
        Row{"wide_row", [](auto& r) { r.values[1].push_back("x"); }, "values",
            IssueCode::wrong_width},
        Row{"not_e164", [](auto& r) { r.values[2][1] = "(555) 222-3333"; }, "values",
            IssueCode::invalid_phone_number},
        Row{"no_number", [](auto& r) { r.values[2][1] = ""; }, "values", IssueCode::no_phone_field},
        Row{"blank_number",
            [](auto& r) {
              r.fields = {"phone", "phone"};
              r.values = {{"+15552223333", " "}};
            },
            "values", IssueCode::invalid_phone_number},
        Row{"blank_number_with_region",
            [](auto& r) {
              r.region = "US";
              r.values[2][1] = " ";
            },
            "values", IssueCode::invalid_phone_number},
        Row{"line_break_in_a_number_with_region",
            [](auto& r) {
              r.region = "US";
              r.values[2][1] = "555-222\n3333";
            },
            "values", IssueCode::invalid_phone_number},
        Row{"control_character", [](auto& r) { r.values[0][0] = std::string("a\0b", 3); }, "values",
            IssueCode::control_character},
        Row{"repeated_column",
            [](auto& r) {
              r.fields = {"phone", "email", "email"};
              r.values = {{"+15552223333", "", ""}};
            },
            "fields", IssueCode::invalid_value},
        Row{"no_number_with_region",
            [](auto& r) {
              r.region = "US";
              r.values[2][1] = "";
            },
            "values", IssueCode::no_phone_field},
        Row{"not_utf8", [](auto& r) { r.values[0][0] = "Ren\xE9"; }, "values",
            IssueCode::invalid_utf8},
        Row{"region", [](auto& r) { r.region = "USA"; }, "region", IssueCode::invalid_value},
        Row{"small_region", [](auto& r) { r.region = "us"; }, "region", IssueCode::invalid_value},
        Row{"empty_region", [](auto& r) { r.region = ""; }, "region", IssueCode::invalid_value}),
    support::rule_name);

TEST(Contacts, GoodRowsHaveNoIssue) {
  ContactRows rows = good_contacts(2);
  EXPECT_EQ(to_string(validate(rows)), "");
  rows.region = "US";
  rows.values[1][1] = "555-222-3333";  // left to the service, which knows the region
  EXPECT_EQ(to_string(validate(rows)), "");
  rows.fields = {"phone", "phone"};  // several numbers, not all of them there
  rows.values = {{"+15552223333", ""}, {"", "+15552223334"}};
  rows.region.reset();
  EXPECT_EQ(to_string(validate(rows)), "");
}

TEST(Contacts, NamesTheRowAndNeverTheValue) {
  ContactRows rows = good_contacts(20);
  rows.values[17][1] = "4045550199";
  const std::string text = to_string(validate(rows));
  EXPECT_THAT(text, HasSubstr("row 17, column 1: must be in E.164 form"));
  EXPECT_EQ(text.find("4045550199"), std::string::npos);
}

TEST(Contacts, TellsAllThatIsWrongWithARow) {
  ContactRows rows;
  rows.fields = {"phone", "phone", "first_name"};
  rows.values = {{"5552223333", "+1555", "Ren\xE9"}};
  EXPECT_THAT(validate(rows).errors, SizeIs(3));
}

TEST(Contacts, TellsTheFirstHundredFaultyRowsAndHowManyThereAre) {
  ContactRows rows = good_contacts(1000);
  for (auto& row : rows.values) row.pop_back();
  const Validation found = validate(rows);
  ASSERT_THAT(found.errors, SizeIs(101));
  EXPECT_THAT(found.errors.back().message, HasSubstr("1000 rows"));
}

// ---- The calls ----

class AppendContacts : public support::ClientOverFakes {
 protected:
  void answer_all(std::size_t accepted) {
    answer(200, json{{"accepted_count", accepted}, {"rejected", json::array()}}.dump());
  }
  json sent(std::size_t index) const { return json::parse(transport->requests().at(index).body); }
};

TEST_F(AppendContacts, SendsTheRows) {
  answer_all(2);
  ContactRows rows = good_contacts(2);
  rows.region = "US";
  const AppendReport report = client().append_contacts("l/1", rows);
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.accepted_count, 2U);
  EXPECT_EQ(report.answered, (RowRange{0, 2}));
  EXPECT_THAT(report.issues, IsEmpty());
  EXPECT_EQ(transport->requests().at(0).url, "https://api.dropcowboy.com/v1/list/l%2F1/contacts");
  EXPECT_EQ(sent(0), json::parse(R"({"fields": ["first_name", "phone"], "region": "US",
      "values": [["Contact 0", "+15552000000"], ["Contact 1", "+15552000001"]]})"));
}

TEST_F(AppendContacts, NoRowsNeedNoCall) {
  const AppendReport report = client().append_contacts("l-1", good_contacts(0));
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(AppendContacts, SplitsAndKeepsTheCallersIndexes) {
  answer(200, R"({"accepted_count":9999,"rejected":[{"index":9,"reason":"Internal DNC"}]})");
  answer(200, R"({"accepted_count":9998,"rejected":[{"index":0,"reason":"a"},
                  {"index":9999,"reason":{"code":1}}]})");
  answer_all(1);
  std::vector<std::size_t> progress;
  AppendOptions options;
  options.on_progress = [&](const AppendProgress& now) {
    progress.push_back(now.rows_done);
    EXPECT_EQ(now.rows_total, 20'001U);
  };
  const AppendReport report = client().append_contacts("l-1", good_contacts(20'001), options);
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_THAT(progress, ElementsAre(10'000U, 20'000U, 20'001U));
  EXPECT_EQ(report.accepted_count, 19'998U);
  ASSERT_THAT(report.rejected, SizeIs(3));
  EXPECT_EQ(report.rejected[0].index, 9U);
  EXPECT_EQ(report.rejected[0].reason, "Internal DNC");
  EXPECT_EQ(report.rejected[1].index, 10'000U);
  EXPECT_EQ(report.rejected[2].index, 19'999U);
  EXPECT_EQ(report.rejected[2].reason, R"({"code":1})");
  EXPECT_EQ(report.answered, (RowRange{0, 20'001}));
  EXPECT_TRUE(report.unknown.empty());
  EXPECT_TRUE(report.not_added.empty());
  EXPECT_THAT(report.issues, IsEmpty());
  ASSERT_THAT(transport->requests(), SizeIs(3));
  EXPECT_THAT(sent(0)["values"], SizeIs(10'000));
  EXPECT_EQ(sent(1)["values"][0][0], "Contact 10000");
  EXPECT_EQ(sent(2)["values"][0][0], "Contact 20000");
}

TEST_F(AppendContacts, AFaultyRowStopsAllOfThem) {
  ContactRows rows = good_contacts(15'000);
  rows.values[14'000][1] = "5552223333";
  const AppendReport report = client().append_contacts("l-1", rows);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::invalid_request);
  EXPECT_EQ(report.not_added, (RowRange{0, 15'000}));
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(AppendContacts, ChecksItsOtherArguments) {
  AppendOptions options;
  options.rows_per_call = 10'001;
  const AppendReport report = client().append_contacts("..", good_contacts(1), options);
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.error->issues, SizeIs(2));
  EXPECT_EQ(report.not_added, (RowRange{0, 1}));
}

class AppendThatStops : public AppendContacts {
 protected:
  /// Ten rows in calls of four, of which the first goes well.
  AppendReport append() {
    AppendOptions options;
    options.rows_per_call = 4;
    return client().append_contacts("l-1", good_contacts(10), options);
  }
};

TEST_F(AppendThatStops, SaysWhichRowsAreUnknown) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;  // is about messages
  answer_all(4);
  break_off();
  const AppendReport report = append();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->outcome, Outcome::unknown);
  EXPECT_THAT(report.error->message, HasSubstr("compare the list's contact_count"));
  EXPECT_EQ(report.answered, (RowRange{0, 4}));
  EXPECT_EQ(report.unknown, (RowRange{4, 4}));
  EXPECT_EQ(report.not_added, (RowRange{8, 2}));
  EXPECT_THAT(transport->requests(), SizeIs(2)) << "an append was repeated";
}

TEST_F(AppendThatStops, SaysWhichRowsWereRefused) {
  answer_all(4);
  answer(404, R"({"message":"no list"})");
  const AppendReport report = append();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->outcome, Outcome::rejected);
  EXPECT_EQ(report.accepted_count, 4U);
  EXPECT_EQ(report.answered, (RowRange{0, 4}));
  EXPECT_TRUE(report.unknown.empty());
  EXPECT_EQ(report.not_added, (RowRange{4, 6}));
}

TEST_F(AppendThatStops, TakesAnUnclearAnswerForUnknown) {
  for (const char* body :
       {"", "{}", "[]", "OK", R"({"accepted_count":"4"})", R"({"accepted_count":-1})", "<html>",
        // These do not account for each of the four rows.
        R"({"accepted_count":0})", R"({"accepted_count":99})", R"({"accepted_count":3})",
        R"({"accepted_count":3,"rejected":"one"})",
        R"({"accepted_count":3,"rejected":[{"index":4}]})",
        R"({"accepted_count":4,"rejected":[{"index":0}]})",
        R"({"accepted_count":2,"rejected":[{"index":1},{"index":1}]})",
        R"({"accepted_count":18446744073709551615,"rejected":[{"index":0}]})",
        R"({"accepted_count":4,"status":"error"})"}) {
    answer(200, body);
    const AppendReport report = append();
    ASSERT_FALSE(report.ok()) << body;
    EXPECT_EQ(report.error->kind, ErrorKind::bad_response) << body;
    EXPECT_EQ(report.unknown, (RowRange{0, 4})) << body;
    EXPECT_EQ(report.not_added, (RowRange{4, 6})) << body;
    EXPECT_EQ(report.accepted_count, 0U) << body;
    EXPECT_THAT(report.rejected, IsEmpty()) << body;
  }
}

TEST_F(AppendThatStops, SaysWhatDidNotAddUp) {
  answer_all(4);
  answer(200, R"({"accepted_count":1,"request_id":"r-9"})");
  const AppendReport report = append();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.answered, (RowRange{0, 4}));
  EXPECT_EQ(report.unknown, (RowRange{4, 4}));
  EXPECT_THAT(report.error->message, HasSubstr("each of rows 4 to 7. The rows may have been"));
  EXPECT_THAT(report.error->body, HasSubstr("r-9"));
  EXPECT_THAT(report.error->attempts, SizeIs(1));
}

TEST_F(AppendThatStops, TakesAWordForNoAsOne) {
  answer(200, R"({"accepted_count":0,"status":"error","message":"the list is locked"})");
  const AppendReport report = append();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->outcome, Outcome::rejected);
  EXPECT_EQ(report.not_added, (RowRange{0, 10}));
}

TEST_F(AppendThatStops, GoesOnAfterWhatNeverLeft) {
  answer_all(4);
  transport->then(support::FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  answer_all(4);
  answer_all(2);
  EXPECT_TRUE(append().ok());
  EXPECT_THAT(transport->requests(), SizeIs(4));
}

TEST_F(AppendThatStops, WhenItIsCancelled) {
  answer_all(4);
  AppendOptions options;
  options.rows_per_call = 4;
  options.cancel = CancelToken();
  options.on_progress = [&](const AppendProgress&) { options.cancel.cancel(); };
  const AppendReport report = client().append_contacts("l-1", good_contacts(10), options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::cancelled);
  EXPECT_EQ(report.answered, (RowRange{0, 4}));
  EXPECT_TRUE(report.unknown.empty());
  EXPECT_EQ(report.not_added, (RowRange{4, 6}));
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(AppendThatStops, WhenItIsCancelledUnderWay) {
  answer_all(4);
  AppendOptions options;
  options.rows_per_call = 4;
  options.cancel = CancelToken();
  transport->then([&](const HttpRequest&, const CancelToken& cancel) {
    options.cancel.cancel();
    EXPECT_TRUE(cancel.cancelled());
    return support::FakeTransport::failure(Wire::maybe_sent, TransportFailure::cancelled);
  });
  const AppendReport report = client().append_contacts("l-1", good_contacts(10), options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::cancelled);
  EXPECT_EQ(report.unknown, (RowRange{4, 4}));
  EXPECT_EQ(report.not_added, (RowRange{8, 2}));
}

TEST_F(AppendThatStops, WhenACallReachesItsOwnDeadline) {
  transport->then([this](const HttpRequest& request, const CancelToken&) {
    EXPECT_EQ(request.timeout, std::chrono::seconds(2));
    runtime->advance(std::chrono::seconds(2));
    return support::FakeTransport::failure(Wire::maybe_sent, TransportFailure::timeout);
  });
  AppendOptions options;
  options.total_timeout = std::chrono::seconds(2);
  const AppendReport report = client().append_contacts("l-1", good_contacts(1), options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::timeout);
  EXPECT_EQ(report.unknown, (RowRange{0, 1}));
}

TEST_F(AppendContacts, MayBeAnsweredAtLength) {
  const std::string reason(200, 'x');
  json rejected = json::array();
  for (int i = 0; i < 10'000; ++i) rejected.push_back({{"index", i}, {"reason", reason}});
  transport->then([&](const HttpRequest& request, const CancelToken&) {
    const std::string body = json{{"accepted_count", 0}, {"rejected", rejected}}.dump();
    EXPECT_GT(request.max_response_bytes, body.size());
    return support::FakeTransport::answer(200, body);
  });
  const AppendReport report = client().append_contacts("l-1", good_contacts(10'000));
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.rejected, SizeIs(10'000));
}

TEST_F(AppendContacts, GivesEachCallTheWholeDeadline) {
  base_options.total_timeout = std::chrono::seconds(10);
  for (int i = 0; i < 4; ++i) {
    transport->then([this](const HttpRequest&, const CancelToken&) {
      runtime->advance(std::chrono::seconds(7));
      return support::FakeTransport::answer(200, R"({"accepted_count":1,"rejected":[]})");
    });
  }
  AppendOptions options;
  options.rows_per_call = 1;
  EXPECT_TRUE(client().append_contacts("l-1", good_contacts(4), options).ok());
}

TEST_F(AppendContacts, UsesWhatItCanOfAnOddAnswer) {
  answer(200, R"({"accepted_count":1,"rejected":[{"index":7},5,{"index":2},{"index":"x"},
                  {"index":1,"reason":"a"},{"index":1,"reason":"b"}]})");
  answer(200, R"({"accepted_count":3,"rejected":"none"})");
  answer(200, R"({"accepted_count":2})");
  const Client keeper = client();
  const AppendReport odd = keeper.append_contacts("l-1", good_contacts(3));
  EXPECT_TRUE(odd.ok());
  ASSERT_THAT(odd.rejected, SizeIs(2));  // in order, each row once
  EXPECT_EQ(odd.rejected[0].index, 1U);
  EXPECT_EQ(odd.rejected[0].reason, "a");
  EXPECT_EQ(odd.rejected[1].index, 2U);
  ASSERT_THAT(odd.issues, SizeIs(3));  // the row 7, and two elements
  EXPECT_THAT(odd.issues[0].message, HasSubstr("rows 0 to 2"));
  const AppendReport mistyped = keeper.append_contacts("l-1", good_contacts(3));
  EXPECT_TRUE(mistyped.ok());
  EXPECT_THAT(mistyped.issues, SizeIs(1));
  EXPECT_THAT(keeper.append_contacts("l-1", good_contacts(2)).issues, IsEmpty());
}

TEST_F(AppendContacts, AListenerThatThrowsChangesNothing) {
  answer_all(2);
  AppendOptions options;
  options.on_progress = [](const AppendProgress&) { throw 5; };
  EXPECT_TRUE(client().append_contacts("l-1", good_contacts(2), options).ok());
}

}  // namespace
}  // namespace dropcowboy
