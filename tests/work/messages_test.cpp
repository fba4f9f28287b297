// What many messages cost: each of them no more than the one before, however many there are. Work
// is counted, not timed.

#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <optional>
#include <vector>

#include "dropcowboy/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/requests.hpp"
#include "support/work.hpp"

namespace dropcowboy {
namespace {

using support::expect_linear;
using support::Work;
using support::work_of;

constexpr std::size_t messages = 100'000;

/// The numbers below `count`, one out of each part of them in turn.
std::vector<std::size_t> shuffled(std::size_t count) {
  std::vector<std::size_t> order;
  constexpr std::size_t parts = 7;
  for (std::size_t part = 0; part < parts; ++part) {
    for (std::size_t i = part; i < count; i += parts) order.push_back(i);
  }
  return order;
}

using Registrations = std::vector<std::optional<CancelToken::Registration>>;

Registrations registrations_at(const CancelToken& token, std::size_t count, int& woken) {
  Registrations all(count);
  for (auto& one : all) one = token.on_cancel([&woken] { ++woken; });
  return all;
}

TEST(RegistrationsOfOneToken, ComeAndGoWithoutALookAtTheOthers) {
  int woken = 0;
  expect_linear(messages, 300, [&](std::size_t count) {
    const CancelToken token;
    auto all = registrations_at(token, count, woken);
    for (const std::size_t gone : shuffled(count)) all[gone].reset();
  });
  expect_linear(messages, 300, [&](std::size_t count) {
    const CancelToken token;
    auto all = registrations_at(token, count, woken);
    while (!all.empty()) all.pop_back();
  });
  EXPECT_EQ(woken, 0);
}

TEST(RegistrationsOfOneToken, AreAllWokenInOneWalk) {
  int woken = 0;
  expect_linear(messages, 300, [&](std::size_t count) {
    const CancelToken token;
    const auto all = registrations_at(token, count, woken);
    token.cancel();
  });
  EXPECT_EQ(woken, static_cast<int>(messages + messages / 10));
}

/// Keeps the first message until it is told to go on, and accepts all.
class GatedTransport final : public Transport {
 public:
  HttpResult perform(const HttpRequest&, const CancelToken&) override {
    if (!is_open_) is_open_ = (open_.get_future().wait(), true);
    return support::FakeTransport::answer(200, R"({"status":"queued"})");
  }
  void open() { open_.set_value(); }

 private:
  std::promise<void> open_;
  bool is_open_ = false;
};

struct Campaign {
  std::shared_ptr<GatedTransport> transport = std::make_shared<GatedTransport>();
  std::shared_ptr<support::FakeRuntime> runtime = std::make_shared<support::FakeRuntime>();
  CancelToken token{};
  std::size_t accepted = 0;
  std::size_t completed = 0;
  std::promise<void> all_completed{};

  Client client(std::size_t capacity) const {
    ClientOptions options;
    options.credentials = {"team-1", "s3cr3t-value"};
    options.base_url = "http://127.0.0.1:1/v1";
    options.limits.requests_per_second = 0;
    options.limits.queue_capacity = capacity;
    options.transport = transport;
    options.runtime = runtime;
    return Client(options);
  }

  /// Hands so many messages over before the first one is answered, then does `meanwhile`.
  template <class Meanwhile>
  void run(std::size_t count, const CallOptions& options, Meanwhile meanwhile) {
    Client sender = client(count + 1);
    for (std::size_t i = 0; i < count; ++i) {
      sender.send_async(
          support::good_request(),
          [this, count](const Result<Receipt>& result) {
            if (result) ++accepted;
            if (++completed == count) all_completed.set_value();
          },
          options);
    }
    meanwhile(sender);
    transport->open();
    all_completed.get_future().wait();  // not drain(): the clock does not go by itself
  }
};

// The queue costs the same for each message, with a token that all share or without.
TEST(QueuedMessages, ShareATokenForLittle) {
  const auto run = [](std::size_t count, bool with_token) {
    Campaign campaign;
    CallOptions options;
    if (with_token) options.cancel = campaign.token;
    campaign.run(count, options, [](const Client&) {});
    EXPECT_EQ(campaign.accepted, count);
  };
  const Work without = expect_linear(messages, 2000, [&](std::size_t count) { run(count, false); });
  const Work with = expect_linear(messages, 2500, [&](std::size_t count) { run(count, true); });
  EXPECT_LT(with.steps, without.steps * 3 / 2) << with << "; " << without;
}

TEST(QueuedMessages, AreCancelledInOneWalk) {
  expect_linear(messages, 2500, [&](std::size_t count) {
    Campaign campaign;
    CallOptions options;
    options.cancel = campaign.token;
    campaign.run(count, options, [&](const Client&) { campaign.token.cancel(); });
    EXPECT_LE(campaign.accepted, 1U);
  });
  expect_linear(messages, 2000, [&](std::size_t count) {
    Campaign campaign;
    campaign.run(count, {}, [](const Client& client) { client.cancel_pending(); });
    EXPECT_LE(campaign.accepted, 1U);
  });
}

TEST(QueuedMessages, ExpireInOneWalk) {
  expect_linear(messages, 2000, [&](std::size_t count) {
    Campaign campaign;
    CallOptions options;
    options.total_timeout = std::chrono::seconds(1);
    campaign.run(count, options,
                 [&](const Client&) { campaign.runtime->advance(std::chrono::seconds(2)); });
    EXPECT_LE(campaign.accepted, 1U);
  });
}

}  // namespace
}  // namespace dropcowboy
