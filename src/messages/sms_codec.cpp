#include <algorithm>
#include <nlohmann/json.hpp>

#include "messages/request_codec.hpp"
#include "messages/request_reader.hpp"
#include "messages/sms_fields.hpp"

namespace dropcowboy {

void json::append_members(std::string& out, const SmsRequest& request,
                          std::optional<std::string_view> foreign_id) {
  for (const auto& field : sms_fields) append_member(out, field.name, request.*field.member);
  out += request.opt_in ? ",\"opt_in\":true" : ",\"opt_in\":false";
  if (foreign_id) append_member(out, "foreign_id", *foreign_id);
  if (request.callback_url) append_member(out, "callback_url", *request.callback_url);
  append_extra(out, request.extra_json);
}

std::string to_json(const SmsRequest& request) { return json::object_of(request); }

namespace {

class SmsReader : public json::RequestReader<SmsRequest> {
 public:
  SmsReader() : RequestReader("the JSON does not fit an SMS request", &is_sms_key) {}

 private:
  void member(std::string_view key, const nlohmann::json& value, std::string_view) override {
    const auto field = std::find_if(sms_fields.begin(), sms_fields.end(),
                                    [&](const auto& one) { return one.name == key; });
    if (field != sms_fields.end()) {
      take_text(field->name, value, request.*field->member);
    } else if (key == "foreign_id") {
      take_text("foreign_id", value, request.foreign_id);
    } else if (key == "callback_url") {
      take_text("callback_url", value, request.callback_url);
    } else if (key == "opt_in") {
      if (!value.is_boolean()) issue("opt_in", "must be true or false");
      request.opt_in = value == true;
    }
  }
};

}  // namespace

Result<SmsRequest> SmsRequest::from_json(std::string_view text) { return SmsReader().read(text); }

}  // namespace dropcowboy
