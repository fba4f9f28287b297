#include "dropcowboy/foreign_id.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>

#include "core/make_error.hpp"
#include "dropcowboy/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

std::chrono::system_clock::time_point at(std::int64_t milliseconds) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

TEST(ForeignId, IsAVersion7Uuid) {
  // x stands for any hexadecimal digit, v for the variant's 8, 9, a or b (RFC 9562, 5.7). The time
  // is that of the RFC's own sample.
  const std::string_view pattern = "017f22e2-79b0-7xxx-vxxx-xxxxxxxxxxxx";
  for (int round = 0; round < 100; ++round) {
    const std::string id = new_foreign_id(at(1'645'557'742'000));
    ASSERT_EQ(id.size(), pattern.size());
    for (std::size_t i = 0; i < id.size(); ++i) {
      const std::string_view allowed = pattern[i] == 'x'   ? "0123456789abcdef"
                                       : pattern[i] == 'v' ? "89ab"
                                                           : pattern.substr(i, 1);
      EXPECT_NE(allowed.find(id[i]), std::string_view::npos) << id << " at " << i;
    }
  }
}

TEST(ForeignId, DoesNotRepeatWithinAMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(new_foreign_id(at(1'645'557'742'000)));
  EXPECT_EQ(ids.size(), 10'000U);
}

TEST(ForeignId, IsOrderedByTheMillisecond) {
  std::string last;
  for (const std::int64_t time :
       {0LL, 1LL, 255LL, 256LL, 1'645'557'742'000LL, 1'645'557'742'001LL, 0x07FF'FFFF'FFFFLL}) {
    const std::string id = new_foreign_id(at(time));
    EXPECT_LT(last, id) << time;
    last = id;
  }
  EXPECT_EQ(last.substr(0, 15), "07ffffff-ffff-7");
}

TEST(ForeignId, OfTheSystemIsOfOurDays) {
  for (const std::string& id : {Runtime::system()->new_id(), new_foreign_id()}) {
    EXPECT_GT(id, "0190") << "the clock stands before 2024";
    EXPECT_EQ(id[14], '7');
  }
}

/// As if the system had no random bytes.
class RuntimeWithoutIds final : public Runtime {
 public:
  std::chrono::steady_clock::time_point now() override { return fake_.now(); }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    fake_.wait_until(until, cancel);
  }
  double jitter() override { return fake_.jitter(); }
  std::string new_id() override {
    throw Exception(not_sent(ErrorKind::configuration, "no random bytes"));
  }

 private:
  support::FakeRuntime fake_;
};

TEST(ForeignId, ThatCannotBeMadeStopsTheSend) {
  const auto transport = std::make_shared<support::FakeTransport>();
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.runtime = std::make_shared<RuntimeWithoutIds>();
  options.transport = transport;
  const Client client(options);
  RvmRequest request = support::good_request();
  request.foreign_id.reset();
  for (const auto& result : {client.send(request), client.send_async(request).get()}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::configuration);
    EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  }
  EXPECT_TRUE(transport->requests().empty());
  EXPECT_TRUE(client.send(support::good_request())) << "a message with an id of its own needs none";
}

}  // namespace
}  // namespace dropcowboy
