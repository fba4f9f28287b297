// A client of the v2 API as a whole: background, pace, figures, its end.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>

#include "support/v2.hpp"

namespace dropcowboy::v2 {
namespace {

using support::good_v2_request;
using support::good_v2_sms;

class V2Client : public support::V2OverFakes {
 protected:
  /// The next request is under way until it is cancelled.
  void hang() {
    transport->then([this](const HttpRequest&, const CancelToken& cancel) {
      std::promise<void> over;
      auto ended = over.get_future();
      const auto registration = cancel.on_cancel([&] { over.set_value(); });
      under_way_.set_value();
      ended.wait();
      return support::FakeTransport::failure(Wire::maybe_sent, TransportFailure::cancelled);
    });
  }
  void await_hanging() { under_way_.get_future().wait(); }

 private:
  std::promise<void> under_way_;
};

TEST_F(V2Client, ItsEndCompletesEverythingWithTheTruth) {
  std::optional<Client> sender(client_in_real_time());
  const auto prepared = sender->prepare(good_v2_request());
  ASSERT_TRUE(prepared);
  hang();
  auto first = sender->send_async(*prepared);
  await_hanging();
  auto second = sender->send_async(good_v2_sms());
  sender.reset();
  const auto under_way = first.get();
  const auto queued = second.get();
  ASSERT_FALSE(under_way);
  EXPECT_EQ(under_way.error().kind, ErrorKind::shutdown);
  EXPECT_EQ(under_way.error().outcome, Outcome::unknown);
  EXPECT_EQ(under_way.error().resend_safe_until, prepared->prepared_at() + Prepared::lifetime);
  ASSERT_FALSE(queued);
  EXPECT_EQ(queued.error().kind, ErrorKind::shutdown);
  EXPECT_EQ(queued.error().outcome, Outcome::not_sent);
  EXPECT_EQ(queued.error().foreign_id, "text-17");
}

TEST_F(V2Client, CancelsWhatWaits) {
  CancelToken cancel;
  CallOptions options;
  options.cancel = cancel;
  const Client sender = client_in_real_time();
  hang();
  auto first = sender.send_async(good_v2_request(), options);
  await_hanging();
  auto second = sender.send_async(*sender.prepare(good_v2_sms()));
  EXPECT_EQ(sender.stats().queued, 1U);
  sender.cancel_pending();
  cancel.cancel();
  EXPECT_EQ(first.get().error().kind, ErrorKind::cancelled);
  const auto pending = second.get();
  EXPECT_EQ(pending.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(pending.error().outcome, Outcome::not_sent);
  EXPECT_TRUE(sender.drain(std::chrono::seconds(30)));
}

TEST_F(V2Client, CountsAndCallsEachCompletionOnce) {
  const Client sender = client_in_real_time();
  std::atomic<int> accepted{0};
  const auto count = [&](const Result<Receipt>& result) { accepted += result ? 1 : 0; };
  sender.send_async(good_v2_request(), count);
  sender.send_async(good_v2_sms(), count);
  sender.send_async(*sender.prepare(good_v2_request()), count);
  sender.send_async(RvmRequest(), count);
  EXPECT_TRUE(sender.drain(std::chrono::seconds(30)));
  EXPECT_EQ(accepted, 3);
  EXPECT_EQ(sender.stats().accepted, 3U);
  EXPECT_EQ(sender.stats().not_sent, 1U);
}

TEST_F(V2Client, SetsItsPace) {
  const Client sender = client();
  EXPECT_TRUE(sender.set_rate(10));
  const auto refused = sender.set_rate(0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
  for (int i = 0; i < 11; ++i) EXPECT_TRUE(sender.send(good_v2_request()));
  EXPECT_GE(runtime->elapsed(), std::chrono::milliseconds(900));
}

TEST_F(V2Client, CanBeMoved) {
  Client first = client();
  Client second = std::move(first);
  first = client();
  EXPECT_TRUE(first.send(good_v2_request()));
  EXPECT_TRUE(second.send(good_v2_request()));
}

}  // namespace
}  // namespace dropcowboy::v2
