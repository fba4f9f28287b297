#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/keyed_outbox.hpp"

namespace dropcowboy::support {

/// An outbox on PostgreSQL, and what it takes to use it from several machines.
class WithSharedOutbox : public WithKeyedOutbox {
 protected:
  /// Another machine: its own connections, and its own client.
  outbox::Outbox another(outbox::Policy policy,
                         std::chrono::milliseconds lease = std::chrono::seconds(60)) const {
    outbox::Options made = options();
    made.engine = outbox::postgres({database(), lease});
    made.policy = std::move(policy);
    return outbox::Outbox::open(std::move(made)).value();
  }
  static outbox::Policy anything() {
    outbox::Policy policy;
    policy.require_consent = false;
    policy.limits.clear();
    return policy;
  }
  /// A run of another machine that gave its last sign of life so long ago.
  void add_run(std::chrono::milliseconds ago) const {
    by_hand("INSERT INTO runner (name, started_at, seen_at) VALUES ('other', 0, " +
            std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                               (now() - ago).time_since_epoch())
                               .count()) +
            ")");
  }
  void add_many(const outbox::Outbox& box, int count, const std::string& phone = {}) const {
    std::vector<outbox::Entry> entries;
    for (int i = 0; i < count; ++i) {
      const std::string own = "+1555001" + std::to_string(1'000 + i);
      entries.push_back(entry("m" + std::to_string(i), phone.empty() ? own : phone));
    }
    ASSERT_TRUE(box.add(entries));
  }
  static void expect_storage_error(const Error& error, bool transient, const std::string& words) {
    EXPECT_EQ(error.kind, ErrorKind::storage) << error;
    EXPECT_EQ(error.outcome, Outcome::not_sent) << error;
    EXPECT_EQ(error.transient, transient) << error;
    EXPECT_THAT(error.message, ::testing::HasSubstr(words));
  }
};

}  // namespace dropcowboy::support
