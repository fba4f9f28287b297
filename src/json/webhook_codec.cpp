#include "json/webhook_codec.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "json/document.hpp"
#include "json/event_names.hpp"
#include "json/json_text.hpp"
#include "json/repaired.hpp"
#include "json/webhook_fields.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

using Type = Value::Type;

constexpr std::size_t max_bytes = 65'536;
constexpr int max_depth = 32;
constexpr std::size_t max_unknown = 256;  // a real callback has a handful

/// Appends to JSON text that is growing from the left; a comma is due after anything but an opening
/// and a colon. Strings end with a quote, so the last character tells.
void append_comma(std::string& json) {
  constexpr std::string_view openings = "{[:";
  if (!json.empty() && openings.find(json.back()) == std::string_view::npos) json += ',';
}

void append_value(std::string& json, const Value& value) {
  append_comma(json);
  if (value.type == Type::string) {
    append_json_string(json, value.text);
  } else {
    json += value.text;
  }
}

/// Receives the parser's events. At level 1, which is the top of the body and the top of an
/// envelope's data, each key names the field that the next value fills; a field that is null stands
/// for an unknown member, whose events are written down again as text.
class WebhookReader {
 public:
  explicit WebhookReader(Webhook& webhook) : webhook_(webhook) {}

  /// Empty, or what is wrong with the body.
  std::string read(std::string_view body) {
    const Repaired repaired(body);
    const std::string_view text = repaired.text();
    // The parser takes a NUL for the end of the text, whatever follows.
    if (text.find('\0') != std::string_view::npos) return not_json;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), this)) return fault_;
    if (is_envelope_) settle_envelope();
    report();
    if (repaired.is_changed()) {
      webhook_.issues.push_back(
          {Severity::warning, "body", IssueCode::invalid_utf8, replaced_what_is_no_text});
    }
    return {};
  }

  bool null() { return value({Type::null, "null"}); }
  bool boolean(bool truth) { return value({Type::boolean, truth ? "true" : "false"}); }
  bool number_integer(std::int64_t number) { return integer(number); }
  bool number_unsigned(std::uint64_t number) { return integer(number); }
  bool number_float(double, const std::string& token) {
    number_.assign(token);
    restore_decimal_point(number_);
    return value({Type::number, number_});
  }
  bool string(std::string& content) { return value({Type::string, content}); }
  bool binary(nlohmann::json::binary_t&) { return false; }

  bool start_object(std::size_t) { return start({Type::object, "{"}); }
  bool start_array(std::size_t) { return start({Type::array, "["}); }
  bool end_object() { return end('}'); }
  bool end_array() { return end(']'); }

  bool key(std::string& name) {
    if (level() == 1) {
      return member(name);
    } else if (field_ == nullptr) {
      append_value(webhook_.unknown.back().json, {Type::string, name});
      webhook_.unknown.back().json += ':';
    } else if (level() == 2 && is_in_network_) {
      part_ = name == "name" ? &Network::name : name == "type" ? &Network::type : nullptr;
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    return refuse(std::string(not_json) + " (byte " + std::to_string(position) + ")");
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::out_of_range&) {
    return refuse("holds a number beyond the range of a double");
  }

 private:
  static constexpr const char* not_json = "is not valid JSON";

  bool refuse(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  int level() const noexcept { return is_in_data_ ? depth_ - 1 : depth_; }

  bool member(const std::string& name) {
    is_data_ = depth_ == 1 && name == envelope_data;
    field_ = find(name);
    if (field_ != nullptr) return true;
    if (webhook_.unknown.size() == max_unknown) {
      return refuse("holds more than 256 members that are not documented");
    }
    std::string prefix = is_in_data_ ? std::string(envelope_data) + '.' : std::string();
    webhook_.unknown.push_back({std::move(prefix) + name, {}});
    return true;
  }

  /// Services send the members in the documented order, so the search begins where the last one
  /// ended.
  const WebhookField* find(std::string_view name) {
    for (std::size_t tried = 0; tried < webhook_fields.size(); ++tried) {
      const std::size_t at = (next_ + tried) % webhook_fields.size();
      const Place elsewhere = is_in_data_ ? Place::top : Place::data;
      if (webhook_fields[at].name != name || webhook_fields[at].place == elsewhere) continue;
      next_ = at + 1;
      return &webhook_fields[at];
    }
    return nullptr;
  }

  template <class Integer>
  bool integer(Integer number) {
    char digits[24];
    const auto written = std::to_chars(std::begin(digits), std::end(digits), number);
    return value(
        {Type::number, std::string_view(digits, static_cast<std::size_t>(written.ptr - digits))});
  }

  bool start(const Value& opening) {
    const bool is_object = opening.type == Type::object;
    if (depth_ == 1 && is_data_ && is_object) {
      open_data();
    } else if ((depth_ > 0 || !is_object) && !value(opening)) {
      return false;
    }
    return ++depth_ <= max_depth || refuse("nests deeper than 32 levels");
  }

  /// What was taken for an unknown member is the envelope's data.
  void open_data() {
    webhook_.unknown.pop_back();
    is_in_data_ = is_envelope_ = true;
  }

  bool end(char closing) {
    --depth_;
    if (depth_ == 1 && is_in_data_) {
      is_in_data_ = false;
    } else if (depth_ > 0 && field_ == nullptr) {
      webhook_.unknown.back().json += closing;
    }
    return true;
  }

  bool value(const Value& value) {
    if (depth_ == 0) return refuse("is not a JSON object");
    if (field_ == nullptr) {
      append_value(webhook_.unknown.back().json, value);
    } else if (level() == 1) {
      store(value);
    } else if (level() == 2 && part_ != nullptr) {
      store_part(value);
    }
    return true;
  }

  Fit& fit() { return fits_[static_cast<std::size_t>(field_ - webhook_fields.data())]; }

  void store(const Value& value) {
    const Fit stored = field_->type.store(webhook_, value);
    fit() = value.type == Type::null && stored == Fit::mistyped ? Fit::absent : stored;
    // No other field takes an object.
    is_in_network_ = value.type == Type::object && stored == Fit::good;
    part_ = nullptr;
  }

  void store_part(const Value& value) {
    if (value.type == Type::string || value.type == Type::null) {
      *webhook_.network.*part_ = value.type == Type::string ? value.text : std::string_view();
      return;
    }
    webhook_.network.reset();
    fit() = Fit::mistyped;
    is_in_network_ = false;
    part_ = nullptr;
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

  void report() {
    for (std::size_t i = 0; i < fits_.size(); ++i) report(webhook_fields[i], fits_[i]);
  }

  bool is_promised(const WebhookField& field) const noexcept {
    const bool is_elsewhere = field.place == Place::data && !is_envelope_;
    const bool is_known_otherwise = field.place == Place::data && webhook_.phone_number;
    if (is_elsewhere || is_known_otherwise) return false;
    switch (field.promise) {
      case Promise::never: return false;
      case Promise::by_v1: return !is_envelope_;
      case Promise::by_envelope: return is_envelope_;
      case Promise::by_result: return is_result_;
    }
    return false;
  }

  void report(const WebhookField& field, Fit fit) {
    switch (fit) {
      case Fit::good: return;
      case Fit::absent:
        if (!is_promised(field)) return;
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
  const WebhookField* field_ = nullptr;
  bool is_in_network_ = false;
  std::string Network::*part_ = nullptr;
  int depth_ = 0;
  bool is_data_ = false;  ///< the last key was the one of an envelope's data
  bool is_in_data_ = false;
  bool is_envelope_ = false;
  bool is_result_ = true;
  std::string number_;
  std::string fault_;
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

}  // namespace dropcowboy::json
