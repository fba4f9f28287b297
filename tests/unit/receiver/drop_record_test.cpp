#include "dropcowboy/receiver/drop_record.hpp"

#include <gmock/gmock.h>

namespace dropcowboy::receiver {
namespace {

const char* const success = R"({"status":"success"})";
const char* const busy = R"({"status":"failure","reason":"User Busy"})";
const char* const full = R"({"status":"failure","reason":"VoiceMail Full"})";
const char* const dnc = R"({"status":"failure","reason":"No Answer","dnc":true})";
const char* const delivered_dnc = R"({"status":"success","dnc":true})";
const char* const internal_dnc = R"({"status":"failure","reason_code":4016})";
const char* const revoked = R"({"status":"failure","reason":"Opt-in Revoked"})";
const char* const receipt = R"({"status":"queued"})";
const char* const opt_out =
    R"({"event_id":"e","event":"contact.msg.opt_out","event_at":1,"data":{"status":"success"}})";
const char* const inbound =
    R"({"event_id":"e","event":"contact.msg.received","event_at":1,"data":{"status":"success"}})";
const char* const bare_dnc = R"({"dnc":true})";

struct Row {
  const char* name;
  std::vector<const char*> callbacks;
  DropState state;
  Reason reason = Reason::none;
  int contradictions = 0;
  int changes = 1;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class DropRecordTable : public ::testing::TestWithParam<std::tuple<DropState, Row>> {};

TEST_P(DropRecordTable, Folds) {
  const auto& [start, row] = GetParam();
  DropRecord drop;
  drop.state = start;
  int contradictions = 0;
  int changes = 0;
  for (const char* body : row.callbacks) {
    const DropChange change = record(drop, Webhook::parse(body).value());
    contradictions += change.contradiction ? 1 : 0;
    changes += change.changed ? 1 : 0;
    drop = change.drop;
  }
  const DropState expected = row.changes == 0 ? start : row.state;
  EXPECT_EQ(drop.state, expected) << to_string(drop.state);
  EXPECT_EQ(drop.reason, row.reason) << to_string(drop.reason);
  EXPECT_EQ(contradictions, row.contradictions);
  EXPECT_EQ(changes, row.changes);
}

using S = DropState;
using R = Reason;

INSTANTIATE_TEST_SUITE_P(
    Table, DropRecordTable,
    ::testing::Combine(
        ::testing::Values(S::accepted, S::unknown),
        ::testing::Values(
            Row{"nothing", {}, S::unknown, R::none, 0, 0},
            Row{"no_result", {receipt, receipt}, S::unknown, R::none, 0, 0},
            Row{"delivered", {success}, S::delivered},
            Row{"failed", {busy}, S::failed, R::user_busy},
            Row{"result_after_none", {receipt, success}, S::delivered},
            Row{"delivered_twice", {success, success}, S::delivered},
            Row{"failed_twice", {busy, full}, S::failed, R::user_busy},
            Row{"delivered_then_failed", {success, busy}, S::delivered, R::none, 1},
            Row{"failed_then_delivered", {busy, success}, S::failed, R::user_busy, 1},
            Row{"to_and_fro", {success, busy, success, full}, S::delivered, R::none, 2},
            Row{"dnc", {dnc}, S::opted_out, R::no_answer},
            Row{"dnc_without_a_result", {bare_dnc}, S::opted_out},
            Row{"dnc_with_delivery", {delivered_dnc}, S::opted_out},
            Row{"by_code", {internal_dnc}, S::opted_out, R::internal_dnc},
            Row{"by_reason", {revoked}, S::opted_out, R::opt_in_revoked},
            Row{"delivered_then_dnc", {success, dnc}, S::opted_out, R::no_answer, 1, 2},
            Row{"delivered_then_bare_dnc", {success, bare_dnc}, S::opted_out, R::none, 0, 2},
            Row{"failed_then_dnc", {busy, dnc}, S::opted_out, R::no_answer, 0, 2},
            Row{"dnc_then_failed", {dnc, busy}, S::opted_out, R::no_answer},
            Row{"dnc_then_delivered", {dnc, success}, S::opted_out, R::no_answer, 1},
            Row{"bare_dnc_then_delivered", {bare_dnc, success}, S::opted_out, R::none, 0, 2},
            Row{"opt_out_event", {opt_out}, S::opted_out},
            Row{"delivered_then_opt_out_event", {success, opt_out}, S::opted_out, R::none, 0, 2},
            Row{"inbound_event_with_a_status", {inbound}, S::unknown, R::none, 0, 0},
            Row{"dnc_twice", {dnc, revoked}, S::opted_out, R::no_answer})),
    [](const auto& row) {
      return std::string(to_string(std::get<0>(row.param))) + "_" + std::get<1>(row.param).name;
    });

// Whoever stores the state alone loses no more than the reason.
TEST(DropRecord, KeepsTheFirstResultThoughOnlyTheStateWasStored) {
  const std::pair<DropState, const char*> rows[] = {{S::delivered, busy}, {S::failed, success}};
  for (const auto& [state, other] : rows) {
    DropRecord stored;
    stored.state = state;
    const DropChange change = record(stored, Webhook::parse(other).value());
    EXPECT_EQ(change.drop.state, state);
    EXPECT_TRUE(change.contradiction);
    EXPECT_FALSE(change.changed);
    EXPECT_EQ(record(stored, Webhook::parse(dnc).value()).drop.state, S::opted_out);
  }
}

TEST(DropState, HasNames) {
  EXPECT_EQ(to_string(S::accepted), "accepted");
  EXPECT_EQ(to_string(S::unknown), "unknown");
  EXPECT_EQ(to_string(S::delivered), "delivered");
  EXPECT_EQ(to_string(S::failed), "failed");
  EXPECT_EQ(to_string(S::opted_out), "opted_out");
}

TEST(DropRecord, IsOverdueAfterThreeDaysOfSilence) {
  using std::chrono::hours;
  using std::chrono::seconds;
  for (const DropState open : {DropState::accepted, DropState::unknown}) {
    DropRecord drop;
    drop.state = open;
    EXPECT_FALSE(is_overdue(drop, hours(72)));
    EXPECT_TRUE(is_overdue(drop, hours(72) + seconds(1)));
    EXPECT_TRUE(is_overdue(drop, hours(2), hours(1)));
    const DropRecord spoken = record(drop, Webhook::parse(busy).value()).drop;
    EXPECT_FALSE(is_overdue(spoken, hours(1'000)));
    const DropRecord silent = record(drop, Webhook::parse(receipt).value()).drop;
    EXPECT_TRUE(is_overdue(silent, hours(1'000))) << "that it was queued is no result";
  }
  for (const DropState closed : {DropState::delivered, DropState::failed, DropState::opted_out}) {
    DropRecord drop;
    drop.state = closed;
    EXPECT_FALSE(is_overdue(drop, hours(1'000))) << to_string(closed);
  }
}

}  // namespace
}  // namespace dropcowboy::receiver
