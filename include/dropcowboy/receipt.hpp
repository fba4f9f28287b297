#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// The service's word that it took a message. "queued" means accepted, not delivered, nor even
/// authorized: the result comes in the callback, usually within minutes, or the next morning
/// outside calling hours.
struct Receipt {
  /// As answered: "queued".
  std::string status{};
  /// Your id of this message: the request's, or the one made for it.
  std::string foreign_id{};
  /// What was sent as foreign_id and comes back in the callback: the same, or what
  /// ClientOptions::foreign_id_tagger made of it. Whoever knows a tagged id can forge callbacks
  /// about this one message: keep it out of logs.
  std::string wire_foreign_id{};
  /// The service's id of the drop, when the answer held one.
  std::optional<std::string> drop_id{};
  /// The service's id of the exchange, when it gave one.
  std::optional<std::string> request_id{};
  /// 200, or another 2xx.
  int http_status = 0;
  /// Every attempt made, in order; the last one was accepted.
  std::vector<Attempt> attempts{};
  /// The answer as received, the secret cut out; keys that this library does not know are in it.
  std::string body{};
};

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const Receipt& a, const Receipt& b) noexcept;
inline bool operator!=(const Receipt& a, const Receipt& b) noexcept { return !(a == b); }
/// @}

}  // namespace dropcowboy
