// The README's "Send many", its own lines, with default options and three times as many messages as
// fit into one time limit: in virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "dropcowboy/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/requests.hpp"
#include "support/virtual_service.hpp"

/// The sample.
void send_all(const dropcowboy::Client& client,
              const std::vector<dropcowboy::RvmRequest>& requests);

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;

TEST(SendMany, LosesNothing) {
  const auto runtime = std::make_shared<support::FakeRuntime>(2);
  const auto service = std::make_shared<support::VirtualService>(runtime, milliseconds(0));
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.runtime = runtime;
  options.transport = service;
  const auto fit_into_one_limit =
      static_cast<std::size_t>(options.limits.requests_per_second *
                               std::chrono::duration<double>(options.total_timeout).count());
  RvmRequest request = support::good_request();
  request.foreign_id.reset();
  const std::vector<RvmRequest> requests(3 * fit_into_one_limit, request);

  ::testing::internal::CaptureStderr();
  Stats stats;
  {
    const Client client(options);
    send_all(client, requests);
    stats = client.stats();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(stats.accepted, requests.size());
  EXPECT_EQ(stats.not_sent + stats.rejected + stats.unknown + stats.queued, 0U);
  EXPECT_GE(runtime->elapsed(), 2 * options.total_timeout);
}

}  // namespace
}  // namespace dropcowboy
