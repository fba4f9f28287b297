// What makes a message the same one, and who may be sent to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;

class OutboxContent : public support::WithOutbox {
 protected:
  /// The digest that stands in the file.
  std::string stored_digest() const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    std::string digest;
    sqlite3_exec(
        database, "SELECT content FROM message",
        [](void* into, int, char** values, char**) {
          *static_cast<std::string*>(into) = values[0];
          return 0;
        },
        &digest, nullptr);
    sqlite3_close(database);
    return digest;
  }
};

// If one of these two fails, messages that an older version stored are taken for others: adding
// them again becomes an error. The way a request is written may then not be changed, or the digest
// has to be made of something else.
TEST_F(OutboxContent, TheDigestIsThatOfEarlierVersions) {
  const Outbox box = open();
  Entry one;
  one.request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  one.request.phone_number = "+15550010001";
  one.request.voice_id = "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7";
  one.request.tts_body = "Hi \"Joe\",\nit's Acm\u00e9 / 5\u20ac";
  one.request.forwarding_number = "+15557654321";
  one.request.caller_id = "+15557654322";
  one.request.byoc = R"({"b": 1.50, "a": [1,2]})";
  one.request.foreign_id = "order-17";
  one.request.privacy = Privacy::full;
  one.request.postal_code = "02101";
  one.request.callback_url = "https://hooks.acme.test/results";
  one.request.use_default_route = true;
  one.request.extra_json = R"({"z": 12345678901234567890123})";
  ASSERT_TRUE(box.add({one}));
  EXPECT_EQ(stored_digest(), "iAoOz1XjNXm5fqMkXt0QUg");
}

TEST_F(OutboxContent, TheRequestIsWrittenAsInEarlierVersions) {
  EXPECT_EQ(
      to_json(entry("order-17").request),
      R"({"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010001","foreign_id":"order-17",)"
      R"("recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"})");
}

TEST_F(OutboxContent, TheSameWithOtherTimesKeepsTheFirstOnes) {
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

TEST_F(OutboxContent, ARepeatableIdIsAlwaysTheSame) {
  EXPECT_EQ(repeatable_id("spring-2026", "+15550010001").value(),
            "spring-2026-QhQQN0PaB1gVJTZwSTeRMg");
  EXPECT_NE(repeatable_id("spring-2026", "+15550010002").value(),
            repeatable_id("spring-2026", "+15550010001").value());
  EXPECT_NE(repeatable_id("a", "bc").value().substr(1), repeatable_id("ab", "c").value().substr(2));
  const std::string longest(100, 'x');
  EXPECT_TRUE(open().add({entry(repeatable_id(longest, "1").value())}));
}

TEST_F(OutboxContent, ARepeatableIdNeedsABatchAndAKey) {
  for (const auto& [batch, key] : {std::pair<std::string, std::string>{"", "1"},
                                   {" ", "1"},
                                   {std::string(101, 'x'), "1"},
                                   {"a\nb", "1"},
                                   {"\xFF", "1"},
                                   {"a", ""}}) {
    const auto id = repeatable_id(batch, key);
    ASSERT_FALSE(id) << batch;
    EXPECT_EQ(id.error().kind, ErrorKind::invalid_request);
    EXPECT_EQ(id.error().issues.size(), 1U);
  }
}

TEST_F(OutboxContent, TheWordThatCountsIsTold) {
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

// ---- Results that may be wrong ----

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

}  // namespace
}  // namespace dropcowboy::outbox
