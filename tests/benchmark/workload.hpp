#pragma once

#include <sys/resource.h>

#include <chrono>
#include <string>

#include "dropcowboy/dropcowboy.hpp"
#include "support/data_file.hpp"

/// What every benchmark program sends, and how it is measured.
namespace dropcowboy::benchmark {

/// As many as the service allows at a time ("under 100").
constexpr int in_flight = 99;
// Generous: under valgrind 99 handshakes take long.
constexpr std::chrono::seconds connect_timeout{60};
constexpr std::chrono::seconds attempt_timeout{120};

inline RvmRequest reference_request() {
  return RvmRequest::from_json(support::data_file("reference_request.json")).value();
}

/// Of the length that the vendor's have.
inline Credentials credentials() {
  return {"3f0a7c52-9d7e-4c0b-8f0a-2f6f7f6a1b3c", "8d5c1e0e-4b1f-4a44-b1b0-2d2f6f0f9f11"};
}

/// `ca_file`: whom to trust besides the system; may be empty.
inline ClientOptions client_options(const std::string& base_url, const std::string& ca_file = {}) {
  ClientOptions options;
  options.tls.ca_file = ca_file;
  options.credentials = credentials();
  options.base_url = base_url;
  options.connect_timeout = connect_timeout;
  options.attempt_timeout = attempt_timeout;
  options.total_timeout = attempt_timeout;
  options.limits.max_in_flight = in_flight;
  options.limits.requests_per_second = 0;  // as fast as it goes: the server is on the loopback
  options.limits.queue_capacity = 1'000;
  options.limits.when_full = WhenFull::wait;
  return options;
}

/// Wall-clock and processor time since it was made.
class Stopwatch {
 public:
  double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count();
  }
  double cpu_seconds() const { return cpu_now() - cpu_; }

 private:
  static double cpu_now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }

  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  double cpu_ = cpu_now();
};

}  // namespace dropcowboy::benchmark
