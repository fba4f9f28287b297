#pragma once

#include <string>

#include "dropcowboy/result.hpp"

namespace dropcowboy {

/// An account's API credentials, from the "API Setting" tab of the vendor's web application.
/// validate(ClientOptions) names what came along when they were copied: white space, line breaks or
/// quotation marks around them, a byte order mark, no-break and zero-width spaces.
struct Credentials {
  /// Not a secret, but not to be published either.
  std::string team_id{};
  /// Whoever has it can send in your name. Never printed, logged or quoted by this library, which
  /// cuts it out of texts that repeat it; validate(ClientOptions) warns of fewer than 8 characters,
  /// which texts may repeat by chance.
  std::string secret{};

  /// DROPCOWBOY_TEAM_ID and DROPCOWBOY_SECRET; each falls back to its DROP_COWBOY_ spelling.
  /// Error: configuration, naming the variables that are missing. Reads the environment, so do not
  /// call it while another thread changes that.
  DROPCOWBOY_API static Result<Credentials> from_environment();
};

}  // namespace dropcowboy
