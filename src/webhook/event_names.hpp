#pragma once

#include <string_view>

#include "text/characters.hpp"

namespace dropcowboy {

// What the names of the v2 service's events tell. Only about 25 of them are public, so they are
// told by their ends. Case does not count.

inline bool ends_with(std::string_view event, std::string_view end) noexcept {
  return event.size() >= end.size() &&
         text::equals_ignoring_case(event.substr(event.size() - end.size()), end);
}

/// About a message of the account's: `to` is the contact, and `status` the result.
inline bool is_about_message(std::string_view event) noexcept {
  return ends_with(event, ".status") || ends_with(event, ".receipt");
}

/// That the contact must not be called any more.
inline bool is_about_opt_out(std::string_view event) noexcept {
  return ends_with(event, ".msg.opt") || ends_with(event, ".opt_out") ||
         ends_with(event, ".consent.revoked");
}

/// From the contact to a number of the account's: `to` is ours, and `from` the contact.
inline bool is_from_contact(std::string_view event) noexcept {
  return is_about_opt_out(event) || ends_with(event, ".received") || ends_with(event, ".missed");
}

}  // namespace dropcowboy
