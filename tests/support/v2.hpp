#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/v2/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"

// What the tests of the newer API share.

namespace dropcowboy::support {

/// A request without errors and, but for a callback_url that nobody can reach, without warnings.
inline v2::RvmRequest good_v2_request() {
  v2::RvmRequest request;
  request.to = "+15550010001";
  request.phone_line_id = "8d0f9a52-3c1e-4f0b-9f7a-52c1a4b7d9e0";
  request.media_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.postal_code = "90210-0001";
  request.callback_url = "https://hooks.acme.test/dropcowboy/results";
  request.foreign_id = "order-17";
  return request;
}

inline v2::SmsRequest good_v2_sms() {
  v2::SmsRequest request;
  request.to = "+15550020001";
  request.phone_line_id = "4e1b7c2d-90aa-4a41-8f4d-2b6f0c9d7e13";
  request.body = "Your table is ready.";
  request.callback_url = "https://hooks.acme.test/dropcowboy/results";
  request.foreign_id = "text-17";
  return request;
}

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

  void answer(int status, std::string body) {
    transport->then(FakeTransport::answer(status, std::move(body)));
  }
  void accept() { answer(202, v2_queued); }
  void time_out() {
    transport->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::timeout));
  }
  void refuse_connection() {
    transport->then(FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  }
  std::string key_of(std::size_t request) const {
    return transport->requests().at(request).header("Idempotency-Key");
  }

  v2::ClientOptions base_options = v2_options();
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeRuntime> runtime = std::make_shared<FakeRuntime>();
};

}  // namespace dropcowboy::support
