#pragma once

#include <optional>
#include <string>

namespace dropcowboy::testing {

/// How a drop ended. Success if `reason` is empty.
struct DropResult {
  int code = 0;  ///< 0 also where the vendor has published none
  const char* reason = "";
  bool dnc = false;
  bool spam = false;
};

/// A message that was answered "queued".
struct AcceptedMessage {
  bool is_sms = false;
  std::string phone_number{};
  std::optional<std::string> foreign_id{};
  std::optional<std::string> callback_url{};
  bool has_status_format = false;
  bool is_speech = false;
  DropResult result{};
  bool is_faulty = false;  ///< it fails before anybody is called
};

}  // namespace dropcowboy::testing
