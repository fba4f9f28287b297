#include "messages/send_answer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "json/document.hpp"
#include "text/characters.hpp"

namespace dropcowboy {

namespace {

using delivery::Meaning;

bool is_word_for_yes(std::string_view status) noexcept {
  constexpr std::string_view words[] = {"queued", "accepted", "scheduled", "sent", "success", "ok"};
  return std::any_of(std::begin(words), std::end(words), [status](std::string_view word) {
    return text::equals_ignoring_case(status, word);
  });
}

/// A text, or the digits of a number.
std::optional<std::string> id_of(std::string_view value) {
  if (value.front() == '"') return json::string_of(value);
  const bool is_number = text::is_digit(value.front()) || value.front() == '-';
  return is_number ? std::optional(std::string(value)) : std::nullopt;
}

bool is_error(std::string_view value) {
  return value != "null" && value != "false" && value != "0" && value != R"("")";
}

}  // namespace

delivery::Understood understand_send(std::string_view body, const text::Redactor& redact) {
  // What the vendor documents, and the only answer on record, needs no parser.
  if (body == R"({"status":"queued"})") return {Meaning::success, SendAnswer{"queued", {}, {}, {}}};
  const auto document = json::document_of_answer(body);
  if (!document || !json::is_object(*document)) return {};
  SendAnswer answer;
  int statuses = 0;
  bool denies = false;
  for (json::Members members(*document); members.next();) {
    const std::string key = json::string_of(members.key());
    const std::string_view value = members.value();
    const bool is_text = value.front() == '"';
    if (key == "status") {
      ++statuses;
      if (is_text) answer.status = json::string_of(value);
    } else if (key == "drop_id") {
      answer.drop_id = id_of(value);
    } else if (key == "message_id" && is_text) {
      answer.message_id = redact(json::string_of(value));
    } else if (key == "request_id" && is_text) {
      answer.request_id = redact(json::string_of(value));
    } else if (key == "error") {
      denies = denies || is_error(value);
    } else if (key == "success") {
      denies = denies || value == "false";
    }
  }
  if (statuses != 1) return {};
  if (json::is_word_for_no(answer.status)) return {Meaning::refusal};
  if (denies || !is_word_for_yes(answer.status)) return {};
  return {Meaning::success, std::move(answer)};
}

}  // namespace dropcowboy
