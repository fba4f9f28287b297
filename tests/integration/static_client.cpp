// A client that outlives the TLS library: it is in static storage, but was made after libcurl was
// started, so it is destroyed after the TLS library has cleaned up. Ends with 0 if every message
// came to an end all the same.
//
//   static_client <base URL> <file of the authority>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "dropcowboy/client.hpp"
#include "support/requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header

constexpr int messages = 500;

std::atomic<int>& completed() {
  static auto* const count = new std::atomic<int>(0);
  return *count;
}

struct Holder {
  std::optional<Client> client{};

  Holder() = default;
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    if (!client) return;
    const auto async = client->send_async(support::good_request()).get();
    const auto blocking = client->send(support::good_request());
    client.reset();
    const bool is_refused = !async && async.error().outcome == Outcome::not_sent && !blocking &&
                            blocking.error().outcome == Outcome::not_sent;
    if (!is_refused || completed() != messages) std::_Exit(1);
  }
};

Holder holder;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ClientOptions options;
  options.credentials = {"team-1", "s3cret-s3cret"};
  options.base_url = argv[1];
  options.tls.ca_file = argv[2];
  options.limits.requests_per_second = 0;
  options.breaker.failures = 0;  // what the end of the process breaks off would open it
  holder.client.emplace(options);
  if (!holder.client->send(support::good_request())) return 3;
  for (int i = 0; i < messages; ++i) {
    holder.client->send_async(support::good_request(), [](const auto&) { ++completed(); });
  }
  std::cout << "main returns" << std::endl;
  return 0;
}
