// paced <client> <base url> <requests per second> <seconds>
//
// A program that hands over more than the limit allows: does the client keep the pace, how evenly,
// and what does it cost? Beside it a hand-written loop at the same pace. Prints one line of JSON.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "workload.hpp"
#include "yardsticks.hpp"

namespace {

using namespace dropcowboy;
using Clock = std::chrono::steady_clock;
using std::chrono::duration;
using std::chrono::milliseconds;

/// The largest count of moments within any span of this length. `moments` are sorted.
std::size_t busiest(const std::vector<Clock::time_point>& moments, Clock::duration span) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < moments.size(); ++last) {
    while (moments[last] - moments[first] >= span) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

double milliseconds_at(std::vector<Clock::duration>& sorted, double share) {
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return duration<double, std::milli>(sorted[index]).count();
}

int pace_by_hand(const std::string& base_url, double rate, int count) {
  const benchmark::Exchange exchange = benchmark::yardstick_exchange(base_url);
  const benchmark::Stopwatch watch;
  const int succeeded = benchmark::pace_with_curl_multi(exchange, rate, count);
  const double wall = watch.wall_seconds();
  std::printf(R"({"requests":%d,"succeeded":%d,"per_second":%.1f,"cpu_share":%.4f})"
              "\n",
              count, succeeded, count / wall, watch.cpu_seconds() / wall);
  return succeeded == count ? 0 : 1;
}

int pace_client(const std::string& base_url, double rate, std::size_t count) {
  std::vector<Clock::time_point> started;  // attempts, on the client's thread
  started.reserve(count);
  ClientOptions options = benchmark::client_options(base_url);
  options.limits.requests_per_second = rate;
  options.limits.queue_capacity = 100;  // so that a latency is one of sending, not of queueing
  options.on_event = [&](const Event& event) {
    if (event.type == EventType::attempt_started) started.push_back(Clock::now());
  };
  const Client client(options);

  std::vector<Clock::duration> latencies(count);
  RvmRequest request = benchmark::reference_request();
  std::size_t accepted = 0;  // on the client's thread, read after drain()
  const benchmark::Stopwatch watch;
  for (std::size_t i = 0; i < count; ++i) {
    request.foreign_id = new_foreign_id();
    client.send_async(request, [&, i, submitted = Clock::now()](const Result<Receipt>& result) {
      latencies[i] = Clock::now() - submitted;
      accepted += result ? 1 : 0;
    });
  }
  client.drain(std::chrono::minutes(1));
  const double wall = watch.wall_seconds();
  const double cpu = watch.cpu_seconds();

  std::sort(latencies.begin(), latencies.end());
  const double span = duration<double>(started.back() - started.front()).count();
  std::printf(R"({"target_per_second":%.0f,"requests":%zu,"succeeded":%zu,"per_second":%.1f,)"
              R"("busiest_100ms":%zu,"cpu_share":%.4f,)"
              R"("latency_ms":{"p50":%.3f,"p99":%.3f,"max":%.3f}})"
              "\n",
              rate, count, accepted, static_cast<double>(count - 1) / span,
              busiest(started, milliseconds(100)), cpu / wall, milliseconds_at(latencies, 0.5),
              milliseconds_at(latencies, 0.99), milliseconds_at(latencies, 1));
  return accepted == count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr,
                 "usage: paced sdk|curl_multi <base url> <requests per second> <seconds>\n");
    return 2;
  }
  const double rate = std::atof(argv[3]);
  const auto count = static_cast<std::size_t>(rate * std::atof(argv[4]));
  if (std::string(argv[1]) == "sdk") return pace_client(argv[2], rate, count);
  return pace_by_hand(argv[2], rate, static_cast<int>(count));
}
