#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "dropcowboy/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"

namespace dropcowboy::support {

/// A client whose transport and clock the test controls.
class ClientOverFakes : public ::testing::Test {
 protected:
  Client client() {
    ClientOptions options = base_options;
    options.transport = transport;
    options.runtime = runtime;
    return Client(std::move(options));
  }

  static ClientOptions with_credentials() {
    ClientOptions options;
    options.credentials = {"team-1", "s3cr3t-value"};
    return options;
  }

  void answer(int status, std::string body) {
    transport->then(FakeTransport::answer(status, std::move(body)));
  }
  void break_off() {
    transport->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted));
  }

  ClientOptions base_options = with_credentials();
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeRuntime> runtime = std::make_shared<FakeRuntime>();
};

}  // namespace dropcowboy::support
