#include "core/make_error.hpp"
#include "dropcowboy/outbox/message.hpp"
#include "receiver/crypto.hpp"
#include "text/characters.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr std::size_t max_batch = 100;

Error wrong(std::string_view field, IssueCode code, std::string message) {
  return invalid_request({{Severity::error, field, code, std::move(message)}});
}

}  // namespace

Result<std::string> repeatable_id(std::string_view batch, std::string_view key) {
  if (text::is_blank(batch)) {
    return wrong("batch", IssueCode::missing, "is required: what the messages are together");
  }
  if (!text::is_utf8(batch) || text::has_control_character(batch)) {
    return wrong("batch", IssueCode::invalid_value, "must be printable UTF-8");
  }
  if (text::count_code_points(batch) > max_batch) {
    return wrong("batch", IssueCode::too_long, "must be at most 100 characters");
  }
  if (key.empty()) {
    return wrong("key", IssueCode::missing, "is required: what tells it from the others");
  }
  std::string both;
  receiver::crypto::append_field(both, batch);
  receiver::crypto::append_field(both, key);
  std::string id(batch);
  id.append("-").append(receiver::crypto::base64url(receiver::crypto::sha256(both), 16));
  return id;
}

}  // namespace dropcowboy::outbox
