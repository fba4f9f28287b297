#include "v2/message_codec.hpp"

#include <utility>

#include "json/json_text.hpp"
#include "messages/request_codec.hpp"
#include "messages/request_reader.hpp"
#include "v2/message_fields.hpp"

namespace dropcowboy::v2 {

namespace {

using json::append_member;

template <class Request, std::size_t N>
void append_fields(std::string& out, const Request& request,
                   const std::array<TextField<Request>, N>& fields) {
  for (const auto& field : fields) {
    if (const auto& value = request.*field.member) append_member(out, field.name, *value);
  }
}

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  out.append(",\"").append(key).append("\":");
  json::append_json_strings(out, values);
}

}  // namespace

std::string body_of(const RvmRequest& request, std::optional<std::string_view> foreign_id) {
  std::string out;
  append_fields(out, request, rvm_fields);
  if (request.byoc) {
    out += R"(,"byoc":{"sti_orig_id":)";
    json::append_json_string(out, request.byoc->sti_orig_id);
    append_member(out, "sti_attestation", request.byoc->sti_attestation);
    out += '}';
  }
  if (foreign_id) append_member(out, "foreign_id", *foreign_id);
  json::append_extra(out, request.extra_json);
  return json::object_around(std::move(out));
}

std::string body_of(const SmsRequest& request, std::optional<std::string_view> foreign_id) {
  std::string out;
  append_fields(out, request, sms_fields);
  append_member(out, "phone_line_id", request.phone_line_id);
  append_member(out, "body", request.body);
  append_list(out, "media_urls", request.media_urls);
  append_list(out, "media_ids", request.media_ids);
  if (foreign_id) append_member(out, "foreign_id", *foreign_id);
  json::append_extra(out, request.extra_json);
  return json::object_around(std::move(out));
}

std::string to_json(const RvmRequest& request) { return body_of(request, request.foreign_id); }

namespace {

class RvmReader : public json::RequestReader<RvmRequest> {
 public:
  RvmReader() : RequestReader("the JSON does not fit a request of the v2 API", &is_rvm_key) {}

 private:
  void member(std::string_view key, const nlohmann::json& value, std::string_view text) override {
    for (const auto& field : rvm_fields) {
      if (field.name == key) take_text(field.name, value, request.*field.member);
    }
    if (key == "foreign_id") take_text("foreign_id", value, request.foreign_id);
    if (key == "byoc") take_byoc(value, text);
  }

  void take_byoc(const nlohmann::json& value, std::string_view text) {
    constexpr const char* misfit =
        "must be an object of sti_orig_id and sti_attestation, both strings";
    if (!value.is_object()) return issue("byoc", misfit);
    Byoc byoc;
    for (json::Members members(text); members.next();) {
      const std::string key = json::string_of(members.key());
      std::string* const target = key == "sti_orig_id"       ? &byoc.sti_orig_id
                                  : key == "sti_attestation" ? &byoc.sti_attestation
                                                             : nullptr;
      if (target == nullptr || members.value().front() != '"') return issue("byoc", misfit);
      *target = json::string_of(members.value());
    }
    request.byoc = std::move(byoc);
  }
};

}  // namespace

Result<RvmRequest> RvmRequest::from_json(std::string_view text) { return RvmReader().read(text); }

}  // namespace dropcowboy::v2
