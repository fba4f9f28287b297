// What the library allocates, and what it does when there is no memory: every single allocation is
// made to fail in turn. Sends are in send_without_memory_test.cpp.

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "dropcowboy/client.hpp"
#include "dropcowboy/webhook.hpp"
#include "support/allocations.hpp"
#include "support/data_file.hpp"
#include "support/fake_transport.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using support::allocations_of;
using support::data_file;
using support::expect_only_bad_alloc;
using support::FakeTransport;
using support::request_with_errors;
using support::request_with_everything;
using support::run_without_allocation;

TEST(Allocation, IsCountedAndFailsWhenTold) {
  std::optional<std::string> made;
  EXPECT_EQ(allocations_of([&] { made.emplace(100, 'x'); }), 1);
  EXPECT_THROW(run_without_allocation(1, [&] { made.emplace(200, 'x'); }), std::bad_alloc);
  EXPECT_FALSE(run_without_allocation(2, [&] { made.emplace(200, 'x'); }));
  EXPECT_GT(allocations_of([] { static_cast<void>(validate(RvmRequest())); }), 0)
      << "an issue needs memory";
}

TEST(Allocation, IsNotNeededToFindNothingWrong) {
  const auto request = RvmRequest::from_json(data_file("reference_request.json"));
  ASSERT_TRUE(request);
  Validation validation;
  EXPECT_EQ(allocations_of([&] { validation = validate(*request); }), 0);
  EXPECT_TRUE(validation.errors.empty()) << to_string(validation);
  EXPECT_TRUE(validation.warnings.empty()) << to_string(validation);
}

TEST(TextWithoutMemory, WebhookParse) {
  // With a member of every kind that needs memory, known and unknown.
  std::string body = data_file("callback_success.json");
  body.pop_back();
  while (body.back() != '}') body.pop_back();
  body.back() = ',';
  body += R"("extra":{"list":[1,"two",[3.5,{"four":null}]]},"quantity":2,"spam":"mistyped"})";
  const auto good = Webhook::parse(body);
  ASSERT_TRUE(good) << good.error();
  ASSERT_FALSE(good->unknown.empty());
  ASSERT_FALSE(good->issues.empty());
  expect_only_bad_alloc([&] { return Webhook::parse(body); },
                        [&](const Result<Webhook>& result) {
                          return result && result->unknown.size() == good->unknown.size() &&
                                 result->issues.size() == good->issues.size() &&
                                 result->foreign_id == good->foreign_id;
                        });
}

TEST(TextWithoutMemory, WebhookParseOfWhatIsNoJson) {
  const std::string body = R"({"drop_id":"5c8eb7a2f1d3e40011a9c3b7","list":[1,2,)";
  expect_only_bad_alloc([&] { return Webhook::parse(body); },
                        [](const Result<Webhook>& result) {
                          return !result && result.error().kind == ErrorKind::bad_response;
                        });
}

TEST(TextWithoutMemory, RequestToJson) {
  const RvmRequest request = request_with_everything();
  const std::string good = to_json(request);
  expect_only_bad_alloc([&] { return to_json(request); },
                        [&](const std::string& text) { return text == good; });
}

TEST(TextWithoutMemory, RequestFromJson) {
  const std::string text = to_json(request_with_everything());
  expect_only_bad_alloc(
      [&] { return RvmRequest::from_json(text); },
      [&](const Result<RvmRequest>& read) { return read && to_json(*read) == text; });
  const std::string mistyped = R"({"brand_id":[1],"pool_id":7,"a name of some length":{"b":[]}})";
  expect_only_bad_alloc(
      [&] { return RvmRequest::from_json(mistyped); },
      [&](const Result<RvmRequest>& read) { return !read && read.error().issues.size() == 2; });
}

TEST(TextWithoutMemory, ValidationAndItsText) {
  const RvmRequest request = request_with_errors();
  const std::string good = to_string(validate(request));
  expect_only_bad_alloc([&] { return to_string(validate(request)); },
                        [&](const std::string& text) { return text == good; });
}

TEST(ClientWithoutMemory, IsMadeOrNot) {
  const auto transport = std::make_shared<FakeTransport>();
  expect_only_bad_alloc(
      [&] {
        ClientOptions options;
        options.credentials = {"team-1", "a secret that needs memory"};
        options.transport = transport;
        return Client::create(std::move(options));
      },
      [](const Result<Client>& client) { return client.has_value(); });
}

}  // namespace
}  // namespace dropcowboy
