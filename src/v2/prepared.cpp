#include <cstdint>
#include <optional>
#include <vector>

#include "core/make_error.hpp"
#include "json/document.hpp"
#include "json/json_text.hpp"
#include "messages/request_codec.hpp"
#include "v2/prepared_state.hpp"

namespace dropcowboy::v2 {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::system_clock;

constexpr std::string_view type_name = "dropcowboy.v2.prepared.1";
constexpr std::size_t max_bytes = std::size_t{4} << 20U;

std::string_view route_of(MessageKind kind) noexcept {
  return kind == MessageKind::sms ? "/sms" : "/rvm";
}

/// Finds what was changed by accident or by hand; it keeps nobody out (FNV-1a, 64 bits).
class Checksum {
 public:
  void add(std::string_view text) noexcept {
    for (const char c : text) step(static_cast<unsigned char>(c));
    for (std::size_t size = text.size(), i = 0; i < sizeof size; ++i, size >>= 8U) {
      step(size & 0xFFU);
    }
  }
  std::string text() const {
    constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (int shift = 60; shift >= 0; shift -= 4) {
      hex += digits[sum_ >> static_cast<unsigned>(shift) & 0xFU];
    }
    return hex;
  }

 private:
  void step(std::uint64_t byte) noexcept { sum_ = (sum_ ^ byte) * 0x100000001B3U; }

