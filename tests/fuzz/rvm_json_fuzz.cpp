// from_json and to_json of all requests: what was read is written, and read again as the same.
#include <nlohmann/json.hpp>

#include "dropcowboy/rvm.hpp"
#include "dropcowboy/sms.hpp"
#include "dropcowboy/v2/message.hpp"
#include "fuzz.hpp"

using dropcowboy::fuzz::require;

namespace {

template <class Request>
void read_and_write(std::string_view text) {
  const auto request = Request::from_json(text);
  if (!request) {
    require(request.error().kind == dropcowboy::ErrorKind::invalid_request, "refused by its kind");
    require(request.error().safe_to_resend(), "nothing was sent");
    return;
  }
  const std::string written = to_json(*request);
  require(nlohmann::json::accept(written), "what is written is JSON");
  const auto again = Request::from_json(written);
  require(again.has_value(), "what was written can be read");
  require(to_json(*again) == written, "and is the same");
  require(to_string(validate(*again)) == to_string(validate(*request)), "and as good or bad");
  const auto object = nlohmann::json::parse(written);
  require(!object.contains("team_id") && !object.contains("secret"), "no credentials in it");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dropcowboy::fuzz::text_of(data, size);
  read_and_write<dropcowboy::RvmRequest>(text);
  read_and_write<dropcowboy::SmsRequest>(text);
  read_and_write<dropcowboy::v2::RvmRequest>(text);
  return 0;
}
