// queue_memory <base url> <messages>
//
// How much memory so many queued messages take. Prints one line of JSON. The rate is so low that
// they stay queued until the program ends.
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "workload.hpp"

namespace {

double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace dropcowboy;
  if (argc != 3) {
    std::fprintf(stderr, "usage: queue_memory <base url> <messages>\n");
    return 2;
  }
  const int count = std::atoi(argv[2]);
  ClientOptions options = benchmark::client_options(argv[1]);
  options.limits.requests_per_second = 0.1;
  options.limits.queue_capacity = static_cast<std::size_t>(count);
  options.total_timeout = std::chrono::hours(1);
  const Client client(options);
  RvmRequest request = benchmark::reference_request();
  const double before = resident_megabytes();
  for (int i = 0; i < count; ++i) {
    request.foreign_id = new_foreign_id();
    client.send_async(request, [](const Result<Receipt>&) {});
  }
  const double after = resident_megabytes();
  const auto queued = client.stats().queued;
  std::printf(R"({"messages":%d,"queued":%llu,"megabytes":%.1f})"
              "\n",
              count, static_cast<unsigned long long>(queued), after - before);
  return queued + 2 >= static_cast<std::uint64_t>(count) ? 0 : 1;
}
