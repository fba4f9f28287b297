// What the calls beside the messages say when there is no memory: every single allocation is made
// to fail in turn. None of them throws.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dropcowboy/client.hpp"
#include "support/allocations.hpp"
#include "support/fakes.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using support::run_without_allocation;

/// Always gives the same answer, and needs memory for it.
class OneAnswer final : public Transport {
 public:
  explicit OneAnswer(std::string body) : body_(std::move(body)) {}

  HttpOutcome perform(const HttpRequest&, const Stop&) override {
    ++calls_;
    allocations_at_call_ = support::allocations();
    return support::FakeTransport::answer(200, body_);
  }
  int calls() const { return calls_; }
  int allocations_at_call() const { return allocations_at_call_; }

 private:
  const std::string body_;
  int calls_ = 0;
  int allocations_at_call_ = 0;
};

Client client_over(std::shared_ptr<Transport> transport) {
  ClientOptions options;
  options.credentials = {"team-1", "a secret that needs memory"};
  options.environment = std::make_shared<support::FakeEnvironment>();
  options.transport = std::move(transport);
  options.retry.max_attempts = 1;
  return Client(std::move(options));
}

/// The error, if there is one.
template <class Value>
std::optional<Error> error_of(const Result<Value>& result) {
  if (result) return std::nullopt;
  return result.error();
}

constexpr std::string_view long_name = "a name that is too long for a buffer of std::string";

struct Call {
  const char* name;
  bool only_reads;
  std::string answer;
  std::function<std::optional<Error>(const Client&)> make;
};

std::ostream& operator<<(std::ostream& out, const Call& call) { return out << call.name; }

const char a_list[] =
    R"({"list_id":"5c8eb7a2f1d3e40011a9c3b7","list_name":"a name of some length","contact_count":7})";
const char a_listing[] =
    R"([{"brand_id":"5c8eb7a2f1d3e40011a9c3b7","media_id":"5c8eb7a2f1d3e40011a9c3b7",
         "pool_id":"5c8eb7a2f1d3e40011a9c3b7","name":"a name of some length","registered":"what?"}])";

std::vector<Call> calls() {
  return {
      {"brands", true, a_listing, [](const Client& c) { return error_of(c.brands()); }},
      {"recordings", true, a_listing, [](const Client& c) { return error_of(c.recordings(true)); }},
      {"media", true, a_listing, [](const Client& c) { return error_of(c.media()); }},
      {"pools", true, a_listing, [](const Client& c) { return error_of(c.pools()); }},
      {"contact_list", true, a_list,
       [](const Client& c) { return error_of(c.contact_list(long_name)); }},
      {"create_contact_list", false, a_list,
       [](const Client& c) { return error_of(c.create_contact_list(long_name)); }},
      {"rename_contact_list", false, "",
       [](const Client& c) { return error_of(c.rename_contact_list(long_name, long_name)); }},
      {"remove_contact_list", false, "",
       [](const Client& c) { return error_of(c.remove_contact_list(long_name)); }},
      {"append_contacts", false,
       R"({"accepted_count":0,"rejected":[{"index":0,"reason":"a reason of some length"},
           {"index":1,"reason":["another one"]},{"index":9}]})",
       [rows = support::good_contacts(2)](const Client& c) {
         AppendReport report = c.append_contacts(long_name, rows);
         EXPECT_EQ(report.answered.count + report.unknown.count + report.not_added.count, 2U);
         return std::move(report.error);
       }},
  };
}

class CallWithoutMemory : public ::testing::TestWithParam<Call> {};

TEST_P(CallWithoutMemory, SaysThatNothingWasSent) {
  const auto transport = std::make_shared<OneAnswer>(GetParam().answer);
  const Client client = client_over(transport);
  const int before = support::allocations();
  EXPECT_FALSE(GetParam().make(client));
  const int until_sent = transport->allocations_at_call() - before;
  ASSERT_EQ(transport->calls(), 1);
  EXPECT_GE(until_sent, 2) << "hardly an allocation can fail: the test shows nothing";
  for (int n = 1; n <= until_sent; ++n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    std::optional<Error> error;
    EXPECT_NO_THROW(run_without_allocation(n, [&] { error = GetParam().make(client); }));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->delivery, Delivery::not_sent) << *error;
  }
  EXPECT_EQ(transport->calls(), 1);
}

TEST_P(CallWithoutMemory, SaysWhatMayHaveBeenDoneOnceItWasSent) {
  const auto transport = std::make_shared<OneAnswer>(GetParam().answer);
  const Client client = client_over(transport);
  const int failed = support::for_every_allocation([&](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    const int calls_before = transport->calls();
    std::optional<Error> error;
    bool struck = false;
    EXPECT_NO_THROW(struck = run_without_allocation(n, [&] { error = GetParam().make(client); }));
    const bool may_be_done = transport->calls() > calls_before && !GetParam().only_reads;
    if (error) {
      EXPECT_EQ(error->delivery, may_be_done ? Delivery::unknown : Delivery::not_sent) << *error;
    }
    return struck;
  });
  EXPECT_GT(failed, 5);
}

INSTANTIATE_TEST_SUITE_P(Calls, CallWithoutMemory, ::testing::ValuesIn(calls()),
                         [](const auto& call) { return std::string(call.param.name); });

}  // namespace
}  // namespace dropcowboy
