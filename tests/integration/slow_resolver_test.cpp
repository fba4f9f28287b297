// What a name server that does not answer must not hold up, and which connection counts where a
// host has two addresses. This program's getaddrinfo() plays the name server: libcurl, which calls
// it on threads of its own, finds this one first.

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "dropcowboy/client.hpp"
#include "support/client_over_sockets.hpp"
#include "support/fault_server.hpp"
#include "support/requests.hpp"

namespace {

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
using Connect = int (*)(int, const sockaddr*, socklen_t);

constexpr std::string_view slow_host = "slow.test";
constexpr std::string_view host_with_two_addresses = "two-addresses.test";
// For one name libcurl asks once, or, after 8.21, once for each kind of address.
constexpr int every_question = 1'000;

/// The questions for slow_host: the first ones hang until released, later ones are answered.
class NameServer {
 public:
  void hang_next(int questions) {
    const std::lock_guard lock(mutex_);
    hanging_ = questions;
    asked_ = 0;
    released_ = false;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  /// Blocks until so many questions have come since hang_next(); false after 20 s.
  bool wait_for_questions(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return asked_ >= count; });
  }
  /// Called on libcurl's thread.
  void ask() {
    std::unique_lock lock(mutex_);
    const bool hangs = asked_++ < hanging_;
    changed_.notify_all();
    if (hangs) changed_.wait(lock, [this] { return released_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int hanging_ = 0;
  int asked_ = 0;
  bool released_ = false;
};

/// Never destroyed: a thread of libcurl may still be in it when the program ends.
NameServer& name_server() {
  static auto* const server = new NameServer;
  return *server;
}

/// Ready once somebody connects to an IPv6 address.
std::atomic<std::promise<void>*> ipv6_tried{nullptr};

/// 127.0.0.1, then ::1; one of them if only that kind is asked for.
int resolve_to_two(Resolve resolve, const char* service, const addrinfo* hints, addrinfo** result) {
  const int family = hints != nullptr ? hints->ai_family : AF_UNSPEC;
  if (family == AF_INET6) return resolve("::1", service, hints, result);
  if (const int fault = resolve("127.0.0.1", service, hints, result)) return fault;
  if (family == AF_INET) return 0;
  addrinfo* last = *result;
  while (last->ai_next != nullptr) last = last->ai_next;
  return resolve("::1", service, hints, &last->ai_next);
}

}  // namespace

extern "C" int connect(int socket, const sockaddr* address, socklen_t size) {
  static const auto system = reinterpret_cast<Connect>(::dlsym(RTLD_NEXT, "connect"));
  if (address->sa_family == AF_INET6) {
    if (auto* const tried = ipv6_tried.exchange(nullptr)) tried->set_value();
  }
  return system(socket, address, size);
}

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  static const auto resolve = reinterpret_cast<Resolve>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr) return resolve(name, service, hints, result);
  if (name == host_with_two_addresses) return resolve_to_two(resolve, service, hints, result);
  if (name != slow_host) return resolve(name, service, hints, result);
  name_server().ask();
  return resolve("127.0.0.1", service, hints, result);
}

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SlowResolverTest : public ::testing::Test {
 protected:
  SlowResolverTest() {
    options_.credentials = {"team-1", "s3cret"};
    const std::string url = server_.url();
    options_.base_url = "http://" + std::string(slow_host) + url.substr(url.rfind(':')) + "/v1";
    options_.allow_insecure_http = true;
    options_.retry.max_attempts = 1;
  }
  ~SlowResolverTest() override { name_server().release(); }

  static RvmRequest message(const std::string& foreign_id) {
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    return request;
  }

  /// As long as no answer comes this ends the call; the test asserts no duration.
  static CallOptions short_deadline() {
    CallOptions options;
    options.total_timeout = milliseconds(200);
    return options;
  }

  static void expect_not_sent(const Result<Receipt>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::timeout) << result.error();
    EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  }

  support::FaultServer server_;
  ClientOptions options_;
};

