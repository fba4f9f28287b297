#include "webhook/webhook_codec.hpp"

#include <array>
#include <string>
#include <utility>

#include "json/document.hpp"
#include "json/repaired.hpp"
#include "text/characters.hpp"
#include "webhook/event_names.hpp"
#include "webhook/webhook_fields.hpp"

namespace dropcowboy {

namespace {

constexpr std::size_t max_bytes = 65'536;
constexpr std::size_t max_unknown = 256;  // a real callback has a handful

/// `buffer` holds the content of a string with escapes.
Value value_of(std::string_view text, std::string& buffer) {
  switch (text.front()) {
    case '"': return {Value::Type::string, json::content_of(text, buffer)};
    case '{': return {Value::Type::object, text};
    case '[': return {Value::Type::array, text};
    case 't':
    case 'f': return {Value::Type::boolean, text};
    case 'n': return {Value::Type::null, text};
    default: return {Value::Type::number, text};
  }
}

/// Fills a Webhook, and reports what of it did not come, or came otherwise than documented.
class WebhookReader {
 public:
  explicit WebhookReader(Webhook& webhook) : webhook_(webhook) {}

  /// Empty, or what is wrong with the body.
  std::string read(std::string_view body) {
    const json::Repaired repaired(body);
    std::string fault;
    const auto document = json::document_of(repaired.text(), &fault);
    if (!document) return fault;
    if (!json::is_object(*document)) return "is not a JSON object";
    read_members(*document, Place::top);
    if (webhook_.unknown.size() > max_unknown) {
      return "holds more than 256 members that are not documented";
    }
    if (is_envelope_) settle_envelope();
    for (std::size_t i = 0; i < fits_.size(); ++i) report(webhook_fields[i], fits_[i]);
    if (repaired.is_changed()) {
      webhook_.issues.push_back(
          {Severity::warning, "body", IssueCode::invalid_utf8, json::replaced_what_is_no_text});
    }
    return {};
  }

 private:
  void read_members(std::string_view object, Place here) {
    std::string name_buffer;
    for (json::Members members(object); members.next();) {
      const std::string_view name = json::content_of(members.key(), name_buffer);
      if (here == Place::top && name == envelope_data && json::is_object(members.value())) {
        is_envelope_ = true;
        read_members(members.value(), Place::data);
      } else if (const WebhookField* field = find(name, here)) {
        store(*field, members.value());
      } else {
        if (here == Place::data && name == "campaign_session") read_session(members.value());
        add_unknown(name, members.value(), here);
      }
    }
  }

  /// A receipt says in there, too, whether the contact may be called. A yes anywhere is a yes.
  void read_session(std::string_view session) {
    const auto disposition = json::member_of(session, "dispo");
    const auto dnc = disposition ? json::member_of(*disposition, "dnc") : std::nullopt;
    if (dnc && *dnc != "null") store(*find("dnc", Place::data), *dnc);
  }

  /// Services send the members in the documented order, so the search begins where the last one
  /// ended.
  const WebhookField* find(std::string_view name, Place here) {
    for (std::size_t tried = 0; tried < webhook_fields.size(); ++tried) {
      const std::size_t at = (next_ + tried) % webhook_fields.size();
      const WebhookField& field = webhook_fields[at];
      if (field.name != name || (field.place != Place::anywhere && field.place != here)) continue;
      next_ = at + 1;
      return &field;
    }
    return nullptr;
  }

  void store(const WebhookField& field, std::string_view text) {
    const Value value = value_of(text, buffer_);
    const Fit stored = field.type.store(webhook_, value);
    if (stored == Fit::unchanged) return;  // nor is what was said of it
    fits_[static_cast<std::size_t>(&field - webhook_fields.data())] =
        value.type == Value::Type::null && stored == Fit::mistyped ? Fit::absent : stored;
  }

  /// One more than there may be is enough to see it.
  void add_unknown(std::string_view name, std::string_view value, Place here) {
    if (webhook_.unknown.size() > max_unknown) return;
    UnknownMember& member = webhook_.unknown.emplace_back();
    if (here == Place::data) member.name.append(envelope_data).append(1, '.');
    member.name += name;
    json::append_compact(member.json, value);
  }

  /// Whose number is whose depends on the event's name, which may come last.
  void settle_envelope() {
    const std::string_view event = webhook_.event ? *webhook_.event : std::string_view();
    is_result_ = event.empty() || is_about_message(event);
    if (!is_result_) webhook_.status = DropStatus::other;
    if (webhook_.phone_number) return;
    if (is_about_message(event)) webhook_.phone_number = webhook_.to;
    if (is_from_contact(event)) webhook_.phone_number = webhook_.from;
  }

  bool is_expected(const WebhookField& field) const noexcept {
    const bool is_elsewhere = field.place == Place::data && !is_envelope_;
    const bool is_known_otherwise = field.place == Place::data && webhook_.phone_number;
    if (is_elsewhere || is_known_otherwise) return false;
    switch (field.expected) {
      case Expected::never: return false;
      case Expected::in_v1: return !is_envelope_ && !webhook_.reason_code;
      case Expected::in_callback: return !is_envelope_;
      case Expected::in_envelope: return is_envelope_;
      case Expected::in_result: return is_result_;
    }
    return false;
  }

  void report(const WebhookField& field, Fit fit) {
    switch (fit) {
      case Fit::good:
      case Fit::unchanged: return;
      case Fit::absent:
        if (!is_expected(field)) return;
        return issue(Severity::warning, field, IssueCode::missing, "was not sent");
      case Fit::rounded:
        return issue(Severity::warning, field, IssueCode::rounded,
                     "has digits beyond a millionth of a dollar, which were rounded");
      case Fit::mistyped:
        return issue(Severity::error, field, IssueCode::invalid_value, field.type.complaint);
    }
  }

  void issue(Severity severity, const WebhookField& field, IssueCode code, const char* message) {
    webhook_.issues.push_back({severity, field.name, code, message});
  }

  Webhook& webhook_;
  std::array<Fit, webhook_fields.size()> fits_{};
  std::size_t next_ = 0;
  bool is_envelope_ = false;
  bool is_result_ = true;
  std::string buffer_;
};

Error unreadable(std::string_view fault) {
  Error error;
  error.kind = ErrorKind::bad_response;
  error.message = "the body of the callback ";
  error.message += fault;
  return error;
}

}  // namespace

Result<Webhook> decode_webhook(std::string_view body) {
  if (body.size() > max_bytes) return unreadable("is larger than 64 KiB");
  if (text::is_blank(body)) return unreadable("is empty");
  Result<Webhook> webhook{Webhook()};
  const std::string fault = WebhookReader(*webhook).read(body);
  if (!fault.empty()) return unreadable(fault);
  return webhook;
}

}  // namespace dropcowboy
