// The library's own transport when there is no memory: every single allocation of a send is made to
// fail in turn, and what the client says is held against what the server read.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "support/allocations.hpp"
#include "support/client_over_sockets.hpp"

namespace dropcowboy {
namespace {

using support::client_options;
using support::for_every_allocation;

class TransportWithoutMemory : public support::ClientOverSockets {
 protected:
  /// `struck`: whether an allocation failed, without which it must have been accepted.
  void expect_truth(const Result<Receipt>& result, const std::string& foreign_id, bool struck) {
    if (!struck) {
      EXPECT_TRUE(result) << support::text_of(result);
    }
    const int posts = server_.ledger().complete_posts(foreign_id);
    if (result || result.error().outcome == Outcome::rejected) {
      EXPECT_EQ(posts, 1) << support::text_of(result);
    } else {
      EXPECT_EQ(posts, result.error().outcome == Outcome::unknown ? 1 : 0) << result.error();
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Schemes, TransportWithoutMemory, support::both_schemes,
                         support::scheme_name);

TEST_P(TransportWithoutMemory, ABlockingSendThrowsOrTellsTheTruth) {
  const int failed = for_every_allocation([this](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    const Client client(client_options(server_));  // anew, so that it connects
    RvmRequest request = support::good_request();
    request.foreign_id = "send " + std::to_string(n);
    CallOptions with_token;
    with_token.cancel = CancelToken();
    std::optional<Result<Receipt>> result;
    try {
      const bool struck = support::run_without_allocation(
          n, [&] { result.emplace(client.send(request, with_token)); });
      expect_truth(*result, *request.foreign_id, struck);
      return struck;
    } catch (const std::bad_alloc&) {
      return true;
    }
  });
  EXPECT_GE(failed, 10) << "hardly an allocation failed: the test shows nothing";
}

// The failure strikes on the client's thread, from the end of a first message on.
TEST_P(TransportWithoutMemory, SendAsyncTellsTheTruth) {
  const int failed = for_every_allocation([this](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    ClientOptions options = client_options(server_);
    options.limits.max_in_flight = 1;
    const Client client(options);
    RvmRequest request = support::good_request();
    request.foreign_id = "async " + std::to_string(n);
    std::optional<Result<Receipt>> result;
    bool struck = false;
    client.send_async(support::good_request(), [&](const Result<Receipt>&) {
      client.send_async(request, [&](Result<Receipt> of_second) {
        struck = !support::is_failure_left();
        result.emplace(std::move(of_second));
      });
      support::fail_allocation(n);
    });
    EXPECT_TRUE(client.drain(std::chrono::seconds(20)));
    EXPECT_TRUE(client.drain(std::chrono::seconds(20)));  // for what the completion handed over
    EXPECT_TRUE(result) << "never completed";
    if (!result) return false;
    expect_truth(*result, *request.foreign_id, struck);
    return struck;
  });
  EXPECT_GE(failed, 10) << "hardly an allocation failed: the test shows nothing";
}

}  // namespace
}  // namespace dropcowboy
