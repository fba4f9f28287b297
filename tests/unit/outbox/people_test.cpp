// What people and callbacks do to messages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;
using testing::HasSubstr;

class OutboxPeople : public support::WithOutbox {
 protected:
  /// A message whose outcome is unknown.
  void make_unknown(const Outbox& box, const std::string& id) {
    add(box, id);
    transport_->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted));
    run(box);
    ASSERT_EQ(state(box, id), State::unknown);
  }
  template <class Value>
  static void expect_refused(const Result<Value>& result, const std::string& words) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_request) << result.error();
    EXPECT_EQ(result.error().outcome, Outcome::not_sent);
    EXPECT_THAT(to_string(result.error()), HasSubstr(words));
  }
};

using OutboxAdd = OutboxPeople;

TEST_F(OutboxPeople, ANoWinsWhateverTheClocksSay) {
  const Outbox box = open();
  ASSERT_TRUE(box.permit({{"+15550010001", true, now() + std::chrono::minutes(4), "web form"}}));
  add(box, "a");
  ASSERT_TRUE(box.permit({{"+15550010001", false, {}, "a call"}}));
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_THAT(transport_->requests(), ::testing::IsEmpty());
}

TEST_F(OutboxPeople, AnOptOutWinsWhateverTheClocksSay) {
  const Outbox box = open();
  ASSERT_TRUE(box.permit({{"+15550010001", true, now() + std::chrono::minutes(4), "web form"}}));
  add(box, "a");
  EXPECT_EQ(run(box).accepted, 1U);
  ASSERT_TRUE(box.record(callback("a", DropStatus::failure, true)));
  add(box, "b");
  EXPECT_EQ(run(box).refused, 1U);
}

TEST_F(OutboxPeople, AResendKeepsItsTimes) {
  const Outbox box = open_without_consent();
  Entry one = entry("a");
  one.expires = now() + std::chrono::hours(80);
  ASSERT_TRUE(box.add({one}));
  transport_->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted));
  run(box);
  advance(std::chrono::hours(81));
  ASSERT_TRUE(box.resend("a", "again", "Ann"));
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(OutboxAdd, TwiceIsOnce) {
  const Outbox box = open();
  EXPECT_FALSE(box.add({entry("a")}).value()[0].was_there);
  EXPECT_TRUE(box.add({entry("a")}).value()[0].was_there);
  EXPECT_EQ(box.status().value().count(State::ready), 1U);
}

TEST_F(OutboxAdd, TheSameIdWithAnotherContentAddsNothing) {
  const Outbox box = open();
  add(box, "a");
  Entry other = entry("a");
  other.request.postal_code = "02101";
  expect_refused(box.add({entry("b"), other}), "another content");
  EXPECT_EQ(box.status().value().count(State::ready), 1U);
}

TEST_F(OutboxAdd, NamesEverythingThatIsWrong) {
  const Outbox box = open();
  Entry wrong = entry("a");
  wrong.request.phone_number = "5";
  const auto refused = box.add({entry(std::string(201, 'x')), entry("good"), wrong});
  expect_refused(refused, "(entry 0)");
  EXPECT_EQ(refused.error().issues.size(), 2U);
  EXPECT_THAT(to_string(refused.error()), HasSubstr("(entry 2)"));
  EXPECT_EQ(box.status().value().count(State::ready), 0U);
}

TEST_F(OutboxAdd, GivesIdsAndKeepsTheRequest) {
  const Outbox box = open();
  Entry without = entry("a");
  without.request.foreign_id.reset();
  without.request.postal_code = "02101";
  const auto added = box.add({without}).value();
  ASSERT_EQ(added[0].foreign_id.size(), 36U);
  without.request.foreign_id = added[0].foreign_id;
  EXPECT_EQ(box.request_of(added[0].foreign_id).value(), without.request);
}

