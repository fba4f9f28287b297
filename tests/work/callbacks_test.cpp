// What callbacks cost the receiver: foreign bodies, headers and targets, and many events. Work is
// counted, not timed.

#include <gtest/gtest.h>

#include <tuple>

#include "dropcowboy/receiver/event_queue.hpp"
#include "dropcowboy/receiver/webhook_receiver.hpp"
#include "support/work.hpp"
#include "work/hostile_texts.hpp"

namespace dropcowboy::receiver {
namespace {

using support::expect_linear;
using support::Shape;

constexpr std::size_t largest_body = std::size_t{64} * 1024;

std::shared_ptr<const CallbackSigner> signer() {
  static const std::shared_ptr<const CallbackSigner> one =
      CallbackSigner::create("team-1", {{"k1", "0123456789abcdef0123456789abcdef"}}).value();
  return one;
}

WebhookReceiver receiver_of_everything() {
  ReceiverOptions options;
  options.signer = signer();
  options.webhook_secrets = {"fedcba9876543210fedcba9876543210"};
  options.path_secret = "a-path-that-is-hard-to-guess";
  options.now = [] { return std::chrono::system_clock::time_point(std::chrono::hours(480'000)); };
  return WebhookReceiver(options);
}

class ForeignCallback : public ::testing::TestWithParam<Shape> {
 protected:
  /// Puts hostile text of the largest size, and of a tenth of it, where `make` puts it.
  template <class Make>
  void expect_linear_in(Make make) {
    const WebhookReceiver callbacks = receiver_of_everything();
    const std::string whole = GetParam().of(largest_body);
    const std::string tenth = GetParam().of(largest_body / 10);
    expect_linear(largest_body, 24, [&](std::size_t size) {
      const std::string& text = size == largest_body ? whole : tenth;
      CallbackRequest request{"POST", "/a-path-that-is-hard-to-guess", {}, "{}"};
      make(request, text);
      callbacks.receive(request);
    });
  }
};

TEST_P(ForeignCallback, CostsNoMoreThanItsLengthIsWorth) {
  expect_linear_in([](CallbackRequest& request, const std::string& text) { request.body = text; });
}

TEST_P(ForeignCallback, NorDoesWhatStandsAroundIt) {
  expect_linear_in(
      [](CallbackRequest& request, const std::string& text) { request.target = text; });
  expect_linear_in([](CallbackRequest& request, const std::string& text) {
    request.headers = {{"X-Signature", text}, {"X-Timestamp", text}, {"X-Signature-Version", text}};
  });
  expect_linear_in([](CallbackRequest& request, const std::string& text) {
    request.headers = {{"X-Signature", "sha256=" + std::string(64, 'a')}, {"X-Timestamp", text}};
  });
  expect_linear_in([](CallbackRequest& request, const std::string& text) {
    for (std::size_t at = 0; at < text.size(); at += 8) {
      request.headers.push_back(
          {text.substr(at, 4), text.substr(at + 4 < text.size() ? at + 4 : at, 4)});
    }
  });
}

TEST_P(ForeignCallback, NorDoesATaggedId) {
  const std::string whole = GetParam().of(largest_body);
  const std::string tenth = GetParam().of(largest_body / 10);
  expect_linear(largest_body, 8, [&](std::size_t size) {
    const std::string& text = size == largest_body ? whole : tenth;
    signer()->authenticate(text, "+15550010001");
    signer()->authenticate(text + ".k1." + std::string(22, 'A'), text);
  });
}

INSTANTIATE_TEST_SUITE_P(Texts, ForeignCallback, ::testing::ValuesIn(support::hostile_texts()),
                         [](const auto& shape) { return shape.param.name; });

constexpr std::size_t events = 100'000;

TEST(ManyEvents, CostTheDeduplicatorTheSameEach) {
  for (const std::size_t capacity : {2 * events, std::size_t{1000}}) {
    expect_linear(events, 600, [&](std::size_t count) {
      DeduplicatorOptions options;
      options.capacity = capacity;
      auto now = std::chrono::steady_clock::time_point();
      options.now = [&now] { return now += std::chrono::seconds(1); };
      InMemoryDeduplicator seen(options);
      for (std::size_t i = 0; i < count; ++i) {
        const std::string key = std::to_string(i);
        seen.claim(key);
        i % 3 == 0 ? seen.release(key) : seen.confirm(key);
      }
    });
  }
}

TEST(ManyEvents, CostTheQueueTheSameEach) {
  expect_linear(events, 2000, [&](std::size_t count) {
    EventQueue queue(count);
    for (std::size_t i = 0; i < count; ++i) queue.push({});
    while (queue.size() > 0) queue.pop();
  });
}

}  // namespace
}  // namespace dropcowboy::receiver
