#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/issue.hpp"

namespace dropcowboy {

// What an account holds, as the service lists it. What the answer lacks, or has in a type that is
// not documented, is left unset and, for the latter and a missing id, named in `issues`: one odd
// element does not spoil the others. `json` is the element as received, the account's secret cut
// out: keys that this library does not know are in it.

/// A brand of the account's trust center: what RvmRequest::brand_id names.
struct Brand {
  /// Its id (a GUID); safe to keep.
  std::string brand_id{};
  /// The legal name.
  std::string company_name{};
  /// "Doing business as".
  std::string dba_name{};
  /// Whether the brand has been registered with the carriers.
  std::optional<bool> registered{};
  /// Whether it may be used through this API.
  std::optional<bool> api_allowed{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received, the secret cut out.
  std::string json{};
};

/// What Client::check_account() found. That there is one means that the credentials hold.
struct AccountCheck {
  /// The brands as listed, usable or not.
  std::vector<Brand> brands{};
  /// The service's clock when it answered, to the second, if the answer had it. Signed webhooks are
  /// refused when this machine's is more than 300 s off.
  std::optional<std::chrono::system_clock::time_point> service_time{};

  /// The ids of those with which the service says one may send: registered *and* api_allowed, both
  /// told to be true. Empty: no brand is of use, and every message would fail.
  DROPCOWBOY_API std::vector<std::string> usable_brand_ids() const;
};

/// A recording or another audio file of the account.
struct Media {
  /// What RvmRequest::recording_id takes.
  std::string media_id{};
  /// As the account's owner called it.
  std::string name{};
  /// When it was made.
  std::optional<std::chrono::system_clock::time_point> created_at{};
  /// Whether it may be used through this API.
  std::optional<bool> api_allowed{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received, the secret cut out.
  std::string json{};
};

/// A private number pool: what RvmRequest::pool_id and SmsRequest::pool_id name.
struct Pool {
  /// Its id, not always a GUID; safe to keep.
  std::string pool_id{};
  /// As the account's owner called it.
  std::string name{};
  /// The brand that its numbers belong to.
  std::string brand_id{};
  /// As the service names it: what the pool's numbers are registered for.
  std::string service_type{};
  /// How many numbers it holds.
  std::optional<std::uint64_t> number_count{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received, the secret cut out.
  std::string json{};
};

}  // namespace dropcowboy
