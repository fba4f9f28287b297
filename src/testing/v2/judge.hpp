#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/judge_tools.hpp"

namespace dropcowboy::testing::v2 {

/// A message that was answered with 202, as far as it can be understood.
struct Message {
  bool is_sms = false;
  bool is_speech = false;
  std::string phone_number{};  ///< empty if a contact is named that nobody knows
  std::string contact_id{};
  std::string caller_id{};  ///< what the contact is shown
  std::optional<std::string> foreign_id{};
  std::optional<std::string> callback_url{};
  DropResult result{};
};

/// The account as it stands, and what of the settings counts for both services.
struct Circumstances {
  const SimulatedV2Account& account;
  bool audio_url_approved = false;
  /// Every line, media and voice is taken for one of the account's.
  bool knows_every_id = false;
};

/// Reads the body, which need not be an object. Pure, like the next one.
Message read_message(const nlohmann::json& body, bool is_sms, const SimulatedV2Account& account);

/// What is wrong with it, in the order in which the service looks. By its own reading of what is
/// public of the service, without the library's validation.
Fault fault_of(const nlohmann::json& body, const Message& message, const Circumstances& here);

/// The id of the contact with this number: the account's own, or one made out of the number.
std::string contact_id_of(const std::string& phone_number, const SimulatedV2Account& account);

}  // namespace dropcowboy::testing::v2
