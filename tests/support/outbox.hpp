#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "support/adjusted_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/outbox_place.hpp"
#include "support/requests.hpp"

namespace dropcowboy::support {

/// A new outbox, a calendar that the test sets, and a client whose transport the test controls.
class WithOutbox : public ::testing::Test, protected Place {
 protected:
  using TimePoint = outbox::TimePoint;
  static constexpr outbox::TimePoint start{std::chrono::hours(480'000)};

  outbox::Options options() const {
    outbox::Options made;
    choose(made);
    made.team_id = "team-1";
    made.runtime = std::make_shared<AdjustedRuntime>(std::chrono::milliseconds(1));
    made.now = [this] { return start + since_start_.load(); };
    return made;
  }
  void advance(std::chrono::milliseconds by) { since_start_ = since_start_.load() + by; }
  TimePoint now() const { return start + since_start_.load(); }

  outbox::Outbox open() const { return outbox::Outbox::open(options()).value(); }
  outbox::Outbox open_without_consent() const {
    outbox::Options made = options();
    made.policy.require_consent = false;
    made.policy.limits.clear();
    return outbox::Outbox::open(std::move(made)).value();
  }

  Client client(std::shared_ptr<Runtime> runtime = nullptr) const {
    ClientOptions made;
    made.credentials = {"team-1", "s3cr3t-value"};
    made.base_url = "http://127.0.0.1:1/v1";
    made.limits.requests_per_second = 0;
    made.retry.max_attempts = 1;
    made.transport = transport_;
    made.runtime = std::move(runtime);
    return Client(std::move(made));
  }

  static outbox::Entry entry(const std::string& id, const std::string& phone = "+15550010001") {
    outbox::Entry made;
    made.request = good_request();
    made.request.foreign_id = id;
    made.request.phone_number = phone;
    return made;
  }
  static void add(const outbox::Outbox& box, const std::string& id,
                  const std::string& phone = "+15550010001") {
    box.add({entry(id, phone)}).value();
  }
  static void permit(const outbox::Outbox& box, const std::string& phone = "+15550010001",
                     bool allowed = true) {
    outbox::Permission permission;
    permission.phone_number = phone;
    permission.allowed = allowed;
    permission.source = "form";
    box.permit({permission}).value();
  }
  outbox::RunReport run(const outbox::Outbox& box) const {
    outbox::RunOptions made;
    made.until_idle = true;
    made.poll_every = std::chrono::milliseconds(1);
    return box.run(client(), made);
  }

  static outbox::Message find(const outbox::Outbox& box, const std::string& id) {
    outbox::Query query;
    query.foreign_id = id;
    const auto page = box.list(query).value();
    EXPECT_EQ(page.messages.size(), 1U) << id;
    return page.messages.empty() ? outbox::Message() : page.messages[0];
  }
  static outbox::State state(const outbox::Outbox& box, const std::string& id) {
    return find(box, id).state;
  }

  static receiver::CallbackEvent callback(
      const std::string& id, DropStatus status, bool dnc = false,
      receiver::Authenticity authenticity = receiver::Authenticity::tag) {
    receiver::CallbackEvent event;
    event.callback.foreign_id = id;
    event.callback.phone_number = "15550010001";
    event.callback.status = status;
    event.callback.drop_id = "drop-1";
    if (status == DropStatus::failure) event.callback.known_reason = Reason::no_answer;
    if (dnc) event.callback.dnc = true;
    event.authenticity = authenticity;
    return event;
  }

  std::atomic<std::chrono::milliseconds> since_start_{};
  const std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
};

}  // namespace dropcowboy::support
