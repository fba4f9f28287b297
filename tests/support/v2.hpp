#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/v2/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/v2_requests.hpp"

// What the tests of the v2 API share.

namespace dropcowboy::support {

inline constexpr char v2_queued[] =
    R"({"status":"queued","message_id":"7c0d5d2e-61f4-4d0a-9a57-0f6f6f1f3b11"})";

inline v2::ClientOptions v2_options() {
  v2::ClientOptions options;
  options.credentials = {"key-1", "s3cr3t-value"};
  return options;
}

/// A client whose transport and clocks the test controls.
class V2OverFakes : public ::testing::Test {
 protected:
  v2::Client client() {
    v2::ClientOptions options = base_options;
    options.transport = transport;
    options.runtime = runtime;
    return v2::Client(std::move(options));
  }

  /// For what is sent in the background: the fake clock runs away when a thread waits for work.
  v2::Client client_in_real_time() {
    v2::ClientOptions options = base_options;
    options.transport = transport;
    return v2::Client(std::move(options));
  }

  void answer(int status, std::string body) {
    transport->then(FakeTransport::answer(status, std::move(body)));
  }
  void accept() { answer(202, v2_queued); }
  void time_out() {
    transport->then(
        FakeTransport::failure(dropcowboy::Wire::maybe_sent, TransportFailure::timeout));
  }
  void refuse_connection() {
    transport->then(FakeTransport::failure(dropcowboy::Wire::not_sent, TransportFailure::connect));
  }
  std::string key_of(std::size_t request) const {
    return transport->requests().at(request).header("Idempotency-Key");
  }

  v2::ClientOptions base_options = v2_options();
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeRuntime> runtime = std::make_shared<FakeRuntime>();
};

}  // namespace dropcowboy::support
