// Many sends while the service misbehaves at random, then an account of what the server read and
// what the client said. Ends with 1 if a message was delivered twice, or if the two disagree.
//
//   soak [sends] [blocking threads, or 0 for send_async, or "campaign", or "keyed"] [seed] ["tls"]
//
// The requests are of mixed size: most fit into one packet, some not into a socket's buffer. A
// campaign goes through send_async with default options, its pace of 1,000 a second among them;
// one request of 1,000 meets a fault. It also ends with 1 if the memory grows. Keyed messages go
// over the v2 API, by 16 threads; there it also ends with 1 if a repetition changed bytes or
// key.

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "dropcowboy/client.hpp"
#include "dropcowboy/v2/client.hpp"
#include "support/adjusted_runtime.hpp"
#include "support/random_faults.hpp"
#include "support/requests.hpp"
#include "support/v2_requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header

/// The last word on each message, by its number.
class Verdicts {
 public:
  explicit Verdicts(std::size_t count) : all_(count) {}

  template <class Accepted>
  void record(std::size_t message, const Result<Accepted>& result) {
    all_[message].fetch_add(result ? accepted : code_of(result.error().outcome));
  }

  /// 0 if there was none yet; the codes are such that two of them do not add up to a third.
  int at(std::size_t message) const { return all_[message]; }

  static constexpr int accepted = 1;
  static constexpr int not_sent = 10;
  static constexpr int rejected = 100;
  static constexpr int unknown = 1000;

 private:
  static int code_of(Outcome outcome) {
    switch (outcome) {
      case Outcome::accepted: return accepted;
      case Outcome::not_sent: return not_sent;
      case Outcome::rejected: return rejected;
      case Outcome::unknown: break;
    }
    return unknown;
  }

  std::vector<std::atomic<int>> all_;
};

const support::TestCertificates& certificates() {
  static const support::TestCertificates made;
  return made;
}

RvmRequest small_message(std::size_t number) {
  RvmRequest request = support::good_request();
  request.foreign_id = std::to_string(number);
  return request;
}

/// The padding of a message, if it is to have one.
std::optional<std::string> padding_of(std::size_t number) {
  const std::size_t padding = number % 16 == 0 ? 60'000 : number % 4 == 0 ? 6'000 : 0;
  if (padding == 0) return std::nullopt;
  return R"({"pad":")" + std::string(padding, 'x') + "\"}";
}

RvmRequest message_of_mixed_size(std::size_t number) {
  RvmRequest request = small_message(number);
  request.extra_json = padding_of(number);
  return request;
}

v2::RvmRequest keyed_message(std::size_t number) {
  v2::RvmRequest request = support::good_v2_request();
  request.foreign_id = std::to_string(number);
  request.extra_json = padding_of(number);
  return request;
}

ClientOptions default_options_for(const support::FaultServer& server) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.base_url = server.url();
  options.tls.ca_file = certificates().ca_file();
  return options;
}

ClientOptions options_for(const support::FaultServer& server) {
  ClientOptions options = default_options_for(server);
  options.limits.requests_per_second = 0;
  options.breaker.failures = 0;  // so many failures would be an outage
  options.retry.initial_backoff = std::chrono::milliseconds(0);
  options.retry.rate_limit_backoff = std::chrono::milliseconds(0);
  options.retry.max_backoff = std::chrono::milliseconds(1);
  options.total_timeout = std::chrono::hours(1);
  options.runtime = std::make_shared<support::AdjustedRuntime>(std::chrono::milliseconds(1));
  return options;
}

v2::ClientOptions keyed_options_for(const support::FaultServer& server) {
  const ClientOptions usual = options_for(server);
  v2::ClientOptions options;
  options.credentials = {"key-1", "s3cret-value"};
  options.base_url = usual.base_url;
  options.tls = usual.tls;
  options.limits = usual.limits;
  options.breaker = usual.breaker;
  options.retry = usual.retry;
  options.total_timeout = usual.total_timeout;
  options.runtime = usual.runtime;
  return options;
}

/// What this process holds in memory now, in MiB; 0 where the system does not tell.
std::size_t resident_mib() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  statm >> pages >> pages;
  return pages * 4096 / (1024 * 1024);
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool frees_memory = false;  // a sanitizer keeps what is freed
#else
constexpr bool frees_memory = true;
#endif

/// How much more there is at the end than after the first tenth.
class MemoryWatch {
 public:
  explicit MemoryWatch(std::size_t sends) : settled_(sends / 10) {}
  void submitted(std::size_t number) {
    if (number == settled_) first_ = resident_mib();
  }
  std::size_t growth() const {
    const std::size_t last = resident_mib();
    return last > first_ ? last - first_ : 0;
  }

 private:
  const std::size_t settled_;
  std::size_t first_ = 0;
};

using MakeMessage = RvmRequest (*)(std::size_t number);

