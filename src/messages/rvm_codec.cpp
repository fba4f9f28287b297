#include <algorithm>
#include <nlohmann/json.hpp>

#include "messages/request_codec.hpp"
#include "messages/request_reader.hpp"
#include "messages/rvm_fields.hpp"

namespace dropcowboy {

void json::append_members(std::string& out, const RvmRequest& request,
                          std::optional<std::string_view> foreign_id) {
  append_member(out, "brand_id", request.brand_id);
  append_member(out, "phone_number", request.phone_number);
  if (foreign_id) append_member(out, "foreign_id", *foreign_id);
  for (const auto& field : optional_rvm_fields) {
    if (const auto& value = request.*field.member) append_member(out, field.name, *value);
  }
  if (request.audio_type) append_member(out, "audio_type", to_string(*request.audio_type));
  if (request.privacy) append_member(out, "privacy", to_string(*request.privacy));
  if (request.byoc) out.append(",\"byoc\":").append(*request.byoc);
  append_extra(out, request.extra_json);
}

std::string to_json(const RvmRequest& request) {
  std::string text = json::object_of(request);
  if (!request.use_default_route) return text;
  text.pop_back();
  return text.append(",\"").append(default_route_key).append("\":true}");
}

namespace {

class RvmReader : public json::RequestReader<RvmRequest> {
 public:
  RvmReader() : RequestReader("the JSON does not fit a ringless voicemail request", &is_rvm_key) {}

 private:
  void member(std::string_view key, const nlohmann::json& value, std::string_view text) override {
    const auto field = std::find_if(optional_rvm_fields.begin(), optional_rvm_fields.end(),
                                    [&](const auto& one) { return one.name == key; });
    if (field != optional_rvm_fields.end()) {
      take_text(field->name, value, request.*field->member);
    } else if (key == "brand_id") {
      take_text("brand_id", value, request.brand_id);
    } else if (key == "phone_number") {
      take_text("phone_number", value, request.phone_number);
    } else if (key == "foreign_id") {
      take_text("foreign_id", value, request.foreign_id);
    } else {
      other_member(key, value, text);
    }
  }

  void other_member(std::string_view key, const nlohmann::json& value, std::string_view text) {
    if (key == "audio_type") {
      take_word("audio_type", value, request.audio_type, {AudioType::mp3, AudioType::wav},
                "must be mp3 or wav");
    } else if (key == "privacy") {
      take_word("privacy", value, request.privacy, {Privacy::off, Privacy::full},
                "must be off or full");
    } else if (key == default_route_key) {
      take_truth(default_route_key, value, request.use_default_route);
    } else if (key == "byoc") {
      take_object("byoc", value, text, request.byoc);
    }
  }

  template <class Word>
  void take_word(std::string_view field, const nlohmann::json& value, std::optional<Word>& target,
                 std::initializer_list<Word> words, const char* message) {
    for (const Word word : words) {
      if (value.is_string() && value.get_ref<const std::string&>() == to_string(word))
        target = word;
    }
    if (!target) issue(field, message);
  }

  void take_truth(std::string_view field, const nlohmann::json& value, bool& target) {
    if (value.is_boolean()) {
      target = value.get<bool>();
    } else {
      issue(field, "must be true or false");
    }
  }

  void take_object(std::string_view field, const nlohmann::json& value, std::string_view text,
                   std::optional<std::string>& target) {
    if (value.is_object()) {
      json::append_compact(target.emplace(), text);
    } else {
      issue(field, "must be a JSON object");
    }
  }
};

}  // namespace

Result<RvmRequest> RvmRequest::from_json(std::string_view text) { return RvmReader().read(text); }

}  // namespace dropcowboy
