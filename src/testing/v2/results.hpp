#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "testing/random_ids.hpp"
#include "testing/service_clock.hpp"
#include "testing/v2/judge.hpp"

namespace dropcowboy::testing::v2 {

/// The service's bookkeeping of one message.
struct MessageIds {
  explicit MessageIds(RandomIds& ids)
      : drop(ids.uuid()), receipt_drop(ids.drop_id()), session(ids.uuid()), log(ids.uuid()) {}

  std::string drop;
  std::string receipt_drop;  ///< what a receipt event calls the same drop
  std::string session;
  std::string log;
};

/// The account's id in results.
extern const char* const team_id;

/// Whether a proof of delivery is made: after the codes 0, 4001 and 4002, but not for the simulated
/// numbers, and not for texts.
bool has_proof(const Message& message);

/// The body of the callback, which is the only one to hold foreign_id. The message_id is in none.
std::string callback_body(const Message& message, const MessageIds& ids,
                          ServiceClock::TimePoint attempted_at);

/// The `data` of contact.rvm.status and contact.sms.status.
nlohmann::ordered_json status_data(const Message& message, const MessageIds& ids);
/// The `data` of contact.rvm.receipt.
nlohmann::ordered_json receipt_data(const Message& message, const MessageIds& ids,
                                    ServiceClock::TimePoint ready_at);

}  // namespace dropcowboy::testing::v2
