// The answers of the service. To a send only a JSON object with a status counts as one; of a
// listing every element is kept; rows are accounted for or not.
#include <nlohmann/json.hpp>

#include "fuzz.hpp"
#include "json/account_codec.hpp"
#include "json/answer.hpp"
#include "json/contact_codec.hpp"
#include "json/repaired.hpp"
#include "text/characters.hpp"

using dropcowboy::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = dropcowboy::json;
  using dropcowboy::delivery::Reading;
  const std::string_view text = dropcowboy::fuzz::text_of(data, size);

  const bool is_listing = json::read_listing(text) == Reading::success;
  const dropcowboy::text::Redactor redact("");
  const auto listing = json::decode_listing<dropcowboy::Media>(text, redact);
  require(listing.has_value() == is_listing, "a listing is read as it is decoded");
  if (listing) {
    const auto elements = nlohmann::json::parse(json::Repaired(text).text());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      require(nlohmann::json::parse(listing->at(i).json) == elements[i], "each element is kept");
    }
  }
  const auto rows = json::decode_append_answer(text, 3);
  if (json::read_append_answer(text) == Reading::success) require(rows.has_value(), "likewise");
  if (rows && rows->accounts_for(3)) {
    require(rows->accepted_count + rows->rejected.size() == 3, "each row once");
  }
  if (json::read_contact_list_answer(text) == Reading::success) {
    require(!json::decode_contact_list(text, redact)->list_id.empty(), "a list has an id");
  }
  json::read_bare_answer(text);

  const auto answer = json::decode_send_answer(text);
  const Reading reading = json::read_send_answer(text);
  require(answer.has_value() || reading == Reading::unclear, "what is clear can be decoded");
  const auto failure = json::decode_failure_answer(text);
  require(dropcowboy::text::is_utf8(failure.message), "what is said is text");
  if (!answer) return 0;

  const json::Repaired repaired(text);
  require(repaired.text().find('\0') == std::string_view::npos, "no NUL in an answer");
  const auto body = nlohmann::json::parse(repaired.text(), nullptr, false);
  require(body.is_object(), "only an object says anything");
  const auto status = body.find("status");
  require(status != body.end() && status->is_string(), "a status is there");
  require(!answer->status.empty() && *status == answer->status, "and is what was sent last");
  return 0;
}