TEST_F(OutboxAdd, ManyThreadsShareCommits) {
  const Outbox box = open();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        add(box, std::to_string(thread) + "-" + std::to_string(i));
        if (i % 5 != 0) continue;
        EXPECT_FALSE(box.cancel("nobody"));  // its part is undone alone
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Status status = box.status().value();
  EXPECT_EQ(status.count(State::ready), 200U);
  EXPECT_EQ(status.commit_requests, 240U);
  EXPECT_LE(status.commits, 240U);
  EXPECT_TRUE(box.check_file().value().ok());
}

TEST_F(OutboxPeople, PermissionsAreChecked) {
  const Outbox box = open();
  Permission wrong;
  wrong.phone_number = "5";
  wrong.allowed = true;
  wrong.at = now() + 1h;
  const auto refused = box.permit({wrong});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().issues.size(), 3U);
}

TEST_F(OutboxPeople, CancelledIsNeverSent) {
  const Outbox box = open_without_consent();
  add(box, "a");
  ASSERT_TRUE(box.cancel("a"));
  EXPECT_EQ(run(box).handed_over, 0U);
  expect_refused(box.cancel("a"), "it is cancelled");
  expect_refused(box.release("a"), "it is cancelled");
  expect_refused(box.cancel("b"), "no such message");
}

TEST_F(OutboxPeople, UnknownIsSentAgainAfter72HoursByAPersonAndOnce) {
  const Outbox box = open_without_consent();
  make_unknown(box, "a");
  advance(72h - 1ms);
  expect_refused(box.resend("a", "a2", "Ann"), "72 hours");
  advance(1ms);
  EXPECT_EQ(box.status().value().unknown_past_72_hours, 1U);
  expect_refused(box.resend("a", "a2", " "), "who decided");
  expect_refused(box.resend("a", "a", "Ann"), "with this id");
  EXPECT_EQ(box.resend("a", "a2", "Ann").value().foreign_id, "a2");
  expect_refused(box.resend("a", "a3", "Ann"), "already");
  const Message again = find(box, "a2");
  EXPECT_EQ(again.resend_of, "a");
  EXPECT_EQ(again.resent_by, "Ann");
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(state(box, "a"), State::unknown);
  expect_refused(box.resend("a2", "a4", "Ann"), "only a message that failed");
}

TEST_F(OutboxPeople, AResendIsOneMoreAttempt) {
  Options strict = options();
  strict.policy.require_consent = false;
  strict.policy.limits = {{1, 24h * 7}};
  const Outbox box = Outbox::open(std::move(strict)).value();
  make_unknown(box, "a");
  advance(72h);
  ASSERT_TRUE(box.resend("a", "a2", "Ann"));
  EXPECT_EQ(run(box).postponed, 1U);
}

TEST_F(OutboxPeople, PurgeDeletesTextsOfWhatIsSettledAndNothingElse) {
  const Outbox box = open_without_consent();
  make_unknown(box, "unknown");
  add(box, "sent");
  run(box);
  add(box, "ready");
  advance(1h);
  EXPECT_EQ(box.purge(now()).value().texts, 1U);
  EXPECT_FALSE(box.request_of("sent"));
  EXPECT_TRUE(box.request_of("unknown"));
  EXPECT_TRUE(box.request_of("ready"));
  EXPECT_EQ(state(box, "sent"), State::accepted);
  EXPECT_TRUE(box.add({entry("sent")}).value()[0].was_there);  // still known
}

