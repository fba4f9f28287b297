#include "webhook/webhook_fields.hpp"

#include <charconv>
#include <cmath>
#include <utility>

#include "json/document.hpp"
#include "text/characters.hpp"
#include "text/iso_time.hpp"

namespace dropcowboy {

namespace {

using Type = Value::Type;

std::optional<std::string> read_text(const Value& value) {
  if (value.type != Type::string) return std::nullopt;
  return std::string(value.text);
}

std::optional<std::string> read_text_or_digits(const Value& value) {
  if (value.type != Type::string && value.type != Type::number) return std::nullopt;
  return std::string(value.text);
}

/// A clear yes or no, in the spellings that programs have for them.
std::optional<bool> read_flag(const Value& value) {
  if (value.type == Type::object || value.type == Type::array) return std::nullopt;
  for (const std::string_view yes : {"true", "1", "yes"}) {
    if (text::equals_ignoring_case(value.text, yes)) return true;
  }
  for (const std::string_view no : {"false", "0", "no"}) {
    if (text::equals_ignoring_case(value.text, no)) return false;
  }
  return std::nullopt;
}

std::optional<int> read_integer(const Value& value) {
  if (value.type != Type::number && value.type != Type::string) return std::nullopt;
  const char* const end = value.text.data() + value.text.size();
  int number = 0;
  const auto read = std::from_chars(value.text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<std::chrono::system_clock::time_point> read_date(const Value& value) {
  if (value.type != Type::string) return std::nullopt;
  return text::parse_iso_time(value.text);
}

/// Milliseconds since the epoch.
std::optional<std::chrono::system_clock::time_point> read_milliseconds(const Value& value) {
  using Clock = std::chrono::system_clock;
  if (value.type != Type::number) return std::nullopt;
  const char* const end = value.text.data() + value.text.size();
  std::int64_t count = 0;
  const auto read = std::from_chars(value.text.data(), end, count);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  // Whole seconds are compared, so that converting the limits cannot overflow either.
  constexpr auto most = std::chrono::duration_cast<std::chrono::seconds>(Clock::duration::max());
  if (count / 1000 >= most.count() || count / 1000 <= -most.count()) return std::nullopt;
  return Clock::time_point(
      std::chrono::duration_cast<Clock::duration>(std::chrono::milliseconds(count)));
}

/// Rounded to millionths it is exact: below 4 billion dollars a double can tell them apart.
std::optional<double> read_dollars(const Value& value) {
  constexpr double most = 4e9;
  // Only numbers are documented, but an amount written into a string is as clear.
  const bool is_decimal = value.type == Type::number ||
                          (value.type == Type::string && !value.text.empty() &&
                           value.text.find_first_not_of("-.0123456789") == std::string_view::npos);
  if (!is_decimal) return std::nullopt;
  const nlohmann::json number =
      nlohmann::json::parse(value.text.begin(), value.text.end(), nullptr, false);
  if (!number.is_number() || std::abs(number.get<double>()) >= most) return std::nullopt;
  return number.get<double>();
}

template <auto Member, auto Read>
Fit store(Webhook& webhook, const Value& value) {
  webhook.*Member = Read(value);
  return webhook.*Member ? Fit::good : Fit::mistyped;
}

/// What is not clearly a no counts as set, and what is set stays set: better to spare somebody a
/// call than to make one that was forbidden.
template <auto Member>
Fit store_flag(Webhook& webhook, const Value& value) {
  auto& flag = webhook.*Member;
  if (flag == true) return Fit::unchanged;
  if (value.type == Type::null) {
    flag.reset();
    return Fit::absent;
  }
  const auto read = read_flag(value);
  flag = read.value_or(true);
  return read ? Fit::good : Fit::mistyped;
}

/// The number as memory holds it: a register of 32-bit x86 has digits beyond a double's, and a
/// number that has them equals no other.
double stored(double number) noexcept {
  volatile double memory = number;
  return memory;
}

template <auto Member>
Fit store_money(Webhook& webhook, const Value& value) {
  const auto dollars = read_dollars(value);
  (webhook.*Member).reset();
  if (!dollars) return Fit::mistyped;
  const std::int64_t micro_dollars = std::llround(stored(*dollars * 1e6));
  webhook.*Member = Money{micro_dollars};
  const bool is_exact = stored(static_cast<double>(micro_dollars) / 1e6) == *dollars;
  return is_exact ? Fit::good : Fit::rounded;
}

/// For the fields that are empty when unset.
template <auto Member>
Fit store_plain_text(Webhook& webhook, const Value& value) {
  const bool is_text = value.type == Type::string;
  webhook.*Member = is_text ? value.text : std::string_view();
  return is_text ? Fit::good : Fit::mistyped;
}

Fit store_status(Webhook& webhook, const Value& value) {
  const Fit fit = store_plain_text<&Webhook::status_text>(webhook, value);
  webhook.status = DropStatus::other;
  for (const DropStatus status : {DropStatus::success, DropStatus::failure}) {
    if (text::equals_ignoring_case(webhook.status_text, to_string(status))) webhook.status = status;
  }
  return fit;
}

bool is_text_or_null(const nlohmann::json& value) { return value.is_string() || value.is_null(); }

Fit store_network(Webhook& webhook, const Value& value) {
  webhook.network.reset();
  Network network;
  if (value.type == Type::string) {
    network.name = value.text;
  } else if (value.type == Type::object) {
    const auto name = json::value_of_member(value.text, "name");
    const auto type = json::value_of_member(value.text, "type");
    if (!is_text_or_null(name) || !is_text_or_null(type)) return Fit::mistyped;
    network = {name.is_null() ? "" : name.get<std::string>(),
               type.is_null() ? "" : type.get<std::string>()};
  } else {
    return Fit::mistyped;
  }
  webhook.network = std::move(network);
  return Fit::good;
}

constexpr const char* not_text = "is not a string";

template <auto Member>
constexpr FieldType text_type{&store<Member, read_text>, not_text};
template <auto Member>
constexpr FieldType text_or_digits{&store<Member, read_text_or_digits>,
                                   "is neither a string nor a number"};
template <auto Member>
constexpr FieldType flag{&store_flag<Member>, "is neither true nor false, so it counts as set"};
template <auto Member>
constexpr FieldType integer{&store<Member, read_integer>, "is not a whole number that fits an int"};
template <auto Member>
constexpr FieldType date{&store<Member, read_date>,
                         "is not a date and time of ISO 8601 such as 2019-03-17T21:10:26.000Z"};
template <auto Member>
constexpr FieldType milliseconds{&store<Member, read_milliseconds>,
                                 "is not a time in milliseconds since 1970"};
template <auto Member>
constexpr FieldType money{&store_money<Member>, "is not an amount of US dollars, or far too large"};
template <auto Member>
constexpr FieldType plain_text{&store_plain_text<Member>, not_text};
constexpr FieldType status{&store_status, not_text};
constexpr FieldType network{&store_network,
                            "is neither a string nor an object whose name and type are strings"};

}  // namespace

const std::array<WebhookField, 30> webhook_fields = {{
    {"drop_id", Expected::in_result, text_type<&Webhook::drop_id>},
    {"phone_number", Expected::in_callback, text_type<&Webhook::phone_number>},
    {"attempt_date", Expected::in_callback, date<&Webhook::attempt_date>},
    {"status", Expected::in_result, status},
    {"reason", Expected::in_callback, plain_text<&Webhook::reason>},
    {"dnc", Expected::in_callback, flag<&Webhook::dnc>},
    {"spam", Expected::in_v1, flag<&Webhook::spam>},
    {"product_cost", Expected::in_callback, money<&Webhook::product_cost>},
    {"compliance_fee", Expected::in_callback, money<&Webhook::compliance_fee>},
    {"tts_fee", Expected::in_callback, money<&Webhook::tts_fee>},
    {"network", Expected::in_v1, network},
    {"foreign_id", Expected::in_v1, text_type<&Webhook::foreign_id>},
    {"status_code", Expected::never, text_or_digits<&Webhook::status_code>},
    {"reason_code", Expected::never, integer<&Webhook::reason_code>},
    {"team_id", Expected::never, text_type<&Webhook::team_id>},
    {"contact_id", Expected::never, text_type<&Webhook::contact_id>},
    {"session_id", Expected::never, text_type<&Webhook::session_id>},
    {"log_id", Expected::never, text_type<&Webhook::log_id>},
    {"caller_id", Expected::never, text_type<&Webhook::caller_id>},
    {"product_code", Expected::never, text_type<&Webhook::product_code>},
    {"quantity", Expected::never, text_or_digits<&Webhook::quantity>},
    {"proof_of_delivery_url", Expected::never, text_type<&Webhook::proof_of_delivery_url>},
    {"event_id", Expected::in_envelope, text_type<&Webhook::event_id>, Place::top},
    {"event", Expected::in_envelope, text_type<&Webhook::event>, Place::top},
    {"event_at", Expected::in_envelope, milliseconds<&Webhook::event_at>, Place::top},
    {"to", Expected::in_result, text_type<&Webhook::to>, Place::data},
    {"from", Expected::never, text_type<&Webhook::from>, Place::data},
    {"campaign_id", Expected::never, text_type<&Webhook::campaign_id>, Place::data},
    {"campaign_type", Expected::never, text_type<&Webhook::campaign_type>, Place::data},
    {"receipt_ready_at", Expected::never, date<&Webhook::receipt_ready_at>, Place::data},
}};

}  // namespace dropcowboy
