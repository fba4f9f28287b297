#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/v2/client.hpp"
#include "support/calendar_runtime.hpp"
#include "support/outbox.hpp"
#include "support/v2_requests.hpp"

namespace dropcowboy::support {

/// An outbox with a client of the v2 API besides, which has the same calendar. It makes one
/// attempt a call, so that every repetition is the outbox's.
class WithKeyedOutbox : public WithOutbox {
 protected:
  v2::ClientOptions keyed_options() const {
    v2::ClientOptions made;
    made.credentials = {"key-1", "s3cr3t-value"};
    made.team_id = "team-1";
    made.base_url = "http://127.0.0.1:1";
    made.limits.requests_per_second = 0;
    made.retry.max_attempts = 1;
    made.transport = transport_;
    made.runtime = std::make_shared<FollowingRuntime>([this] { return now(); });
    return made;
  }
  v2::Client keyed_client() const { return v2::Client(keyed_options()); }

  static outbox::KeyedEntry keyed_entry(const std::string& id,
                                        const std::string& phone = "+15550010001") {
    outbox::KeyedEntry made;
    made.request = good_v2_request();
    made.request.foreign_id = id;
    made.request.to = phone;
    return made;
  }
  static void add_keyed(const outbox::Outbox& box, const std::string& id,
                        const std::string& phone = "+15550010001") {
    box.add_keyed({keyed_entry(id, phone)}).value();
  }
  static outbox::RunOptions until_idle() {
    outbox::RunOptions made;
    made.until_idle = true;
    made.poll_every = std::chrono::milliseconds(1);
    return made;
  }
  outbox::RunReport run_keyed(const outbox::Outbox& box) const {
    return box.run(keyed_client(), until_idle());
  }

  void answer(int status, const std::string& body = "{}") const {
    transport_->then(FakeTransport::answer(status, body));
  }
  void lose_the_answer() const {
    transport_->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted));
  }
  void refuse_the_connection() const {
    transport_->then(FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  }

  /// The message is unknown after its first attempt, and is to be repeated in a second.
  void make_doubtful(const outbox::Outbox& box, const std::string& id = "a") const {
    add_keyed(box, id);
    lose_the_answer();
    ASSERT_EQ(run_keyed(box).unknown, 1U);
    ASSERT_EQ(state(box, id), outbox::State::unknown);
  }
  /// A run died in the middle of a repeat.
  void leave_behind() const {
    EXPECT_EQ(by_hand("UPDATE message SET repeats = repeats + 1, repeat_at = NULL, " +
                      set_state(outbox::State::sending) + " WHERE state = 3"),
              "");
  }
  void expect_not_repeated(const outbox::Outbox& box, const std::string& note,
                           const std::string& id = "a") const {
    const std::size_t before = requests();
    EXPECT_TRUE(run_keyed(box).ok());
    EXPECT_EQ(requests(), before);
    const outbox::Message message = find(box, id);
    EXPECT_EQ(message.state, outbox::State::unknown);
    EXPECT_FALSE(message.repeat_at);
    EXPECT_THAT(message.note, ::testing::HasSubstr(note));
    EXPECT_EQ(box.status().value().to_be_repeated, 0U);
  }

  /// Of the n-th request, from 0.
  std::string key(std::size_t request) const {
    return transport_->requests().at(request).header("Idempotency-Key");
  }
  std::size_t requests() const { return transport_->requests().size(); }
};

}  // namespace dropcowboy::support
