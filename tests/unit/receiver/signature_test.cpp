#include "dropcowboy/receiver/signature.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/callbacks.hpp"

namespace dropcowboy::receiver {
namespace {

using support::signature_of;
using Headers = std::vector<HttpHeader>;
using Fault = SignatureFault;

const std::string secret = "whsec-current";
const std::string body = R"({ "event_id": "e-1",  "data": {"status": "success"} })";
const std::string sent_at = "1700000000";
constexpr std::chrono::seconds sent_seconds(1'700'000'000);

Headers good_headers() {
  return {{"X-Timestamp", sent_at}, {"X-Signature", signature_of(secret, sent_at, body)}};
}

Fault verify(const Headers& headers, const std::string& received = body,
             const std::vector<std::string>& secrets = {secret},
             std::chrono::milliseconds late = {}) {
  const std::chrono::system_clock::time_point now(sent_seconds + late);
  return verify_signature(headers, received, secrets, now);
}

TEST(Signature, IsAcceptedAsTheServiceMakesIt) {
  EXPECT_EQ(verify(good_headers()), Fault::none);
  Headers with_all = good_headers();
  with_all.insert(with_all.end(),
                  {{"X-Signature-Version", "v1"}, {"X-Event-Id", "e-1"}, {"X-Attempt", "1"}});
  EXPECT_EQ(verify(with_all), Fault::none);
}

TEST(Signature, IsTheOneThatOpensslComputes) {
  // Made with openssl(1): printf '1700000000.{}' | openssl dgst -sha256 -hmac key
  const Headers headers = {
      {"X-Timestamp", sent_at},
      {"X-Signature", "sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"}};
  EXPECT_EQ(verify(headers, "{}", {"key"}), Fault::none);
}

// The vendor's public test vector.
TEST(Signature, IsTheOneOfTheVendorsExample) {
  const std::string sample =
      R"({"event_id":"2694f968-93fd-44ca-9b92-2110ed1ee61e","event":"contact.rvm.status",)"
      R"("event_at":1774041912000,"data":{"team_id":"3f6c2a1e-8b4d-4c7a-9e2f-5a1b3c4d6e7f",)"
      R"("contact_id":"5a4b3c2d-1e0f-4a9b-8c7d-6e5f4a3b2c1d",)"
      R"("drop_id":"b3e7a1c9-8d5f-4b2e-9a6c-1f4d7b3e8a52","campaign_id":null,)"
      R"("campaign_type":"rvm","status":"success","reason":"","reason_code":0,)"
      R"("to":"+13125550142","from":"+12125550100"}})";
  const std::vector<std::string> secrets = {"e4b1c7a9-3f2d-4e8b-9a6c-5d1f8b2e7c30"};
  const Headers headers = {
      {"X-Timestamp", "1774041960"},
      {"X-Signature", "sha256=e85f619d16c3a6ccdb54846a3d7fdf556fd9703c5d94b76740b7bb7470b1bebc"}};
  const auto at = [](int second) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(second));
  };
  EXPECT_EQ(verify_signature(headers, sample, secrets, at(1'774'041'990)), Fault::none);
  EXPECT_EQ(verify_signature(headers, sample, secrets, at(1'774'042'261)),
            Fault::timestamp_too_old);
  std::string tampered = sample;
  tampered.replace(tampered.find("success"), 7, "failure");
  EXPECT_EQ(verify_signature(headers, tampered, secrets, at(1'774'041'990)),
            Fault::wrong_signature);
  EXPECT_EQ(verify_signature(headers, sample, {"7d2f9b4e-6a1c-4f83-b5e0-9c3a8d1f6e42"},
                             at(1'774'041'990)),
            Fault::wrong_signature);
}

struct HeaderRow {
  const char* name;
  Headers headers;
  Fault fault;
};

std::vector<HeaderRow> header_rows() {
  const std::string good = signature_of(secret, sent_at, body);
  const std::string digits = good.substr(7);
  std::string upper = digits;
  for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  std::string flipped = good;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  const HttpHeader time{"X-Timestamp", sent_at};
  const auto signature = [](const std::string& value) { return HttpHeader{"X-Signature", value}; };
  const auto stamped = [&](const std::string& value) {
    return Headers{{"X-Timestamp", value}, signature(signature_of(secret, value, body))};
  };
  return {
      {"nothing", {}, Fault::missing_signature},
      {"missing", {time}, Fault::missing_signature},
      {"empty", {time, signature("")}, Fault::malformed_signature},
      {"wrong", {time, signature(flipped)}, Fault::wrong_signature},
      {"of_another_secret",
       {time, signature(signature_of("x", sent_at, body))},
       Fault::wrong_signature},
      {"partial", {time, signature(good.substr(0, good.size() - 2))}, Fault::malformed_signature},
      {"half_a_byte",
       {time, signature(good.substr(0, good.size() - 1))},
       Fault::malformed_signature},
      {"longer", {time, signature(good + "00")}, Fault::malformed_signature},
      {"prefix_only", {time, signature("sha256=")}, Fault::malformed_signature},
      {"no_prefix", {time, signature(digits)}, Fault::malformed_signature},
      {"other_prefix", {time, signature("sha512=" + digits)}, Fault::malformed_signature},
      {"two_in_one", {time, signature(good + "," + good)}, Fault::malformed_signature},
      {"not_hex", {time, signature("sha256=" + std::string(64, 'g'))}, Fault::malformed_signature},
      {"signed_hex",
       {time, signature("sha256=" + std::string(62, 'a') + "-1")},
       Fault::malformed_signature},
      {"uppercase_digits", {time, signature("sha256=" + upper)}, Fault::none},
      {"uppercase_prefix", {time, signature("SHA256=" + digits)}, Fault::malformed_signature},
      {"names_in_any_case", {{"x-timestamp", sent_at}, {"X-SIGNATURE", good}}, Fault::none},
      {"white_space",
       {{"X-Timestamp", " " + sent_at + "\t"}, signature(" " + good + " ")},
       Fault::none},
      {"duplicated", {time, signature(good), signature(good)}, Fault::repeated_header},
      {"duplicated_another",
       {time, signature(flipped), {"x-signature", good}},
       Fault::repeated_header},
      {"time_duplicated", {time, time, signature(good)}, Fault::repeated_header},
      {"version_duplicated",
       {time, signature(good), {"X-Signature-Version", "v1"}, {"X-Signature-Version", "v1"}},
       Fault::repeated_header},
      {"version_v2",
       {time, signature(good), {"X-Signature-Version", "v2"}},
       Fault::unknown_version},
      {"version_empty",
       {time, signature(good), {"X-Signature-Version", ""}},
       Fault::unknown_version},
      {"version_in_capitals",
       {time, signature(good), {"X-Signature-Version", "V1"}},
       Fault::unknown_version},
      {"no_time", {signature(good)}, Fault::missing_timestamp},
      {"time_empty", stamped(""), Fault::malformed_timestamp},
      {"time_in_words", stamped("yesterday"), Fault::malformed_timestamp},
      {"time_negative", stamped("-1700000000"), Fault::malformed_timestamp},
      {"time_with_sign", stamped("+1700000000"), Fault::malformed_timestamp},
      {"time_with_fraction", stamped("1700000000.0"), Fault::malformed_timestamp},
      {"time_as_date", stamped("2023-11-14T22:13:20Z"), Fault::malformed_timestamp},
      {"time_endless", stamped("17000000000000000000000"), Fault::malformed_timestamp},
      {"time_in_milliseconds", stamped("170000000000"), Fault::timestamp_in_future},
      {"time_zero", stamped("0"), Fault::timestamp_too_old},
      {"time_of_another", {{"X-Timestamp", "1700000001"}, signature(good)}, Fault::wrong_signature},
      {"time_old_at_the_limit", stamped("1699999700"), Fault::none},
      {"time_old_past_it", stamped("1699999699"), Fault::timestamp_too_old},
      {"time_ahead_at_the_limit", stamped("1700000300"), Fault::none},
      {"time_ahead_past_it", stamped("1700000301"), Fault::timestamp_in_future},
  };
}

class SignatureHeaders : public ::testing::TestWithParam<HeaderRow> {};

TEST_P(SignatureHeaders, AreJudged) {
  const Fault fault = verify(GetParam().headers);
  EXPECT_EQ(fault, GetParam().fault) << to_string(fault);
}

INSTANTIATE_TEST_SUITE_P(Table, SignatureHeaders, ::testing::ValuesIn(header_rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Signature, IsOverTheRawBytes) {
  std::string tampered = body;
  tampered.replace(tampered.find("success"), 7, "failure");
  EXPECT_EQ(verify(good_headers(), tampered), Fault::wrong_signature);
  const std::string serialised_again = nlohmann::json::parse(body).dump();
  ASSERT_NE(serialised_again, body);
  EXPECT_EQ(verify(good_headers(), serialised_again), Fault::wrong_signature);
  EXPECT_EQ(verify(good_headers(), body + "\n"), Fault::wrong_signature);
  EXPECT_EQ(verify(good_headers(), ""), Fault::wrong_signature);

  const std::string binary("\0\xFF{}\n", 5);
  const Headers headers = {{"X-Timestamp", sent_at},
                           {"X-Signature", signature_of(secret, sent_at, binary)}};
  EXPECT_EQ(verify(headers, binary), Fault::none);
}

TEST(Signature, IsTakenFromAnyOfSeveralSecrets) {
  EXPECT_EQ(verify(good_headers(), body, {"whsec-next", secret}), Fault::none);
  EXPECT_EQ(verify(good_headers(), body, {secret, "whsec-next"}), Fault::none);
  EXPECT_EQ(verify(good_headers(), body, {"whsec-next"}), Fault::wrong_signature) << "rotated out";
  EXPECT_EQ(verify(good_headers(), body, {}), Fault::wrong_signature);
}

TEST(Signature, IsNeverMadeWithAnEmptySecret) {
  const Headers headers = {{"X-Timestamp", sent_at},
                           {"X-Signature", signature_of("", sent_at, body)}};
  EXPECT_EQ(verify(headers, body, {""}), Fault::wrong_signature);
}

TEST(Signature, GrowsOldWithTheClock) {
  using std::chrono::milliseconds;
  EXPECT_EQ(verify(good_headers(), body, {secret}, milliseconds(300'000)), Fault::none);
  EXPECT_EQ(verify(good_headers(), body, {secret}, milliseconds(301'000)),
            Fault::timestamp_too_old);
  EXPECT_EQ(verify(good_headers(), body, {secret}, milliseconds(-300'000)), Fault::none);
  EXPECT_EQ(verify(good_headers(), body, {secret}, milliseconds(-300'001)),
            Fault::timestamp_in_future);
}

TEST(SignatureFault, HasNames) {
  EXPECT_EQ(to_string(Fault::none), "none");
  EXPECT_EQ(to_string(Fault::repeated_header), "repeated_header");
  EXPECT_EQ(to_string(Fault::wrong_signature), "wrong_signature");
}

}  // namespace
}  // namespace dropcowboy::receiver