TEST_F(SlowResolverTest, HoldsUpNobodyElse) {
  name_server().hang_next(1);
  const Client client(options_);
  auto first = client.send_async(message("first"));
  ASSERT_TRUE(name_server().wait_for_questions(1));
  auto second = client.send_async(message("second"));
  ASSERT_EQ(second.wait_for(seconds(20)), std::future_status::ready);
  EXPECT_TRUE(second.get());
  name_server().release();  // libcurl may have let the first go on with the second's answer
  EXPECT_TRUE(first.get());
}

TEST_F(SlowResolverTest, DoesNotOutlastTheDeadlineOfASend) {
  name_server().hang_next(every_question);
  const Client client(options_);
  expect_not_sent(client.send(message("a"), short_deadline()));
  EXPECT_EQ(server_.ledger().complete_posts("a"), 0);
}

TEST_F(SlowResolverTest, DoesNotOutlastTheDeadlineOfAnAsyncSend) {
  name_server().hang_next(every_question);
  const Client client(options_);
  auto sent = client.send_async(message("a"), short_deadline());
  ASSERT_EQ(sent.wait_for(seconds(20)), std::future_status::ready);
  expect_not_sent(sent.get());
}

TEST_F(SlowResolverTest, DoesNotHoldUpTheEndOfTheClient) {
  name_server().hang_next(every_question);
  auto client = std::make_unique<Client>(options_);
  auto sent = client->send_async(message("a"));
  ASSERT_TRUE(name_server().wait_for_questions(1));
  client.reset();
  const auto result = sent.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::shutdown);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
}

// The first address answers after the second was tried, and so wins with the older of two sockets.
// When the service then closes that connection in good order, the next message must not be written
// to it: that would be lost.
TEST(TwoAddressesTest, TheConnectionThatWonIsTheOneThatIsWatched) {
  for (const bool is_async : {false, true}) {
    SCOPED_TRACE(is_async ? "send_async" : "send");
    support::FaultServer server(support::server_options(support::Scheme::https));
    ClientOptions options = support::client_options(server);
    options.base_url = "https://" + std::string(host_with_two_addresses) + ":" +
                       std::to_string(server.port()) + "/v1";
    const Client client(options);
    const auto send = [&](const std::string& foreign_id) {
      RvmRequest request = support::good_request();
      request.foreign_id = foreign_id;
      return is_async ? client.send_async(request)
                      : std::async(std::launch::async,
                                   [&client, request] { return client.send(request); });
    };
    std::promise<void> second_address_tried;
    ipv6_tried = &second_address_tried;
    server.always(support::fault_called("syn_never_answered"));
    auto first = send("first");
    second_address_tried.get_future().wait();
    server.behave_well();
    const auto first_result = first.get();
    EXPECT_TRUE(first_result) << support::text_of(first_result);
    server.close_idle();
    const auto second_result = send("second").get();
    EXPECT_TRUE(second_result) << support::text_of(second_result);
    EXPECT_TRUE(server.finish());
    EXPECT_EQ(server.ledger().deliveries("first"), 1);
    EXPECT_EQ(server.ledger().deliveries("second"), 1);
  }
}

std::set<std::string> threads() {
  std::set<std::string> ids;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    ids.insert(task.path().filename().string());
  }
  return ids;
}

/// Those that were not there before. Others may end meanwhile: libcurl's, of the tests above.
std::ptrdiff_t new_threads(const std::set<std::string>& before) {
  const std::set<std::string> now = threads();
  return std::count_if(now.begin(), now.end(),
                       [&](const std::string& id) { return before.count(id) == 0; });
}

TEST(ThreadTest, OnlyTheFirstAsyncSendStartsOne) {
  const auto server_port_that_nobody_listens_on = "http://127.0.0.1:1/v1";
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.base_url = server_port_that_nobody_listens_on;
  options.retry.max_attempts = 1;
  const auto before = threads();
  {
    const Client client(options);
    EXPECT_FALSE(client.send(support::good_request()));
    EXPECT_TRUE(client.drain(seconds(0)));
    client.cancel_pending();
    EXPECT_EQ(new_threads(before), 0);
    EXPECT_FALSE(client.send_async(support::good_request()).get());
    EXPECT_EQ(new_threads(before), 1);
    EXPECT_FALSE(client.send_async(support::good_request()).get());
    EXPECT_EQ(new_threads(before), 1);
  }
}

}  // namespace
}  // namespace dropcowboy