template <class AnyClient, class Make>
void send_blocking(const AnyClient& client, std::size_t sends, std::size_t threads, Make message,
                   Verdicts& verdicts) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> senders;
  for (std::size_t i = 0; i < threads; ++i) {
    senders.emplace_back([&] {
      for (std::size_t number = next++; number < sends; number = next++) {
        verdicts.record(number, client.send(message(number)));
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
}

bool send_async(const Client& client, std::size_t sends, MakeMessage message, Verdicts& verdicts,
                MemoryWatch& memory) {
  for (std::size_t number = 0; number < sends; ++number) {
    memory.submitted(number);
    client.send_async(message(number), [&verdicts, number](Result<Receipt> result) {
      verdicts.record(number, result);
    });
  }
  return client.drain(std::chrono::milliseconds::max());
}

struct Account {
  std::size_t accepted = 0, not_sent = 0, rejected = 0, unknown = 0;
  std::size_t deliveries = 0, duplicates = 0, disagreements = 0, incomplete = 0;
};

Account balance(const Verdicts& verdicts, const support::Ledger& ledger, std::size_t sends,
                bool is_keyed) {
  Account account;
  for (std::size_t number = 0; number < sends; ++number) {
    const int deliveries = ledger.deliveries(std::to_string(number));
    account.deliveries += static_cast<std::size_t>(deliveries);
    if (deliveries > 1) ++account.duplicates;
    if (ledger.was_changed(std::to_string(number)) && is_keyed) ++account.disagreements;
    switch (verdicts.at(number)) {
      case Verdicts::accepted:
        ++account.accepted;
        if (deliveries != 1) ++account.disagreements;
        break;
      case Verdicts::not_sent:
        ++account.not_sent;
        if (deliveries != 0) ++account.disagreements;
        break;
      case Verdicts::rejected:
        ++account.rejected;
        if (deliveries != 0) ++account.disagreements;
        break;
      case Verdicts::unknown: ++account.unknown; break;
      default: ++account.incomplete;  // none, or more than one
    }
  }
  return account;
}

std::size_t number(const char* text) { return std::strtoul(text, nullptr, 10); }

}  // namespace

int main(int argc, char** argv) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);  // the server's threads would each make the memory grow by an arena
#endif
  const std::size_t sends = argc > 1 ? number(argv[1]) : 1'000'000;
  const bool is_campaign = argc > 2 && std::string(argv[2]) == "campaign";
  const bool is_keyed = argc > 2 && std::string(argv[2]) == "keyed";
  const std::size_t threads = argc > 2 && !is_keyed ? number(argv[2]) : 16;  // none for a campaign
  const std::size_t seed = argc > 3 ? number(argv[3]) : 1;
  const bool is_tls = argc > 4 && std::string(argv[4]) == "tls";

  support::FaultServer::Options server_options;
  server_options.other_url = "http://127.0.0.1:1";
  if (is_tls) server_options.certificates = &certificates();
  support::FaultServer server(server_options);
  server.choose(support::random_faults(static_cast<unsigned>(seed), is_campaign ? 1'000 : 2));
  for (std::size_t i = 0; i < sends; ++i) server.ledger().expect(std::to_string(i));
  Verdicts verdicts(sends);
  bool complete = true;
  Stats stats;
  MemoryWatch memory(sends);
  std::size_t growth = 0;
  if (is_keyed) {
    const v2::Client client(keyed_options_for(server));
    send_blocking(client, sends, threads, keyed_message, verdicts);
    stats = client.stats();
  } else {
    const Client client(is_campaign ? default_options_for(server) : options_for(server));
    const MakeMessage message = is_campaign ? small_message : message_of_mixed_size;
    if (threads > 0) {
      send_blocking(client, sends, threads, message, verdicts);
    } else {
      complete = send_async(client, sends, message, verdicts, memory);
    }
    growth = memory.growth();
    stats = client.stats();
  }
  const bool served = server.finish();
  const Account account = balance(verdicts, server.ledger(), sends, is_keyed);
  std::cout << sends << " sends, "
            << (is_campaign   ? "send_async with default options"
                : threads > 0 ? std::to_string(threads) + " threads"
                              : std::string("send_async"))
            << (is_keyed ? ", keyed" : "") << (is_tls ? ", TLS" : "") << ", seed " << seed << '\n'
            << "  accepted       " << account.accepted << '\n'
            << "  rejected       " << account.rejected << '\n'
            << "  not sent       " << account.not_sent << '\n'
            << "  unknown        " << account.unknown << '\n'
            << "  retries        " << stats.retries << '\n'
            << "  connections    " << stats.connections_opened << '\n'
            << "  deliveries     " << account.deliveries << '\n'
            << "  duplicates     " << account.duplicates << '\n'
            << "  disagreements  " << account.disagreements << '\n'
            << "  not completed exactly once  " << account.incomplete << '\n';
  if (is_campaign) std::cout << "  memory grew by " << growth << " MiB after the first tenth\n";
  const bool good = complete && served && account.duplicates == 0 && account.disagreements == 0 &&
                    account.incomplete == 0 && !(is_campaign && frees_memory && growth > 8);
  return good ? 0 : 1;
}
