// Results that may be wrong, and words that count.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;

class OutboxDoubt : public support::WithOutbox {
 protected:
  void send(const Outbox& box, const std::string& id) {
    add(box, id);
    ASSERT_EQ(run(box).accepted, 1U);
  }
  static void expect_refused(const Result<Added>& result, const std::string& words) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_request);
    EXPECT_THAT(to_string(result.error()), testing::HasSubstr(words));
  }
};

TEST_F(OutboxDoubt, WhatOneCallbackSaysWasDeliveredIsNotSentAgain) {
  const Outbox box = open_without_consent();
  send(box, "a");
  ASSERT_TRUE(box.record(callback("a", DropStatus::failure)));
  EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().contradiction);
  EXPECT_EQ(state(box, "a"), State::failed);
  EXPECT_THAT(find(box, "a").note, testing::HasSubstr("contradict"));
  advance(24h * 365);
  expect_refused(box.resend("a", "a2", "Ann"), "one callback said that it was delivered");
}

TEST_F(OutboxDoubt, AFailureThatNobodyVouchesForWaitsLikeAnUnknownOutcome) {
  const Outbox box = open_without_consent();
  send(box, "a");
  ASSERT_TRUE(box.record(callback("a", DropStatus::failure, false, receiver::Authenticity::none)));
  EXPECT_EQ(state(box, "a"), State::failed);
  advance(72h - 1ms);
  expect_refused(box.resend("a", "a2", "Ann"), "nobody vouches");
  advance(1ms);
  EXPECT_TRUE(box.resend("a", "a2", "Ann"));
}

TEST_F(OutboxDoubt, AnAuthenticCallbackThatSaysTheSameEndsTheWait) {
  const Outbox box = open_without_consent();
  send(box, "a");
  const auto forged = callback("a", DropStatus::failure, false, receiver::Authenticity::none);
  ASSERT_TRUE(box.record(forged));
  ASSERT_TRUE(box.record(callback("a", DropStatus::failure)));
  EXPECT_EQ(find(box, "a").note, "");
  ASSERT_TRUE(box.record(forged));
  EXPECT_EQ(find(box, "a").note, "") << "it proves nothing, either way";
  EXPECT_TRUE(box.resend("a", "a2", "Ann"));
}

TEST_F(OutboxDoubt, TheSameWithOtherTimesKeepsTheFirstOnes) {
  const Outbox box = open_without_consent();
  Entry one = entry("a");
  one.not_before = now() + 1h;
  one.expires = now() + 2h;
  ASSERT_TRUE(box.add({one}));
  one.not_before.reset();
  one.expires.reset();
  EXPECT_TRUE(box.add({one}).value()[0].was_there);
  EXPECT_EQ(find(box, "a").due, now() + 1h);
  EXPECT_EQ(find(box, "a").expires, now() + 2h);
}

TEST_F(OutboxDoubt, TheWordThatCountsIsTold) {
  const Outbox box = open();
  const std::string number = "+15550010001";
  EXPECT_FALSE(box.permission_of(number).value());
  ASSERT_TRUE(box.permit({{number, true, now() - 2h, "form", "crm/1"}}));
  ASSERT_TRUE(box.permit({{number, true, now() - 1h, "second form"}}));
  const Permission yes = *box.permission_of(number).value();
  EXPECT_TRUE(yes.allowed);
  EXPECT_EQ(yes.phone_number, number);
  EXPECT_EQ(yes.at, now() - 1h);
  EXPECT_EQ(yes.source, "second form");
  permit(box, number, false);
  EXPECT_FALSE(box.permission_of(number).value()->allowed);
  EXPECT_FALSE(box.permission_of("+15550010002").value());
}

}  // namespace
}  // namespace dropcowboy::outbox
