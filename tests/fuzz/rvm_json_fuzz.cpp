// RvmRequest::from_json and to_json: what was read is written, and read again as the same.
#include <nlohmann/json.hpp>

#include "dropcowboy/rvm.hpp"
#include "fuzz.hpp"

using dropcowboy::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dropcowboy::RvmRequest;
  const auto request = RvmRequest::from_json(dropcowboy::fuzz::text_of(data, size));
  if (!request) {
    require(request.error().kind == dropcowboy::ErrorKind::invalid_request, "refused by its kind");
    require(request.error().safe_to_resend(), "nothing was sent");
    return 0;
  }
  const std::string written = to_json(*request);
  require(nlohmann::json::accept(written), "what is written is JSON");
  const auto again = RvmRequest::from_json(written);
  require(again.has_value(), "what was written can be read");
  require(to_json(*again) == written, "and is the same");
  require(to_string(validate(*again)) == to_string(validate(*request)), "and as good or bad");
  const auto object = nlohmann::json::parse(written);
  require(!object.contains("team_id") && !object.contains("secret"), "no credentials in it");
  return 0;
}
