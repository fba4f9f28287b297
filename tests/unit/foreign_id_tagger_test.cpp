#include "dropcowboy/foreign_id_tagger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "dropcowboy/client.hpp"
#include "support/fake_transport.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using support::FakeTransport;
using support::good_request;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Adds what it was told, so that the wire shows it; fails when asked to.
class ScriptedTagger final : public ForeignIdTagger {
 public:
  std::size_t tag_length() const noexcept override { return 20; }
  Result<std::string> tag(const TaggedMessage& message) const override {
    if (fails) return Error{ErrorKind::configuration, Outcome::unknown, false, "no key today"};
    if (throws) throw std::runtime_error("sentinel");
    if (!replacement.empty()) return replacement;
    return std::string(message.foreign_id) + "|" + std::string(message.team_id) + "|" +
           std::string(message.phone_number);
  }

  bool fails = false;
  bool throws = false;
  std::string replacement;
};

struct Way {
  const char* name;
  Result<Receipt> (*send)(const Client&, const RvmRequest&);
};

class TaggedSend : public ::testing::TestWithParam<Way> {
 protected:
  Result<Receipt> send(const RvmRequest& request) {
    ClientOptions options;
    options.credentials = {"team-1", "secret"};
    options.transport = transport_;
    options.foreign_id_tagger = tagger_;
    options.on_event = [this](const Event& event) { event_ids_.push_back(event.foreign_id); };
    return GetParam().send(Client(std::move(options)), request);
  }
  std::string sent_id() const {
    const auto requests = transport_->requests();
    return requests.empty() ? "" : nlohmann::json::parse(requests.back().body)["foreign_id"];
  }

  std::shared_ptr<ScriptedTagger> tagger_ = std::make_shared<ScriptedTagger>();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::vector<std::string> event_ids_;
};

TEST_P(TaggedSend, SendsTheTaggedIdAndSpeaksOfTheCallersOwn) {
  const auto receipt = send(good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(sent_id(), "order-17|team-1|+15550010001");
  EXPECT_EQ(receipt->wire_foreign_id, sent_id());
  EXPECT_EQ(receipt->foreign_id, "order-17");
  EXPECT_THAT(event_ids_, ::testing::Each("order-17"));
  EXPECT_THAT(event_ids_, ::testing::Not(IsEmpty()));
}

TEST_P(TaggedSend, TagsTheIdThatIsMadeForARequestWithoutOne) {
  RvmRequest request = good_request();
  request.foreign_id.reset();
  const auto receipt = send(request);
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_THAT(receipt->foreign_id, SizeIs(36));
  EXPECT_EQ(sent_id(), receipt->foreign_id + "|team-1|+15550010001");
}

TEST_P(TaggedSend, NamesTheCallersIdWhenItFails) {
  transport_->then(FakeTransport::answer(400));
  const auto refused = send(good_request());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().foreign_id, "order-17");
  EXPECT_EQ(sent_id(), "order-17|team-1|+15550010001");
}

TEST_P(TaggedSend, LimitsTheCallersIdToWhatTheTagLeaves) {
  RvmRequest request = good_request();
  request.foreign_id = std::string(236, 'x');
  tagger_->replacement = "short";
  EXPECT_TRUE(send(request));
  *request.foreign_id += 'x';
  const auto refused = send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().outcome, Outcome::not_sent);
  ASSERT_THAT(refused.error().issues, SizeIs(1));
  EXPECT_EQ(refused.error().issues[0].field, "foreign_id");
  EXPECT_EQ(refused.error().issues[0].code, IssueCode::too_long);
  EXPECT_THAT(refused.error().issues[0].message, HasSubstr("at most 236 characters"));
  EXPECT_THAT(transport_->requests(), SizeIs(1));
  request.foreign_id = std::string(257, 'x');
  EXPECT_THAT(send(request).error().issues, SizeIs(1)) << "one issue, not two about one thing";
}

TEST_P(TaggedSend, NeverSendsUntagged) {
  const auto expect_not_sent = [&](const char* message) {
    const auto refused = send(good_request());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
    EXPECT_EQ(refused.error().outcome, Outcome::not_sent);
    EXPECT_EQ(refused.error().foreign_id, "order-17");
    EXPECT_THAT(refused.error().message, HasSubstr(message));
    EXPECT_THAT(transport_->requests(), IsEmpty());
  };
  tagger_->fails = true;
  expect_not_sent("no key today");
  tagger_->fails = false;
  tagger_->throws = true;
  expect_not_sent("threw an exception");
  tagger_->throws = false;
  for (const auto& id :
       {std::string(257, 'x'), std::string(" "), std::string("a\nb"), std::string("\xFF")}) {
    tagger_->replacement = id;
    expect_not_sent("cannot be sent");
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, TaggedSend,
                         ::testing::Values(Way{"send",
                                               [](const Client& client, const RvmRequest& request) {
                                                 return client.send(request);
                                               }},
                                           Way{"send_async",
                                               [](const Client& client, const RvmRequest& request) {
                                                 return client.send_async(request).get();
                                               }}),
                         [](const auto& way) { return std::string(way.param.name); });

TEST(UntaggedSend, HasOneId) {
  ClientOptions options;
  options.credentials = {"team-1", "secret"};
  options.transport = std::make_shared<FakeTransport>();
  RvmRequest request = good_request();
  request.foreign_id = std::string(256, 'x');
  const auto receipt = Client(std::move(options)).send(request);
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->wire_foreign_id, *request.foreign_id);
  EXPECT_EQ(receipt->foreign_id, *request.foreign_id);
}

}  // namespace
}  // namespace dropcowboy
