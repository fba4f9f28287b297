// What foreign text costs whoever reads it: every function that does so, on every hostile text, at
// the largest size that is allowed and at a tenth of it. Work is counted, not timed.

#include <gtest/gtest.h>

#include <functional>
#include <tuple>

#include "account/account_codec.hpp"
#include "contacts/contact_codec.hpp"
#include "core/options_checks.hpp"
#include "delivery/operation.hpp"
#include "dropcowboy/account.hpp"
#include "dropcowboy/options.hpp"
#include "dropcowboy/webhook.hpp"
#include "json/failure_answer.hpp"
#include "messages/send_answer.hpp"
#include "support/requests.hpp"
#include "support/work.hpp"
#include "text/redactor.hpp"
#include "work/hostile_texts.hpp"

namespace dropcowboy {
namespace {

using support::expect_linear;
using support::Shape;

constexpr std::size_t kib = 1024;

struct Reader {
  const char* name;
  std::size_t largest;   ///< text that is allowed
  double peak_per_byte;  ///< what it may hold at once, beyond the text
  std::function<void(std::string_view)> read;
};

std::ostream& operator<<(std::ostream& out, const Reader& reader) { return out << reader.name; }

const text::Redactor& redactor() {
  static const text::Redactor redact(support::secret_of_as());
  return redact;
}

RvmRequest with_extra(std::string_view text) {
  RvmRequest request = support::good_request();
  request.extra_json = text;
  request.byoc = text;
  return request;
}

std::vector<Reader> readers() {
  return {
      {"redactor", 1024 * kib, 9, [](std::string_view text) { redactor()(std::string(text)); }},
      {"redactor_of_a_beginning", 1024 * kib, 0.1,
       [](std::string_view text) { redactor()(text, 4096); }},
      {"send_answer", 1024 * kib, 26,
       [](std::string_view text) { understand_send(text, redactor()); }},
      {"failure_answer", 1024 * kib, 26,
       [](std::string_view text) { json::decode_failure_answer(text); }},
      {"listing", 1024 * kib, 24,
       [](std::string_view text) { understand_listing<Media>(text, redactor()); }},
      {"contact_list", 1024 * kib, 12,
       [](std::string_view text) { understand_contact_list(text, redactor()); }},
      {"bare_answer", 1024 * kib, 12,
       [](std::string_view text) { understand_bare_answer(text, redactor()); }},
      {"append_answer", 1024 * kib, 12,
       [](std::string_view text) { understand_append(text, redactor()); }},
      {"webhook", 64 * kib, 24,
       [](std::string_view text) { static_cast<void>(Webhook::parse(text)); }},
      {"rvm_from_json", 1024 * kib, 16,
       [](std::string_view text) { static_cast<void>(RvmRequest::from_json(text)); }},
      {"sms_from_json", 1024 * kib, 16,
       [](std::string_view text) { static_cast<void>(SmsRequest::from_json(text)); }},
      {"extra_json", 1024 * kib, 52,
       [](std::string_view text) {
         const RvmRequest request = with_extra(text);
         if (validate(request).ok()) to_json(request);
       }},
      {"texts_of_a_request", 1024 * kib, 64,
       [](std::string_view text) {
         RvmRequest rvm = support::good_request();
         rvm.brand_id = rvm.phone_number = text;
         rvm.foreign_id = rvm.postal_code = rvm.callback_url = rvm.tts_body = text;
         static_cast<void>(validate(rvm));
         to_json(rvm);
         SmsRequest sms;
         sms.sms_body = text;
         static_cast<void>(validate(sms));
       }},
      {"options", 1024 * kib, 8,
       [](std::string_view text) {
         ClientOptions options;
         options.base_url = options.credentials.secret = options.tls.ca_file = text;
         static_cast<void>(validate(options));
       }},
  };
}

class ForeignText : public ::testing::TestWithParam<std::tuple<Reader, Shape>> {};

TEST_P(ForeignText, CostsNoMoreThanItsLengthIsWorth) {
  const auto& [reader, shape] = GetParam();
  const std::string whole = shape.of(reader.largest);
  const std::string tenth = shape.of(reader.largest / 10);
  expect_linear(reader.largest, reader.peak_per_byte, [&, &read = reader.read](std::size_t size) {
    read(size == reader.largest ? whole : tenth);
  });
}

INSTANTIATE_TEST_SUITE_P(EveryReader, ForeignText,
                         ::testing::Combine(::testing::ValuesIn(readers()),
                                            ::testing::ValuesIn(support::hostile_texts())),
                         [](const auto& row) {
                           return std::get<0>(row.param).name + std::string("_") +
                                  std::get<1>(row.param).name;
                         });

// Listings and appended rows may be answered with up to 16 MiB.
TEST(LongAnswers, CostNoMoreThanTheirLengthIsWorth) {
  constexpr std::size_t largest = delivery::long_response_bytes;
  for (const char* element : {"0", "{}", R"({"media_id":7,"name":0,"api_allowed":0})"}) {
    const Shape listing{"listing", std::string("[") + element, std::string(",") + element, "]"};
    expect_linear(largest, 28, [&](std::size_t size) {
      understand_listing<Media>(listing.of(size), redactor());
    });
  }
  const Shape rows{"rows", R"({"accepted_count":0,"rejected":[0)", R"(,{"index":0})", "]}"};
  expect_linear(largest, 5,
                [&](std::size_t size) { understand_append(rows.of(size), redactor()); });
}

}  // namespace
}  // namespace dropcowboy