  std::uint64_t sum_ = 0xCBF29CE484222325U;
};

std::int64_t to_milliseconds(Clock::time_point time) noexcept {
  return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

std::string checksum_of(const Frozen& frozen, std::int64_t prepared_at) {
  Checksum sum;
  for (const std::string_view text :
       {route_of(frozen.kind), std::string_view(frozen.key), std::string_view(frozen.body),
        std::string_view(frozen.foreign_id), std::string_view(frozen.wire_foreign_id)}) {
    sum.add(text);
  }
  sum.add(std::to_string(prepared_at));
  return sum.text();
}

/// Takes the members of a stored message, and collects what does not fit.
class Reader {
 public:
  explicit Reader(std::string_view object) : object_(object) {}

  std::string text(std::string_view key) {
    const auto value = json::member_of(object_, key);
    if (value && value->front() == '"') return json::string_of(*value);
    issue(key, IssueCode::missing, "must be a string, as to_json() writes it");
    return {};
  }

  std::int64_t time(std::string_view key) {
    constexpr auto latest = std::chrono::duration_cast<milliseconds>(Clock::duration::max());
    const nlohmann::json value = json::value_of_member(object_, key);
    const bool fits = value.is_number_unsigned() &&
                      value.get<std::uint64_t>() < static_cast<std::uint64_t>(latest.count());
    if (fits) return value.get<std::int64_t>();
    issue(key, IssueCode::invalid_value, "must be a time in milliseconds since 1970");
    return 0;
  }

  void issue(std::string_view field, IssueCode code, const char* message) {
    issues_.push_back({Severity::error, field, code, message});
  }

  std::vector<Issue>& issues() noexcept { return issues_; }

 private:
  std::string_view object_;
  std::vector<Issue> issues_;
};

void read_contact(Frozen& frozen, Reader& reader) {
  const auto body = json::document_of(frozen.body);
  if (!body || !json::is_object(*body)) {
    return reader.issue("body", IssueCode::not_a_json_object, "must be the text of a JSON object");
  }
  const auto text_of = [&](std::string_view key) {
    const auto value = json::member_of(*body, key);
    return value && value->front() == '"' ? json::string_of(*value) : std::string();
  };
  frozen.to = text_of("to");
  frozen.contact_id = text_of("contact_id");
  if (frozen.to.empty() == frozen.contact_id.empty()) {
    reader.issue("body", IssueCode::invalid_value, "must name one of to and contact_id");
  }
}

Frozen read_message(Reader& reader) {
  Frozen frozen;
  const std::string route = reader.text("route");
  if (route != "/rvm" && route != "/sms") {
    reader.issue("route", IssueCode::invalid_value, "must be /rvm or /sms");
  }
  frozen.kind = route == "/sms" ? MessageKind::sms : MessageKind::voicemail;
  frozen.key = reader.text("idempotency_key");
  if (!is_key(frozen.key)) {
    reader.issue("idempotency_key", IssueCode::invalid_value,
                 "must be 1 to 255 printable ASCII characters");
  }
  frozen.foreign_id = reader.text("foreign_id");
  frozen.wire_foreign_id = reader.text("wire_foreign_id");
  frozen.body = reader.text("body");
  read_contact(frozen, reader);
  return frozen;
}

Error unreadable(std::string message, std::vector<Issue> issues = {}) {
  Error error = not_sent(ErrorKind::invalid_request, std::move(message));
  error.issues = std::move(issues);
  return error;
}

}  // namespace

Prepared::Prepared(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
Prepared::Prepared(const Prepared&) noexcept = default;
// One that was moved from would be a message without bytes.
Prepared::Prepared(Prepared&& other) noexcept : state_(other.state_) {}
Prepared& Prepared::operator=(const Prepared&) noexcept = default;
Prepared& Prepared::operator=(Prepared&& other) noexcept {
  state_ = other.state_;
  return *this;
}
Prepared::~Prepared() = default;

MessageKind Prepared::kind() const noexcept { return state_->frozen.kind; }
const std::string& Prepared::idempotency_key() const noexcept { return state_->frozen.key; }
const std::string& Prepared::body() const noexcept { return state_->frozen.body; }
const std::string& Prepared::foreign_id() const noexcept { return state_->frozen.foreign_id; }
Clock::time_point Prepared::prepared_at() const noexcept { return state_->prepared_at; }

std::string to_json(const Prepared& prepared) {
  const auto& state = *PreparedAccess::state(prepared);
  const Frozen& frozen = state.frozen;
  const std::int64_t prepared_at = to_milliseconds(state.prepared_at);
  std::string out = R"({"type":")";
  out.append(type_name).append("\"");
  json::append_member(out, "route", route_of(frozen.kind));
  json::append_member(out, "idempotency_key", frozen.key);
  out.append(",\"prepared_at\":").append(std::to_string(prepared_at));
  json::append_member(out, "foreign_id", frozen.foreign_id);
  json::append_member(out, "wire_foreign_id", frozen.wire_foreign_id);
  json::append_member(out, "body", frozen.body);
  json::append_member(out, "checksum", checksum_of(frozen, prepared_at));
  return out += '}';
}

Result<Prepared> Prepared::from_json(std::string_view text) {
  if (text.size() > max_bytes) return unreadable("the prepared message is larger than 4 MiB");
  const auto document = json::document_of(text);
  if (!document || !json::is_object(*document)) {
    return unreadable("the text is no prepared message: it is not one JSON object");
  }
  const nlohmann::json type = json::value_of_member(*document, "type");
  if (!type.is_string() || type.get_ref<const std::string&>() != type_name) {
    return unreadable("the text is no prepared message that this version wrote");
  }
  Reader reader(*document);
  Frozen frozen = read_message(reader);
  const std::int64_t prepared_at = reader.time("prepared_at");
  const std::string checksum = reader.text("checksum");
  if (reader.issues().empty() && checksum != checksum_of(frozen, prepared_at)) {
    reader.issue("checksum", IssueCode::invalid_value,
                 "does not fit the rest: it was changed, and must not be sent");
  }
  if (!reader.issues().empty()) {
    return unreadable("the text is no prepared message", std::move(reader.issues()));
  }
  const Clock::time_point made{milliseconds(prepared_at)};
  return PreparedAccess::make(std::make_shared<State>(std::move(frozen), made, true));
}

}  // namespace dropcowboy::v2
