#include <utility>

#include "core/phone_number_check.hpp"
#include "messages/request_checks.hpp"
#include "messages/request_codec.hpp"
#include "text/url.hpp"
#include "v2/answers.hpp"
#include "v2/calls.hpp"

namespace dropcowboy::v2 {

std::string_view to_string(ConsentType type) noexcept {
  return type == ConsentType::tcpa_optin ? "tcpa_optin" : "sms_optin";
}

std::string_view to_string(ConsentMethod method) noexcept {
  switch (method) {
    case ConsentMethod::phone: return "phone";
    case ConsentMethod::in_person: return "in_person";
    case ConsentMethod::web_form: return "web_form";
    case ConsentMethod::paper: return "paper";
  }
  return "web_form";
}

namespace {

using delivery::Effect;
using delivery::Operation;
using delivery::Pipeline;

template <class Element>
constexpr Operation list(std::string_view name) noexcept {
  Operation made = operation(name, HttpMethod::get, Effect::reads, &understand_list<Element>);
  made.max_response_bytes = delivery::long_response_bytes;
  return made;
}

constexpr Operation get_readiness =
    operation("v2 GET /register/public/integration-readiness", HttpMethod::get, Effect::reads,
              &understand_one<Readiness>);
constexpr Operation get_lines = list<PhoneLine>("v2 GET /phone/public/lines");
constexpr Operation get_voices = list<Voice>("v2 GET /voice/public/voices");
constexpr Operation add_consent =
    operation("v2 POST /contact/public/contacts/{contact_id}/consent", HttpMethod::post,
              Effect::adds, &understand_consent,
              "The consent may have been recorded: look at the contact before you record it again");

void check_consent(Checker& check, const Consent& consent) {
  check_required(check, "phone_number", consent.phone_number, FieldKind::phone_number,
                 "is required: the number that the consent is about, in E.164 form");
  check_required(check, "consent_text", consent.consent_text, FieldKind::prose,
                 "is required: the words that the contact agreed to");
}

}  // namespace

Result<Readiness> readiness(const Pipeline& pipeline, const CallOptions& options) {
  auto answer = delivery::call(pipeline, get_readiness, "/register/public/integration-readiness",
                               {}, options);
  if (!answer) return std::move(answer).error();
  auto found = std::any_cast<Readiness&&>(std::move(answer->value));
  found.service_time = answer->http.service_time;
  return found;
}

Result<std::vector<PhoneLine>> list_phone_lines(const Pipeline& pipeline, std::string_view type,
                                                const CallOptions& options) {
  std::string path = "/phone/public/lines";
  if (!type.empty()) path += "?type=" + text::percent_encoded(type);
  return delivery::call_for<std::vector<PhoneLine>>(pipeline, get_lines, path, {}, options);
}

Result<std::vector<Voice>> list_voices(const Pipeline& pipeline, const CallOptions& options) {
  return delivery::call_for<std::vector<Voice>>(pipeline, get_voices, "/voice/public/voices", {},
                                                options);
}

Result<std::string> record_consent(const Pipeline& pipeline, std::string_view contact_id,
                                   const Consent& consent, const CallOptions& options) {
  Checker check;
  check.check_path_id("contact_id", contact_id, "is required");
  check_consent(check, consent);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  std::string members;
  json::append_member(members, "consent_type", to_string(consent.consent_type));
  json::append_member(members, "phone_number", consent.phone_number);
  json::append_member(members, "consent_text", consent.consent_text);
  json::append_member(members, "consent_method", to_string(consent.consent_method));
  const std::string path =
      "/contact/public/contacts/" + text::percent_encoded(contact_id) + "/consent";
  return delivery::call_for<std::string>(pipeline, add_consent, path,
                                         json::object_around(std::move(members)), options);
}

}  // namespace dropcowboy::v2
