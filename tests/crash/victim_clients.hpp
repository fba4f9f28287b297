#pragma once

#include <memory>
#include <string>

#include "dropcowboy/client.hpp"
#include "dropcowboy/v2/client.hpp"

namespace dropcowboy::support {

/// The clients of a program that is killed: every fault is made on purpose, so no breaker.
inline ClientOptions victim_client_options(const std::string& base_url) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.base_url = base_url;
  options.limits.requests_per_second = 0;
  options.retry.max_attempts = 1;
  options.breaker.failures = 0;
  return options;
}

/// The same over the v2 API.
inline v2::ClientOptions victim_keyed_options(const ClientOptions& usual) {
  v2::ClientOptions options;
  options.credentials = {"key-1", "s3cret"};
  options.team_id = usual.credentials.team_id;
  options.base_url = usual.base_url;
  options.attempt_timeout = usual.attempt_timeout;
  options.limits = usual.limits;
  options.retry = usual.retry;
  options.breaker = usual.breaker;
  options.transport = usual.transport;
  return options;
}

}  // namespace dropcowboy::support
