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

}  // namespace
}  // namespace dropcowboy::outbox
