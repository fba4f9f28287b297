#include "dropcowboy/receiver/callback_signer.hpp"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "support/callbacks.hpp"
#include "support/copied_secrets.hpp"

namespace dropcowboy::receiver {
namespace {

using support::new_key;
using support::old_key;
using support::signer;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* number = "+15550010001";

std::string tag(const CallbackSigner& by, const std::string& id,
                const std::string& phone_number = number, const std::string& team = "team-1") {
  return by.tag({team, id, phone_number}).value();
}

/// Not `none` if the id is refused.
TagFault fault_of(const CallbackSigner& by, const std::string& wire_id,
                  const std::string& phone_number = number) {
  TagFault fault = TagFault::wrong_tag;
  const auto id = by.authenticate(wire_id, phone_number, &fault);
  EXPECT_EQ(id.has_value(), fault == TagFault::none);
  return fault;
}

TEST(CallbackSigner, MakesTheTagThatItsDocumentationDescribes) {
  // Computed with another program's HMAC.
  const CallbackSigner by("team", {{"k1", std::string(32, 'a')}});
  EXPECT_EQ(tag(by, "order-17", number, "team"), "order-17.k1.00s0z9e-JT_li_mTwf8geg");
}

TEST(CallbackSigner, ReadsBackTheCallersId) {
  const auto by = signer();
  for (const std::string id : {"order-17", "x", "a.b", "a.b.c.", ".", "..", "é…日本", " spaced ",
                               "order-17.2024-05.AAAAAAAAAAAAAAAAAAAAAA"}) {
    const std::string wire = tag(*by, id);
    EXPECT_EQ(wire.size(), id.size() + by->tag_length()) << id;
    const auto verified = by->authenticate(wire, number);
    ASSERT_TRUE(verified) << id;
    EXPECT_EQ(verified->foreign_id, id);
    EXPECT_EQ(verified->key_id, "2024-05");
  }
}

TEST(CallbackSigner, TagsATaggedIdAgainWithoutLosingIt) {
  const auto by = signer();
  const std::string once = tag(*by, "order-17");
  const auto verified = by->authenticate(tag(*by, once), number);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->foreign_id, once);
}

TEST(CallbackSigner, CountsTheDigitsOfAPhoneNumberOnly) {
  const auto by = signer();
  const std::string wire = tag(*by, "order-17", "+15550010001");
  for (const char* same : {"15550010001", "+1 555-001-0001", "+1 (555) 001 0001"}) {
    EXPECT_EQ(fault_of(*by, wire, same), TagFault::none) << same;
  }
  for (const char* other : {"", "+15550010002", "+5550010001", "+155500100011"}) {
    EXPECT_EQ(fault_of(*by, wire, other), TagFault::wrong_tag) << other;
  }
}

struct ForgedRow {
  const char* name;
  std::string wire_id;
  TagFault fault;
};

std::vector<ForgedRow> forgeries() {
  const auto by = signer();
  const std::string wire = tag(*by, "order-17");
  const std::string key_and_tag = wire.substr(wire.find('.'));
  const CallbackSigner other_secret("team-1", {{"2024-05", new_key.secret}});
  const auto other_team = signer({old_key}, "team-2");
  return {
      {"empty", "", TagFault::untagged},
      {"plain", "order-17", TagFault::untagged},
      {"uuid", "4f1c8a52-3f0e-4d0b-9a55-0d6c1c1f7c3e", TagFault::untagged},
      {"no_id", key_and_tag, TagFault::untagged},
      {"tag_only", wire.substr(wire.rfind('.')), TagFault::untagged},
      {"truncated_by_one", wire.substr(0, wire.size() - 1), TagFault::untagged},
      {"truncated_to_nothing", wire.substr(0, wire.rfind('.') + 1), TagFault::untagged},
      {"longer", wire + "A", TagFault::untagged},
      {"no_key_id", "order-17.." + wire.substr(wire.rfind('.') + 1), TagFault::untagged},
      {"long_key_id", "order-17." + std::string(17, 'k') + wire.substr(wire.rfind('.')),
       TagFault::untagged},
      {"padding", wire.substr(0, wire.size() - 1) + "=", TagFault::untagged},
      {"unknown_key", tag(*signer({new_key}), "order-17"), TagFault::unknown_key},
      {"key_in_capitals", "order-17.2024-O5" + wire.substr(wire.rfind('.')), TagFault::unknown_key},
      {"another_id", "order-18" + key_and_tag, TagFault::wrong_tag},
      {"longer_id", "order-17." + key_and_tag.substr(1) + key_and_tag, TagFault::wrong_tag},
      {"another_case", "Order-17" + key_and_tag, TagFault::wrong_tag},
      {"another_secret", tag(other_secret, "order-17"), TagFault::wrong_tag},
      {"another_team", tag(*other_team, "order-17", number, "team-2"), TagFault::wrong_tag},
      {"zeros", "order-17.2024-05." + std::string(22, 'A'), TagFault::wrong_tag},
  };
}

class ForgedId : public ::testing::TestWithParam<ForgedRow> {};

TEST_P(ForgedId, IsRefusedForAReason) {
  EXPECT_EQ(fault_of(*signer(), GetParam().wire_id), GetParam().fault) << GetParam().wire_id;
}

INSTANTIATE_TEST_SUITE_P(Table, ForgedId, ::testing::ValuesIn(forgeries()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(CallbackSigner, KeepsTheFieldsApart) {
  // Digits that move from one field to the next must not leave the tag the same.
  const auto by = signer({old_key}, "t");
  const std::string a = tag(*by, "id1", "+15550010001", "t");
  const std::string b = tag(*by, "id", "+115550010001", "t");
  EXPECT_NE(a.substr(a.rfind('.')), b.substr(b.rfind('.')));
}

TEST(CallbackSigner, RefusesToTagForAnotherTeam) {
  const auto refused = signer()->tag({"team-2", "order-17", number});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
  EXPECT_EQ(refused.error().outcome, Outcome::not_sent);
  EXPECT_THAT(refused.error().message, HasSubstr("another team"));
}

TEST(CallbackSignerKeys, AreRotatedWithoutLosingACallback) {
  const auto sender = signer({old_key});
  const auto receiving = signer({old_key});
  const std::string before = tag(*sender, "order-17");

  ASSERT_TRUE(receiving->set_keys({old_key, new_key}));
  EXPECT_EQ(fault_of(*receiving, before), TagFault::none);
  ASSERT_TRUE(sender->set_keys({new_key, old_key}));
  const std::string after = tag(*sender, "order-18");
  EXPECT_EQ(receiving->authenticate(after, number)->key_id, new_key.id);
  EXPECT_EQ(fault_of(*receiving, before), TagFault::none);

  ASSERT_TRUE(receiving->set_keys({new_key}));
  EXPECT_EQ(fault_of(*receiving, after), TagFault::none);
  EXPECT_EQ(fault_of(*receiving, before), TagFault::unknown_key);
}

TEST(CallbackSignerKeys, MayBeReplacedWhileTheyAreUsed) {
  const auto by = signer({old_key, new_key});
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        if (!by->authenticate(tag(*by, "order-17"), number)) ++refused;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(
        by->set_keys(i % 2 == 0 ? std::vector{new_key, old_key} : std::vector{old_key, new_key}));
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
}

TEST(CallbackSignerKeys, AreCheckedAllAtOnce) {
  const auto refused = CallbackSigner::create(
      " ", {{"", "short"}, {"a b", old_key.secret}, {"k", old_key.secret}, {"k", old_key.secret}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
  EXPECT_THAT(refused.error().issues, SizeIs(5));
  EXPECT_THAT(to_string(refused.error()), ::testing::Not(HasSubstr("short")));
  EXPECT_THAT(CallbackSigner::create("team", {}).error().issues, SizeIs(1));
  EXPECT_THROW(CallbackSigner("team", {}), Exception);

  const auto by = signer();
  EXPECT_FALSE(by->set_keys({}));
  EXPECT_EQ(fault_of(*by, tag(*by, "order-17")), TagFault::none) << "the keys are unchanged";
}

TEST(CallbackSigner, NeverTakesAFlippedBitForAnotherMessage) {
  const auto by = signer({old_key, new_key});
  const std::string id = "order-17";
  const std::string genuine = tag(*by, id);
  std::mt19937 random(17);  // the same flips every time
  for (int round = 0; round < 10'000; ++round) {
    std::string wire = genuine;
    std::string phone_number = number;
    const std::size_t flips = 1 + random() % 3;
    for (std::size_t i = 0; i < flips; ++i) {
      const std::size_t at = random() % (wire.size() + phone_number.size());
      char& c = at < wire.size() ? wire[at] : phone_number[at - wire.size()];
      c = static_cast<char>(static_cast<unsigned char>(c) ^ (1U << (random() % 8)));
    }
    const auto verified = by->authenticate(wire, phone_number);
    if (!verified) continue;
    // Only what does not count may have changed: the + of the number, or flips that undid another.
    ASSERT_EQ(verified->foreign_id, id);
    ASSERT_EQ(wire, genuine);
    ASSERT_EQ(phone_number.substr(1), std::string(number).substr(1));
  }
}

TEST(CallbackSignerKeys, NameWhatCameAlongWhenTheyWereCopied) {
  for (const auto& [copy, complaint] : support::badly_copied(old_key.secret)) {
    const auto refused = CallbackSigner::create("team", {{"k", copy}});
    ASSERT_FALSE(refused) << copy;
    ASSERT_THAT(refused.error().issues, SizeIs(1));
    EXPECT_EQ(refused.error().issues[0].field, "keys.secret");
    EXPECT_THAT(refused.error().issues[0].message, HasSubstr(complaint));
    EXPECT_FALSE(signer()->set_keys({{"k", copy}}));
  }
  for (const auto& [copy, complaint] : support::badly_copied("team")) {
    const auto refused = CallbackSigner::create(copy, {old_key});
    ASSERT_FALSE(refused) << copy;
    EXPECT_EQ(refused.error().issues.at(0).field, "team_id");
  }
}

TEST(CallbackSignerKeys, MayBeRandomBytes) {
  std::mt19937 random(3);
  for (int round = 0; round < 2'000; ++round) {
    std::string secret;
    for (int i = 0; i < 32; ++i) secret += static_cast<char>(random() & 0xFFU);
    if (round % 2 == 0) secret.front() = ' ';
    if (round % 3 == 0) secret.back() = '\n';
    EXPECT_TRUE(CallbackSigner::create("team", {{"k", secret}}));
  }
}

}  // namespace
}  // namespace dropcowboy::receiver
