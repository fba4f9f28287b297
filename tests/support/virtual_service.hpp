#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/transport.hpp"
#include "support/fake_transport.hpp"

namespace dropcowboy::support {

/// A service that takes its time, by the client's clock, and answers with what it is told to.
/// Thread-safe.
class VirtualService final : public Transport {
 public:
  using Answer = std::function<HttpResult(const HttpRequest&)>;

  VirtualService(
      std::shared_ptr<Runtime> runtime, std::chrono::milliseconds takes,
      Answer answer = [](const HttpRequest&) { return queued(); })
      : runtime_(std::move(runtime)), takes_(takes), answer_(std::move(answer)) {}

  HttpResult perform(const HttpRequest& request, const CancelToken& cancel) override {
    ++requests_;
    HttpResult result = answer_(request);
    if (takes_ > std::chrono::milliseconds(0)) {
      runtime_->wait_until(runtime_->now() + takes_, cancel);
    }
    if (cancel.cancelled())
      return FakeTransport::failure(Wire::maybe_sent, TransportFailure::cancelled);
    return result;
  }

  int requests() const { return requests_; }

  static HttpResult queued() { return FakeTransport::answer(200, R"({"status":"queued"})"); }

 private:
  const std::shared_ptr<Runtime> runtime_;
  const std::chrono::milliseconds takes_;
  const Answer answer_;
  std::atomic<int> requests_{0};
};

}  // namespace dropcowboy::support
