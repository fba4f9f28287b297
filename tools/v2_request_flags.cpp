#include "v2_request_flags.hpp"

#include <optional>
#include <string>
#include <utility>

#include "input.hpp"

namespace dropcowboy::tool::v2 {

namespace {

using dropcowboy::v2::RvmRequest;
using dropcowboy::v2::SmsRequest;

template <class Request>
struct TextFlag {
  RequestFlag flag;
  std::optional<std::string> Request::*member;
};

using RvmFlag = TextFlag<RvmRequest>;
using SmsFlag = TextFlag<SmsRequest>;

const std::vector<RvmFlag>& rvm_texts() {
  using R = RvmRequest;
  static const std::vector<RvmFlag> texts = {
      {{"to", "NUMBER", "who hears it, in E.164 form: +15552223333", "phone-number"}, &R::to},
      {{"contact_id", "GUID", "a contact of the account, instead"}, &R::contact_id},
      {{"phone_line_id", "GUID", "the voice line that sends (see: lines)"}, &R::phone_line_id},
      {{"media_id", "GUID", "audio: a file on the platform (see: media)"}, &R::media_id},
      {{"tts_body", "TEXT", "audio: the text to speak, at most 1,200 characters"}, &R::tts_body},
      {{"voice_id", "GUID", "the voice that reads tts-body (see: voices)"}, &R::voice_id},
      {{"audio_url", "URL", "audio: a file of yours; BYOC plans, with leave"}, &R::audio_url},
      {{"caller_id", "NUMBER", "the number to show; BYOC accounts only"}, &R::caller_id},
      {{"brand_id", "GUID", "the brand, if the account must register brands"}, &R::brand_id},
      {{"postal_code", "CODE", "the contact's; makes the calling hours exact"}, &R::postal_code},
      {{"foreign_id", "ID", "your id of this message, echoed in its callback"}, &R::foreign_id},
      {{"callback_url", "URL", "where the result is POSTed"}, &R::callback_url},
      {{"extra_json", "JSON", "further keys of the body, as an object"}, &R::extra_json},
  };
  return texts;
}

const std::vector<SmsFlag>& sms_texts() {
  using R = SmsRequest;
  static const std::vector<SmsFlag> texts = {
      {{"to", "NUMBER", "who gets it, in E.164 form: +15552223333", "phone-number"}, &R::to},
      {{"contact_id", "GUID", "a contact of the account, instead"}, &R::contact_id},
      {{"foreign_id", "ID", "your id of this message, echoed in its callback"}, &R::foreign_id},
      {{"callback_url", "URL", "where the result is POSTed"}, &R::callback_url},
      {{"extra_json", "JSON", "further keys of the body, as an object"}, &R::extra_json},
  };
  return texts;
}

template <class Texts>
std::vector<RequestFlag> flags_of(const Texts& texts, std::vector<RequestFlag> more) {
  std::vector<RequestFlag> flags;
  for (const auto& text : texts) flags.push_back(text.flag);
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

const std::string* given(const FlagValues& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

template <class Texts, class Request>
void apply_texts(const FlagValues& values, const Texts& texts, Request& request) {
  for (const auto& text : texts) {
    if (const auto* value = given(values, text.flag.key)) request.*text.member = *value;
  }
}

}  // namespace

const std::vector<RequestFlag>& rvm_flags() {
  static const std::vector<RequestFlag> flags =
      flags_of(rvm_texts(), {{"sti_orig_id", "GUID", "STIR/SHAKEN origination id; BYOC only"},
                             {"sti_attestation", "A|B|C", "its attestation"}});
  return flags;
}

const std::vector<RequestFlag>& sms_flags() {
  static const std::vector<RequestFlag> flags =
      flags_of(sms_texts(), {{"phone_line_id", "GUID", "the line of type sms that sends"},
                             {"body", "TEXT", "the text, at most 1,600 characters", "sms-body"},
                             {"media_urls", "URLS", "pictures, with commas between them"},
                             {"media_ids", "GUIDS", "pictures of the account's, the same"}});
  return flags;
}

void apply(const FlagValues& values, RvmRequest& request) {
  apply_texts(values, rvm_texts(), request);
  const auto* id = given(values, "sti_orig_id");
  const auto* attestation = given(values, "sti_attestation");
  if (id == nullptr && attestation == nullptr) return;
  if (!request.byoc) request.byoc.emplace();
  if (id != nullptr) request.byoc->sti_orig_id = *id;
  if (attestation != nullptr) request.byoc->sti_attestation = *attestation;
}

void apply(const FlagValues& values, SmsRequest& request) {
  apply_texts(values, sms_texts(), request);
  if (const auto* line = given(values, "phone_line_id")) request.phone_line_id = *line;
  if (const auto* body = given(values, "body")) request.body = *body;
  if (const auto* urls = given(values, "media_urls")) request.media_urls = split_at_commas(*urls);
  if (const auto* ids = given(values, "media_ids")) request.media_ids = split_at_commas(*ids);
}

}  // namespace dropcowboy::tool::v2
