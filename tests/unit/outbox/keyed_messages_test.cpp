// Whose keyed messages they are, which is which, and what people do with them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/keyed_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

using OutboxKeyedMessages = support::WithKeyedOutbox;

// ---- Whose messages, and which ----

TEST_F(OutboxKeyedMessages, TheClientMustSayThatItIsOfTheSameTeam) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  for (const char* team : {"", "team-2"}) {
    v2::ClientOptions other = keyed_options();
    other.team_id = team;
    const RunReport report = box.run(v2::Client(other), until_idle());
    ASSERT_FALSE(report.ok()) << team;
    EXPECT_EQ(report.error->kind, ErrorKind::configuration);
    EXPECT_THAT(report.error->message, HasSubstr("team-1"));
    EXPECT_THAT(report.error->message, HasSubstr("team_id"));
    EXPECT_FALSE(box.run(client(), v2::Client(other), until_idle()).ok());
  }
  EXPECT_EQ(requests(), 0U);
}

TEST_F(OutboxKeyedMessages, ItNeedsTheNumberByWhichConsentGoes) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry("a");
  entry.request.to.reset();
  entry.request.contact_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  const auto refused = box.add_keyed({keyed_entry("good"), entry});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_request);
  ASSERT_THAT(refused.error().issues, SizeIs(1));
  EXPECT_EQ(refused.error().issues[0].field, "to");
  EXPECT_THAT(refused.error().issues[0].message, HasSubstr("entry 1"));
  EXPECT_TRUE(box.list({}).value().messages.empty()) << "all or none";
}

TEST_F(OutboxKeyedMessages, WhatValidateFindsIsRefused) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry(std::string(201, 'x'));
  entry.request.media_id.reset();
  const auto refused = box.add_keyed({entry});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().issues, SizeIs(2));
}

TEST_F(OutboxKeyedMessages, OneForeignIdIsOneMessageWhateverItsApi) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  EXPECT_TRUE(box.add_keyed({keyed_entry("a")}).value()[0].was_there);
  EXPECT_FALSE(box.add({entry("a")}));
  add(box, "b");
  EXPECT_FALSE(box.add_keyed({keyed_entry("b")}));
  KeyedEntry other = keyed_entry("a");
  other.request.postal_code = "90211";
  EXPECT_FALSE(box.add_keyed({other}));
}

TEST_F(OutboxKeyedMessages, AMessageWithoutAnIdIsGivenOne) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry("");
  entry.request.foreign_id.reset();
  const auto added = box.add_keyed({entry}).value();
  EXPECT_EQ(added[0].foreign_id.size(), 36U);
  EXPECT_EQ(box.keyed_request_of(added[0].foreign_id).value().foreign_id, added[0].foreign_id);
}

TEST_F(OutboxKeyedMessages, ItMayWaitForDaysBeforeItIsPrepared) {
  const Outbox box = open_without_consent();
  KeyedEntry later = keyed_entry("a");
  later.not_before = now() + 72h;
  ASSERT_TRUE(box.add_keyed({later}));
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
  EXPECT_EQ(box.status().value().next_due, now() + 72h);
  advance(72h);
  EXPECT_EQ(box.status().value().oldest_due_age, 0ms);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
}

TEST_F(OutboxKeyedMessages, ARequestIsReadAsTheKindThatItIs) {
  const Outbox box = open_without_consent();
  add(box, "plain");
  add_keyed(box, "keyed");
  EXPECT_EQ(box.keyed_request_of("keyed").value(), keyed_entry("keyed").request);
  EXPECT_TRUE(box.request_of("plain"));
  EXPECT_FALSE(box.request_of("keyed"));
  EXPECT_FALSE(box.keyed_request_of("plain"));
}

// ---- People ----

TEST_F(OutboxKeyedMessages, APersonSendsItAgainAsANewMessageUnderANewKey) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  EXPECT_FALSE(box.resend("a", "b", "Ann")) << "it is being repeated";
  advance(72h);
  ASSERT_TRUE(box.resend("a", "b", "Ann"));
  EXPECT_TRUE(find(box, "b").keyed);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(requests(), 2U);
  EXPECT_NE(key(1), key(0));
  EXPECT_EQ(state(box, "a"), State::unknown);
}

TEST_F(OutboxKeyedMessages, WhatIsNotSentYetCanBeCancelledAndReleased) {
  const Outbox box = open();
  add_keyed(box, "a");
  EXPECT_EQ(run_keyed(box).refused, 1U);
  permit(box);
  ASSERT_TRUE(box.release("a"));
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  add_keyed(box, "b");
  ASSERT_TRUE(box.cancel("b"));
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
}

TEST_F(OutboxKeyedMessages, PurgeDeletesKeyAndBytesOfWhatIsSettledOnly) {
  const Outbox box = open_without_consent();
  make_doubtful(box, "doubtful");
  add_keyed(box, "settled");
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  advance(1s);
  EXPECT_EQ(box.purge(now()).value().texts, 1U);
  EXPECT_FALSE(box.keyed_request_of("settled"));
  EXPECT_EQ(by_hand("SELECT count(*) FROM prepared"), "1");
  EXPECT_EQ(run_keyed(box).accepted, 1U) << "the doubtful one";
}

}  // namespace
}  // namespace dropcowboy::outbox
