#pragma once

#include <gtest/gtest.h>

#include <string>

#include "outbox/transitions.hpp"
#include "support/keyed_outbox.hpp"

namespace dropcowboy::support {

/// An outbox of an older version, as tests/data has them: a message in each state, named after it,
/// and one more that is sent instead of the one that failed.
class WithOldOutbox : public WithKeyedOutbox {
 protected:
  static void expect_every_message(const outbox::Outbox& box) {
    using outbox::State;
    for (const State one : outbox::all_states) {
      const outbox::Message message = find(box, std::string(to_string(one)));
      EXPECT_EQ(message.state, one);
      EXPECT_FALSE(message.keyed);
      EXPECT_FALSE(message.repeat_at);
      EXPECT_EQ(box.status().value().count(one), one == State::ready ? 2U : 1U);
    }
    EXPECT_EQ(find(box, "failed-again").resend_of, "failed");
    EXPECT_EQ(box.request_of("ready").value().phone_number, "+15550010000");
  }
};

}  // namespace dropcowboy::support