TEST_F(OutboxPeople, ListsPageByPage) {
  const Outbox box = open();
  for (int i = 0; i < 25; ++i) add(box, "m" + std::to_string(i));
  Query query;
  query.limit = 10;
  std::vector<std::string> ids;
  for (int pages = 1;; ++pages) {
    const Page page = box.list(query).value();
    for (const Message& message : page.messages) ids.push_back(message.foreign_id);
    if (!page.next) {
      EXPECT_EQ(pages, 3);
      break;
    }
    query.after = *page.next;
  }
  EXPECT_EQ(ids.size(), 25U);
  EXPECT_EQ(ids[24], "m24");
  query = {};
  query.state = State::held;
  EXPECT_TRUE(box.list(query).value().messages.empty());
  query.state = State::ready;
  query.older_than = 1s;
  EXPECT_TRUE(box.list(query).value().messages.empty());
  advance(2s);
  EXPECT_EQ(box.list(query).value().messages.size(), 25U);
}

// ---- Callbacks ----

using OutboxRecord = OutboxPeople;

TEST_F(OutboxRecord, ResolvesWhatIsUnknown) {
  const Outbox box = open_without_consent();
  make_unknown(box, "a");
  const Recorded recorded = box.record(callback("a", DropStatus::success)).value();
  EXPECT_TRUE(recorded.matched && recorded.changed);
  EXPECT_EQ(state(box, "a"), State::delivered);
  EXPECT_EQ(find(box, "a").drop_id, "drop-1");
}

TEST_F(OutboxRecord, TwiceIsOnce) {
  const Outbox box = open_without_consent();
  make_unknown(box, "a");
  ASSERT_TRUE(box.record(callback("a", DropStatus::failure)));
  EXPECT_FALSE(box.record(callback("a", DropStatus::failure)).value().changed);
  EXPECT_EQ(find(box, "a").reason, Reason::no_answer);
}

TEST_F(OutboxRecord, AContradictionIsToldAndTheFirstResultStays) {
  const Outbox box = open_without_consent();
  make_unknown(box, "a");
  ASSERT_TRUE(box.record(callback("a", DropStatus::success)));
  EXPECT_TRUE(box.record(callback("a", DropStatus::failure)).value().contradiction);
  EXPECT_EQ(state(box, "a"), State::delivered);
  EXPECT_EQ(box.status().value().callbacks_contradictory, 1U);
}

TEST_F(OutboxRecord, AnOptOutWinsAndHoldsForWhatWaits) {
  const Outbox box = open();
  permit(box);
  add(box, "a");
  run(box);
  add(box, "b");
  const Recorded recorded = box.record(callback("a", DropStatus::failure, true)).value();
  EXPECT_TRUE(recorded.opted_out);
  EXPECT_EQ(state(box, "a"), State::opted_out);
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_EQ(find(box, "b").refusal, Refusal::forbidden);
  advance(24h * 365 * 10);  // it is never forgotten
  ASSERT_TRUE(box.release("b"));
  EXPECT_EQ(run(box).refused, 1U);
}

TEST_F(OutboxRecord, AnOptOutWithoutAMessageHoldsForItsNumber) {
  const Outbox box = open_without_consent();
  add(box, "a");
  const Recorded recorded = box.record(callback("elsewhere", DropStatus::other, true)).value();
  EXPECT_FALSE(recorded.matched);
  EXPECT_TRUE(recorded.opted_out);
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_EQ(box.status().value().callbacks_unmatched, 1U);
}

TEST_F(OutboxRecord, MayOvertakeTheAnswer) {
  const Outbox box = open_without_consent();
  add(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().changed);
    return FakeTransport::answer(200, R"({"status":"queued"})");
  });
  EXPECT_TRUE(run(box).ok());
  EXPECT_EQ(state(box, "a"), State::delivered);
}

TEST_F(OutboxRecord, OvertakingWinsOverAProofThatNothingWasSent) {
  const Outbox box = open_without_consent();
  add(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    EXPECT_TRUE(box.record(callback("a", DropStatus::success)));
    return FakeTransport::answer(429);
  });
  EXPECT_TRUE(run(box).ok());
  EXPECT_EQ(state(box, "a"), State::delivered);
  advance(1h);
  EXPECT_EQ(run(box).handed_over, 0U);
}

}  // namespace
}  // namespace dropcowboy::outbox
