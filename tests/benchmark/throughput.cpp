// throughput <client> <base url> <requests> <threads> [<CA file>]
//
// Sends so many requests with one client and prints one line of JSON. A process of its own for each
// measurement: no client warms the allocator or the connections of another.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "workload.hpp"
#include "yardsticks.hpp"

namespace {

using namespace dropcowboy;
using benchmark::Exchange;

/// Splits the work among threads that start it together.
int on_threads(int threads, int count, const std::function<int(int)>& send) {
  std::atomic<int> succeeded{0};
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    const int share = count / threads + (i < count % threads ? 1 : 0);
    running.emplace_back([&, share] { succeeded += send(share); });
  }
  for (std::thread& thread : running) thread.join();
  return succeeded;
}

int send_blocking(const ClientOptions& options, int count, int threads) {
  const Client client(options);
  const RvmRequest reference = benchmark::reference_request();
  return on_threads(threads, count, [&](int share) {
    RvmRequest request = reference;
    int accepted = 0;
    for (int i = 0; i < share; ++i) {
      request.foreign_id = new_foreign_id();
      accepted += client.send(request) ? 1 : 0;
    }
    return accepted;
  });
}

int send_async(const ClientOptions& options, int count, int threads) {
  const Client client(options);
  const RvmRequest reference = benchmark::reference_request();
  std::atomic<int> accepted{0};
  on_threads(threads, count, [&](int share) {
    RvmRequest request = reference;
    for (int i = 0; i < share; ++i) {
      request.foreign_id = new_foreign_id();
      client.send_async(request,
                        [&](const Result<Receipt>& result) { accepted += result ? 1 : 0; });
    }
    return share;
  });
  client.drain(std::chrono::minutes(10));
  return accepted;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr,
                 "usage: throughput <client> <base url> <requests> <threads> [<CA file>]\n");
    return 2;
  }
  const std::string name = argv[1];
  const std::string base_url = argv[2];
  const int count = std::atoi(argv[3]);
  const int threads = std::atoi(argv[4]);

  const std::string ca_file = argc > 5 ? argv[5] : "";

  const ClientOptions options = benchmark::client_options(base_url, ca_file);
  const Exchange exchange = benchmark::yardstick_exchange(base_url, ca_file);
  const auto yardstick = [&](int (*send)(const Exchange&, int)) {
    return [&, send] {
      return on_threads(threads, count, [&](int share) { return send(exchange, share); });
    };
  };
  const std::map<std::string, std::function<int()>> clients{
      {"curl_multi", yardstick(&benchmark::send_with_curl_multi)},
      {"curl_easy", yardstick(&benchmark::send_with_curl_easy)},
      {"httplib", yardstick(&benchmark::send_with_httplib)},
      {"sdk_async", [&] { return send_async(options, count, threads); }},
      {"sdk_blocking", [&] { return send_blocking(options, count, threads); }},
  };
  const auto client = clients.find(name);
  if (client == clients.end()) {
    std::fprintf(stderr, "throughput: no client is called '%s'\n", name.c_str());
    return 2;
  }

  const benchmark::Stopwatch watch;
  const int succeeded = client->second();
  const double wall = watch.wall_seconds();
  const double cpu = watch.cpu_seconds();
  std::printf(R"({"client":"%s","threads":%d,"requests":%d,"succeeded":%d,)"
              R"("seconds":%.6f,"per_second":%.1f,"cpu_us_per_request":%.3f})"
              "\n",
              name.c_str(), threads, count, succeeded, wall, count / wall, cpu * 1e6 / count);
  return succeeded == count ? 0 : 1;
}
