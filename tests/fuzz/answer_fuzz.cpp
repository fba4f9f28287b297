// The answers of the service: only a JSON object with a status counts as one.
#include <nlohmann/json.hpp>

#include "fuzz.hpp"
#include "json/answer.hpp"

using dropcowboy::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = dropcowboy::json;
  using dropcowboy::delivery::Reading;
  const std::string_view text = dropcowboy::fuzz::text_of(data, size);

  const auto answer = json::decode_send_answer(text);
  const Reading reading = json::read_send_answer(text);
  require(answer.has_value() == (reading != Reading::unclear), "read as it is decoded");
  const auto failure = json::decode_failure_answer(text);
  if (!answer && failure.message.empty() && failure.request_id.empty()) return 0;

  require(text.find('\0') == std::string_view::npos, "no NUL in an answer");
  const auto body = nlohmann::json::parse(text, nullptr, false);
  require(body.is_object(), "only an object says anything");
  if (answer) {
    const auto status = body.find("status");
    require(status != body.end() && status->is_string(), "a status is there");
    require(!answer->status.empty() && *status == answer->status, "and is what was sent last");
  }
  return 0;
}
