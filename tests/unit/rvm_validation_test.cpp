#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "dropcowboy/rvm.hpp"
#include "support/data_file.hpp"
#include "support/requests.hpp"
#include "support/validation_rule.hpp"

namespace dropcowboy {

// Names the case in a failure message.
void PrintTo(const Issue& issue, std::ostream* out) {
  *out << issue.field << ' ' << to_string(issue.code);
}

namespace {

using support::good_request;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

auto is_issue(std::string_view field, IssueCode code) {
  return AllOf(Field("field", &Issue::field, field), Field("code", &Issue::code, code));
}

RvmRequest quiet_request() {
  return *RvmRequest::from_json(support::data_file("reference_request.json"));
}

TEST(RvmValidation, TheReferenceRequestHasNoIssue) {
  const Validation validation = validate(quiet_request());
  EXPECT_TRUE(validation.ok());
  EXPECT_THAT(validation.errors, IsEmpty());
  EXPECT_THAT(validation.warnings, IsEmpty());
}

TEST(RvmValidation, AnEmptyRequestIsToldAllThatItNeeds) {
  EXPECT_THAT(validate(RvmRequest{}).errors,
              ElementsAre(is_issue("brand_id", IssueCode::missing),
                          is_issue("phone_number", IssueCode::missing),
                          is_issue("recording_id", IssueCode::no_audio_source),
                          is_issue("forwarding_number", IssueCode::no_reply_route)));
}

TEST(RvmValidation, TheDefaultRouteTakesTheReplyOfWhoSaysSo) {
  RvmRequest r = quiet_request();
  r.use_default_route = true;
  EXPECT_TRUE(validate(r).ok());
  EXPECT_THAT(validate(r).warnings, IsEmpty()) << "without effect beside a route";

  r.forwarding_number.reset();
  r.pool_id.reset();
  r.phone_ivr_id.reset();
  EXPECT_THAT(validate(r).errors, IsEmpty());
  EXPECT_THAT(validate(r).warnings,
              ElementsAre(is_issue("use_default_route", IssueCode::default_route)));
  r.use_default_route = false;
  EXPECT_THAT(validate(r).errors,
              ElementsAre(is_issue("forwarding_number", IssueCode::no_reply_route)));
  r.use_default_route = true;
  r.forwarding_number = "+15557654321";
  r.phone_ivr_id = "7a4e1c52-9d7e-4c0b-8f0a-2f6f7f6a1b3c";
  EXPECT_THAT(validate(r).errors,
              ElementsAre(is_issue("phone_ivr_id", IssueCode::conflicting_reply_route)));
}

// ---- Every combination of the keys that say what is heard and where replies go ----

struct Present {
  bool recording_id, audio_url, audio_type, voice_id, tts_body;
  bool forwarding_number, phone_ivr_id, pool_id, caller_id, byoc;
};

Present combination(unsigned bits) {
  const auto bit = [bits](unsigned n) { return ((bits >> n) & 1U) != 0; };
  return {bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7), bit(8), bit(9)};
}

RvmRequest request_with(const Present& present) {
  RvmRequest r = quiet_request();
  r.recording_id.reset();
  r.forwarding_number.reset();
  if (present.recording_id) r.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  if (present.audio_url) r.audio_url = "https://media.acme.test/hello.mp3";
  if (present.audio_type) r.audio_type = AudioType::mp3;
  if (present.voice_id) r.voice_id = std::string(voices::female.id);
  if (present.tts_body) r.tts_body = "Hello, this is Acme.";
  if (present.forwarding_number) r.forwarding_number = "+15557654321";
  if (present.phone_ivr_id) r.phone_ivr_id = "7a4e1c52-9d7e-4c0b-8f0a-2f6f7f6a1b3c";
  if (present.pool_id) r.pool_id = "c1de1f0a-0c5b-4a44-b1b0-2d2f6f0f9f11";
  if (present.caller_id) r.caller_id = "+15557654322";
  if (present.byoc) r.byoc = R"({"sti_attestation":"A"})";
  return r;
}

/// "Exactly one audio source. Pairs are complete. At least one way for a reply to find its way
/// back; forwarding_number and phone_ivr_id exclude each other, a pool goes with either."
std::multiset<IssueCode> errors_by_rule(const Present& p) {
  std::multiset<IssueCode> expected;
  int sources = 0;
  if (p.recording_id) ++sources;
  if (p.audio_url || p.audio_type) ++sources;
  if (p.voice_id || p.tts_body) ++sources;
  if (sources == 0) expected.insert(IssueCode::no_audio_source);
  if (sources > 1) expected.insert(IssueCode::several_audio_sources);
  if (p.audio_url != p.audio_type) expected.insert(IssueCode::incomplete_pair);
  if (p.voice_id != p.tts_body) expected.insert(IssueCode::incomplete_pair);

  if (p.forwarding_number && p.phone_ivr_id) expected.insert(IssueCode::conflicting_reply_route);
  if (!(p.forwarding_number || p.phone_ivr_id || p.pool_id || p.caller_id || p.byoc)) {
    expected.insert(IssueCode::no_reply_route);
  }
  return expected;
}

std::multiset<IssueCode> codes(const std::vector<Issue>& issues) {
  std::multiset<IssueCode> found;
  for (const Issue& issue : issues) found.insert(issue.code);
  return found;
}

TEST(RvmValidation, EveryCombinationOfAudioAndRouteKeysIsJudgedByTheWrittenRule) {
  int accepted = 0;
  for (unsigned bits = 0; bits < 1024; ++bits) {
    const Present present = combination(bits);
    const Validation validation = validate(request_with(present));
    EXPECT_EQ(codes(validation.errors), errors_by_rule(present)) << "combination " << bits;
    if (validation.ok()) ++accepted;

    const bool only_caller_id = present.caller_id && !present.forwarding_number &&
                                !present.phone_ivr_id && !present.pool_id && !present.byoc;
    EXPECT_EQ(codes(validation.warnings).count(IssueCode::caller_id_only_route),
              only_caller_id ? 1U : 0U)
        << "combination " << bits;
  }
  // Three complete sources, each with 31 - 8 routes: all but none, and but those with both
  // forwarding_number and phone_ivr_id.
  EXPECT_EQ(accepted, 3 * 23);
}

// ---- One fault at a time ----

using Row = support::ValidationRule<RvmRequest>;

class RvmFault : public ::testing::TestWithParam<Row> {};

/// The fault is reported once, with its field and code, and nothing else is.
TEST_P(RvmFault, IsReportedWithItsFieldAndCode) {
  EXPECT_THAT(support::expect_named(quiet_request(), GetParam()).warnings, IsEmpty());
}

class RvmDoubt : public ::testing::TestWithParam<Row> {};

TEST_P(RvmDoubt, IsAWarningAndDoesNotStopTheSend) {
  RvmRequest request = quiet_request();
  GetParam().change(request);
  const Validation validation = validate(request);
  EXPECT_TRUE(validation.ok());
  EXPECT_THAT(validation.warnings,
              ::testing::Contains(is_issue(GetParam().field, GetParam().code)).Times(1));
}

using R = RvmRequest;

std::function<void(R&)> set(std::string R::*member, std::string value) {
  return [=](R& request) { request.*member = value; };
}
std::function<void(R&)> set(std::optional<std::string> R::*member, std::string value) {
  return [=](R& request) { request.*member = value; };
}
std::function<void(R&)> speak(std::string text, const Voice& voice = voices::female) {
  return [=](R& request) {
    request.recording_id.reset();
    request.voice_id = std::string(voice.id);
    request.tts_body = text;
  };
}

std::vector<Row> phone_faults() {
  const std::pair<const char*, const char*> numbers[] = {
      {"no_plus", "15552223333"},
      {"national", "5552223333"},
      {"spaces", "+1 555 222 3333"},
      {"dashes", "+1-555-222-3333"},
      {"letters", "+1555CALLNOW"},
      {"leading_zero", "+05552223333"},
      {"only_plus", "+"},
      {"one_digit", "+4"},
      {"sixteen_digits", "+4412345678901234"},
      {"nanp_nine", "+1555222333"},
      {"nanp_eleven", "+155522233334"},
      {"nanp_area_0", "+10552223334"},
      {"nanp_area_1", "+11552223334"},
      {"two_numbers", "+15552223334,+15552223335"},
      {"full_width_digits", "+\xEF\xBC\x91\x35\x35\x35"},
  };
  std::vector<Row> rows;
  for (const auto& [name, number] : numbers) {
    rows.push_back({std::string("contact_") + name, set(&R::phone_number, number), "phone_number",
                    IssueCode::invalid_phone_number});
    rows.push_back({std::string("forwarding_") + name, set(&R::forwarding_number, number),
                    "forwarding_number", IssueCode::invalid_phone_number});
    rows.push_back({std::string("caller_id_") + name, set(&R::caller_id, number), "caller_id",
                    IssueCode::invalid_phone_number});
  }
  return rows;
}

std::vector<Row> url_faults() {
  const std::pair<const char*, const char*> urls[] = {
      {"relative", "/hooks"},
      {"no_scheme", "hooks.acme.test/x"},
      {"ftp", "ftp://acme.test/x"},
      {"no_host", "https://"},
      {"no_host_path", "https:///x"},
      {"space", "https://acme.test/a b"},
      {"backslash", "https://acme.test\\x"},
      {"bad_port", "https://acme.test:99999/"},
      {"port_words", "https://acme.test:http/"},
      {"empty_port", "https://acme.test:/"},
      {"double_dot", "https://acme..test/"},
      {"not_encoded", "https://acme.test/h\xC3\xA9"},
      {"open_bracket", "https://[::1/x"},
  };
  std::vector<Row> rows;
  for (const auto& [name, url] : urls) {
    rows.push_back({name, set(&R::callback_url, url), "callback_url", IssueCode::invalid_url});
  }
  rows.push_back({"userinfo", set(&R::callback_url, "https://user:pw@acme.test/"), "callback_url",
                  IssueCode::url_with_credentials});
  return rows;
}

std::vector<Row> text_faults() {
  std::vector<Row> rows;
  const std::pair<std::string_view, std::optional<std::string> R::*> optionals[] = {
      {"recording_id", &R::recording_id}, {"forwarding_number", &R::forwarding_number},
      {"pool_id", &R::pool_id},           {"caller_id", &R::caller_id},
      {"postal_code", &R::postal_code},   {"callback_url", &R::callback_url},
      {"foreign_id", &R::foreign_id}};
  for (const auto& [field, member] : optionals) {
    const std::string name(field);
    rows.push_back({name + "_empty", set(member, ""), field, IssueCode::blank});
    rows.push_back({name + "_blank", set(member, " \t\n"), field, IssueCode::blank});
    rows.push_back({name + "_newline", set(member, "x\ny"), field, IssueCode::control_character});
    rows.push_back(
        {name + "_nul", set(member, std::string("x\0y", 3)), field, IssueCode::control_character});
    rows.push_back({name + "_latin1", set(member, "caf\xE9"), field, IssueCode::invalid_utf8});
    rows.push_back({name + "_overlong", set(member, "\xC0\xAF"), field, IssueCode::invalid_utf8});
    rows.push_back(
        {name + "_surrogate", set(member, "\xED\xA0\x80"), field, IssueCode::invalid_utf8});
  }
  rows.push_back({"brand_blank", set(&R::brand_id, " "), "brand_id", IssueCode::missing});
  rows.push_back({"phone_blank", set(&R::phone_number, ""), "phone_number", IssueCode::missing});
  rows.push_back(
      {"brand_crlf", set(&R::brand_id, "a\r\nX: y"), "brand_id", IssueCode::control_character});
  rows.push_back(
      {"speech_nul", speak(std::string("a\0b", 3)), "tts_body", IssueCode::control_character});
  rows.push_back({"speech_blank", speak(" \n "), "tts_body", IssueCode::blank});
  rows.push_back({"speech_latin1", speak("caf\xE9"), "tts_body", IssueCode::invalid_utf8});
  return rows;
}

const std::string nul(1, '\0');

std::vector<Row> other_faults() {
  std::vector<Row> rows = {
      {"foreign_id_257", set(&R::foreign_id, std::string(257, 'x')), "foreign_id",
       IssueCode::too_long},
      {"extra_array", set(&R::extra_json, "[1]"), "extra_json", IssueCode::not_a_json_object},
      {"extra_blank", set(&R::extra_json, ""), "extra_json", IssueCode::not_a_json_object},
      {"extra_cut", set(&R::extra_json, R"({"a":1)"), "extra_json", IssueCode::not_a_json_object},
      {"extra_two", set(&R::extra_json, "{} {}"), "extra_json", IssueCode::not_a_json_object},
      {"extra_nul", set(&R::extra_json, R"({"a":1})" + nul + R"(,"phone_number":"+1"})"),
       "extra_json", IssueCode::not_a_json_object},
      {"extra_deep",
       set(&R::extra_json, R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}"),
       "extra_json", IssueCode::not_a_json_object},
  };
  for (const char* key :
       {"team_id",      "secret",      "brand_id",     "phone_number",  "recording_id",
        "audio_url",    "audio_type",  "voice_id",     "tts_body",      "forwarding_number",
        "phone_ivr_id", "pool_id",     "caller_id",    "byoc",          "foreign_id",
        "privacy",      "postal_code", "callback_url", "status_format", "use_default_route"}) {
    rows.push_back({std::string("extra_names_") + key,
                    set(&R::extra_json, std::string("{\"new\":1,\"") + key + "\":null}"),
                    "extra_json", IssueCode::reserved_key});
  }
  rows.push_back({"extra_names_escaped", set(&R::extra_json, R"({"\u0073ecret":"x"})"),
                  "extra_json", IssueCode::reserved_key});
  const std::pair<const char*, const char*> codes[] = {
      {"four", "0210"},        {"six", "021011"},          {"plus_three", "90210-000"},
      {"space", "90210 0001"}, {"letters", "ABCDE"},       {"canada_d", "D1A 0B1"},
      {"canada_o", "K1A 0O1"}, {"canada_dash", "K1A-0B1"}, {"canada_w", "W1A 0B1"},
      {"british", "SW1A 1AA"}, {"padded", " 02101"}};
  for (const auto& [name, code] : codes) {
    rows.push_back({std::string("postal_") + name, set(&R::postal_code, code), "postal_code",
                    IssueCode::invalid_postal_code});
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(PhoneNumbers, RvmFault, ::testing::ValuesIn(phone_faults()),
                         support::rule_name);
INSTANTIATE_TEST_SUITE_P(Urls, RvmFault, ::testing::ValuesIn(url_faults()), support::rule_name);
INSTANTIATE_TEST_SUITE_P(Texts, RvmFault, ::testing::ValuesIn(text_faults()), support::rule_name);
INSTANTIATE_TEST_SUITE_P(Others, RvmFault, ::testing::ValuesIn(other_faults()), support::rule_name);

std::vector<Row> doubts() {
  std::vector<Row> rows = {
      {"no_postal_code", [](R& r) { r.postal_code.reset(); }, "postal_code",
       IssueCode::recommended},
      {"no_callback_url", [](R& r) { r.callback_url.reset(); }, "callback_url",
       IssueCode::recommended},
      {"plain_callback", set(&R::callback_url, "http://hooks.acme.test/x"), "callback_url",
       IssueCode::unencrypted_callback},
      {"audio_url",
       [](R& r) {
         r.recording_id.reset();
         r.audio_url = "https://media.acme.test/hello.wav";
         r.audio_type = AudioType::wav;
       },
       "audio_url", IssueCode::needs_approval},
      {"status_format", set(&R::status_format, "acme"), "status_format", IssueCode::needs_approval},
      {"byoc", set(&R::byoc, "{}"), "byoc", IssueCode::needs_approval},
      {"long_speech", speak(std::string(1201, 'x')), "tts_body", IssueCode::speech_too_long},
      {"ssml_tony", speak("<speak>Hi</speak>", voices::tony), "tts_body",
       IssueCode::ssml_unsupported},
      {"ssml_myra", speak("<speak>Hi</speak>", voices::myra), "tts_body",
       IssueCode::ssml_unsupported},
      {"sample_phone", set(&R::phone_number, "+15552223333"), "phone_number",
       IssueCode::sample_value},
      {"sample_forwarding", set(&R::forwarding_number, "+15557778888"), "forwarding_number",
       IssueCode::sample_value},
      {"sample_callback", set(&R::callback_url, "http://example.com"), "callback_url",
       IssueCode::sample_value},
      {"sample_brand", set(&R::brand_id, "<Your Brand GUID>"), "brand_id", IssueCode::sample_value},
  };
  for (const char* area : {"800", "833", "844", "855", "866", "877", "888"}) {
    rows.push_back({std::string("toll_free_") + area,
                    set(&R::forwarding_number, "+1" + std::string(area) + "5550100"),
                    "forwarding_number", IssueCode::toll_free_forwarding});
  }
  const std::pair<const char*, const char*> hosts[] = {
      {"localhost", "localhost"},    {"loopback", "127.1.2.3"},      {"loopback6", "[::1]"},
      {"ten", "10.0.0.1"},           {"b172", "172.31.0.1"},         {"c192", "192.168.1.1"},
      {"link_local", "169.254.1.1"}, {"unique_local6", "[fd00::1]"}, {"link_local6", "[fe80::1]"},
      {"no_dot", "intranet"},        {"local", "printer.LOCAL"},     {"internal", "a.internal"}};
  for (const auto& [name, host] : hosts) {
    rows.push_back({std::string("callback_") + name,
                    set(&R::callback_url, "https://" + std::string(host) + ":8443/x"),
                    "callback_url", IssueCode::unreachable_callback});
  }
  for (const auto& [name, member] :
       {std::pair{"recording_id", &R::recording_id}, std::pair{"pool_id", &R::pool_id}}) {
    rows.push_back(
        {std::string(name) + "_no_guid", set(member, "my-id"), name, IssueCode::not_a_guid});
  }
  rows.push_back({"brand_no_guid", set(&R::brand_id, "acme"), "brand_id", IssueCode::not_a_guid});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Warnings, RvmDoubt, ::testing::ValuesIn(doubts()), support::rule_name);

// ---- What must pass ----

TEST(RvmValidation, LegitimateValuesPassWithoutAnIssue) {
  const std::function<void(R&)> changes[] = {
      set(&R::phone_number, "+442071838750"),
      set(&R::phone_number, "+15550010098"),  // simulated: its exchange is not a real one
      set(&R::phone_number, "+491"),
      set(&R::forwarding_number, "+18105550100"),  // 810 is not toll-free
      set(&R::foreign_id, std::string(256, 'x')),
      set(&R::foreign_id,
          [] {  // 256 characters, 1,024 bytes
            std::string id;
            for (int i = 0; i < 256; ++i) id += "\xF0\x9F\x90\x8E";
            return id;
          }()),
      set(&R::postal_code, "02101"),
      set(&R::postal_code, "K1A 0B1"),
      set(&R::postal_code, "k1a0b1"),
      set(&R::callback_url, "https://acme.test"),
      set(&R::callback_url, "HTTPS://acme.test:8443/a?b=%20c#d"),
      set(&R::callback_url, "https://[2001:db8::1]/x"),
      set(&R::callback_url, "https://172.32.0.1/x"),
      set(&R::recording_id, "0B7F3C84-6D0E-4B8E-A7A3-3C0C4A3F9D21"),
      set(&R::extra_json, R"({"future_key":{"nested":[1,2.5,null]}})"),
      set(&R::extra_json, "{}"),
      speak("Hello\n\tthere, caf\xC3\xA9"),
      speak("<speak>Hi</speak>"),
      speak("<speak>Hi</speak>", voices::male),
      [](R& r) {
        std::string text;
        for (int i = 0; i < 1200; ++i) text += "\xC3\xA9";
        speak(text, voices::tony)(r);
      },
      [](R& r) { r.privacy = Privacy::full; },
      [](R& r) { r.foreign_id.reset(); },
  };
  for (const auto& change : changes) {
    RvmRequest request = quiet_request();
    change(request);
    EXPECT_EQ(to_string(validate(request)), "") << to_json(request);
  }
}

TEST(RvmValidation, ByocMustBeTheTextOfOneJsonObject) {
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{"),
                                  std::string("{}x"), "{}" + nul + R"(,"phone_number":"+1")"}) {
    RvmRequest request = quiet_request();
    request.byoc = text;
    EXPECT_THAT(validate(request).errors,
                ElementsAre(is_issue("byoc", IssueCode::not_a_json_object)))
        << text;
  }
}

TEST(RvmValidation, AllFaultsAreReportedAtOnce) {
  RvmRequest request;
  request.brand_id = "a\nb";
  request.phone_number = "555";
  request.audio_url = "ftp://x";
  request.voice_id = " ";
  request.forwarding_number = "1";
  request.phone_ivr_id = "\xFF";
  request.postal_code = "1";
  request.callback_url = "nowhere";
  request.foreign_id = std::string(300, 'x');
  request.byoc = "[]";
  request.extra_json = R"({"secret":1})";
  const std::vector<::testing::Matcher<Issue>> expected = {
      is_issue("brand_id", IssueCode::control_character),
      is_issue("phone_number", IssueCode::invalid_phone_number),
      is_issue("audio_url", IssueCode::invalid_url),
      is_issue("audio_url", IssueCode::several_audio_sources),
      is_issue("audio_type", IssueCode::incomplete_pair),
      is_issue("voice_id", IssueCode::blank),
      is_issue("tts_body", IssueCode::incomplete_pair),
      is_issue("forwarding_number", IssueCode::invalid_phone_number),
      is_issue("phone_ivr_id", IssueCode::invalid_utf8),
      is_issue("phone_ivr_id", IssueCode::conflicting_reply_route),
      is_issue("postal_code", IssueCode::invalid_postal_code),
      is_issue("callback_url", IssueCode::invalid_url),
      is_issue("foreign_id", IssueCode::too_long),
      is_issue("byoc", IssueCode::not_a_json_object),
      is_issue("extra_json", IssueCode::reserved_key),
  };
  EXPECT_THAT(validate(request).errors, UnorderedElementsAreArray(expected));
}

TEST(RvmValidation, MessagesNeverQuoteValues) {
  RvmRequest request = good_request();
  const std::string mark = "Zq7mark";
  request.brand_id = mark + "\n";
  request.phone_number = mark;
  request.callback_url = mark;
  request.postal_code = mark;
  request.byoc = mark;
  request.tts_body = mark;
  EXPECT_THAT(to_string(validate(request)), Not(::testing::HasSubstr(mark)));
}

}  // namespace
}  // namespace dropcowboy
