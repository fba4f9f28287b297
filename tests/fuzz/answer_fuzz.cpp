// The answers of the service. To a send only a JSON object with a status counts as one; of a
// listing every element is kept; rows are accounted for or not.
#include <nlohmann/json.hpp>

#include "account/account_codec.hpp"
#include "contacts/contact_codec.hpp"
#include "dropcowboy/account.hpp"
#include "fuzz.hpp"
#include "json/failure_answer.hpp"
#include "json/repaired.hpp"
#include "messages/send_answer.hpp"
#include "support/understood.hpp"
#include "text/characters.hpp"

using dropcowboy::fuzz::require;
using dropcowboy::support::read;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = dropcowboy::json;
  const std::string_view text = dropcowboy::fuzz::text_of(data, size);

  const auto listing = read<std::vector<dropcowboy::Media>>(
      &dropcowboy::understand_listing<dropcowboy::Media>, text);
  if (listing) {
    const auto elements = nlohmann::json::parse(json::Repaired(text).text());
    require(elements.size() == listing->size(), "a listing is read whole");
    for (std::size_t i = 0; i < elements.size(); ++i) {
      require(nlohmann::json::parse(listing->at(i).json) == elements[i], "each element is kept");
    }
  }
  auto rows = read<dropcowboy::AppendAnswer>(&dropcowboy::understand_append, text);
  if (rows) rows->keep_rows(3);
  if (rows && rows->accounts_for(3)) {
    require(rows->accepted_count + rows->rejected.size() == 3, "each row once");
  }
  const auto list = read<dropcowboy::ContactList>(&dropcowboy::understand_contact_list, text);
  require(!list || !list->list_id.empty(), "a list has an id");
  dropcowboy::understand_bare_answer(text, dropcowboy::text::Redactor(""));

  const auto failure = json::decode_failure_answer(text);
  require(dropcowboy::text::is_utf8(failure.message), "what is said is text");
  const auto answer = read<dropcowboy::SendAnswer>(&dropcowboy::understand_send, text);
  if (!answer) return 0;

  const json::Repaired repaired(text);
  require(repaired.text().find('\0') == std::string_view::npos, "no NUL in an answer");
  const auto body = nlohmann::json::parse(repaired.text(), nullptr, false);
  require(body.is_object(), "only an object says anything");
  const auto status = body.find("status");
  require(status != body.end() && status->is_string(), "a status is there");
  require(*status == answer->status, "and is what was sent");
  return 0;
}
