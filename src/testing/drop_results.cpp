#include "testing/drop_results.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

namespace dropcowboy::testing {

namespace {

struct SimulatedNumber {
  std::string_view phone_number;
  DropResult result;
};

// Source: the vendor's documentation of its simulated numbers. +15550010001 and +15550020001 are
// successes, as are all numbers that are not here.
constexpr SimulatedNumber voicemail_numbers[] = {
    {"+15550010002", {4000, "VoiceMail Not Detected"}},
    {"+15550010004", {4005, "No Answer"}},
    {"+15550010005", {4006, "User Busy"}},
    {"+15550010006", {4004, "Number not reachable"}},
    {"+15550010090", {4016, "Internal DNC", true}},
    {"+15550010091", {4017, "Known Litigator"}},
    {"+15550010092", {4019, "RND Reassigned"}},
    {"+15550010093", {4021, "RND Error"}},
    {"+15550010094", {6000, "Carrier Denied Use Case"}},
    {"+15550010095", {6002, "Pool Suspended"}},
    {"+15550010097", {4013, "Too Many Attempts"}},
    {"+15550010098", {6005, "Opt-in Revoked", true}},
    {"+15550010099", {6011, "Opt-in Missing"}},
};

constexpr SimulatedNumber sms_numbers[] = {
    {"+15550020003", {4004, "Number not reachable"}},
    {"+15550020005", {4008, "Spam detected", false, true}},
    {"+15550020090", {4016, "Internal DNC", true}},
    {"+15550020091", {4017, "Known Litigator"}},
    {"+15550020092", {6000, "Carrier Denied Use Case"}},
    {"+15550020093", {6003, "Pool Not Ready"}},
    {"+15550020095", {4013, "Too Many Attempts"}},
    {"+15550020096", {6006, "Opt-in Pending"}},
    {"+15550020097", {6004, "Opt-in Flagged"}},
    {"+15550020098", {6011, "Opt-in Missing"}},
    {"+15550020099", {6001, "Carrier Suspension"}},
};

template <std::size_t N>
DropResult look_up(const SimulatedNumber (&numbers)[N], const std::string& phone_number) {
  for (const SimulatedNumber& number : numbers) {
    if (number.phone_number == phone_number) return number.result;
  }
  return {};
}

}  // namespace

DropResult result_of_number(bool is_sms, const std::string& phone_number) {
  return is_sms ? look_up(sms_numbers, phone_number) : look_up(voicemail_numbers, phone_number);
}

std::string iso_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  std::tm utc{};
#ifdef _WIN32
  gmtime_s(&utc, &seconds);
#else
  gmtime_r(&seconds, &utc);
#endif
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(milliseconds));
  return std::string(date.data()) + fraction.data();
}

std::string callback_body(const AcceptedMessage& message, const std::string& drop_id,
                          std::chrono::system_clock::time_point attempted_at) {
  const DropResult& result = message.result;
  const bool is_success = *result.reason == '\0';
  nlohmann::ordered_json body = {
      {"drop_id", drop_id},
      {"phone_number", message.phone_number},
      {"attempt_date", iso_time(attempted_at)},
      {"status", is_success ? "success" : "failure"},
      {"reason", result.reason},
      {"dnc", result.dnc},
      {"spam", result.spam},
      {"product_cost", !is_success      ? 0.0
                       : message.is_sms ? 0.02
                                        : 0.09},
      {"compliance_fee", is_success ? 0.0029 : 0.0},
      {"tts_fee", is_success && message.is_speech ? 0.01 : 0.0},
      {"network", {{"name", "Simulated Wireless"}, {"type", "wireless"}}},
  };
  if (message.foreign_id) body["foreign_id"] = *message.foreign_id;
  if (message.has_status_format) body["status_code"] = result.code;
  return body.dump();
}

}  // namespace dropcowboy::testing
