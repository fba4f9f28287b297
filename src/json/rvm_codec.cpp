#include "json/rvm_codec.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "errors.hpp"
#include "json/json_text.hpp"
#include "rvm_fields.hpp"
#include "text/characters.hpp"

namespace dropcowboy {

namespace json {

namespace {

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  append_json_string(out, value);
}

}  // namespace

void append_rvm_members(std::string& out, const RvmRequest& request,
                        std::optional<std::string_view> foreign_id) {
  append_member(out, "brand_id", request.brand_id);
  append_member(out, "phone_number", request.phone_number);
  if (foreign_id) append_member(out, "foreign_id", *foreign_id);
  for (const OptionalField& field : optional_fields) {
    if (const auto& value = request.*field.member) append_member(out, field.name, *value);
  }
  if (request.audio_type) append_member(out, "audio_type", to_string(*request.audio_type));
  if (request.privacy) append_member(out, "privacy", to_string(*request.privacy));
  if (request.byoc) out.append(",\"byoc\":").append(*request.byoc);
  if (request.extra_json) {
    const std::string_view members = members_of(*request.extra_json);
    if (!text::is_blank(members)) out.append(",").append(members);
  }
}

}  // namespace json

std::string to_json(const RvmRequest& request) {
  std::string text = "{";
  json::append_rvm_members(text, request, request.foreign_id);
  text.erase(1, 1);  // the comma before the first member
  return text += '}';
}

namespace {

constexpr std::size_t max_request_bytes = std::size_t{1024} * 1024;

/// Fills a request from parsed JSON and collects what does not fit.
class RequestReader {
 public:
  void read(const nlohmann::json& object) {
    for (const auto& [key, value] : object.items()) {
      if (!value.is_null()) member(key, value);
    }
    if (!extra_.empty()) request_.extra_json = extra_.dump();
  }

  Result<RvmRequest> result() && {
    if (issues_.empty()) return std::move(request_);
    Error error =
        not_sent(ErrorKind::invalid_request, "the JSON does not fit a ringless voicemail request");
    error.issues = std::move(issues_);
    return error;
  }

 private:
  void member(const std::string& key, const nlohmann::json& value) {
    const auto field = std::find_if(optional_fields.begin(), optional_fields.end(),
                                    [&](const OptionalField& one) { return one.name == key; });
    if (field != optional_fields.end()) {
      take_text(field->name, value, request_.*field->member);
    } else if (std::find(other_keys.begin(), other_keys.end(), key) != other_keys.end()) {
      other_member(key, value);
    } else {
      extra_[key] = value;
    }
  }

  void other_member(std::string_view key, const nlohmann::json& value) {
    if (key == "brand_id") take_text("brand_id", value, request_.brand_id);
    if (key == "phone_number") take_text("phone_number", value, request_.phone_number);
    if (key == "foreign_id") take_text("foreign_id", value, request_.foreign_id);
    if (key == "audio_type") {
      take_word("audio_type", value, request_.audio_type, {AudioType::mp3, AudioType::wav},
                "must be mp3 or wav");
    }
    if (key == "privacy") {
      take_word("privacy", value, request_.privacy, {Privacy::off, Privacy::full},
                "must be off or full");
    }
    if (key == "byoc") {
      if (value.is_object()) {
        request_.byoc = value.dump();
      } else {
        issue("byoc", "must be a JSON object");
      }
    }
    // team_id and secret are the client's.
  }

  template <class Text>
  void take_text(std::string_view field, const nlohmann::json& value, Text& target) {
    if (value.is_string()) {
      target = value.get_ref<const std::string&>();
    } else {
      issue(field, "must be a string");
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

  void issue(std::string_view field, const char* message) {
    issues_.push_back({Severity::error, field, IssueCode::invalid_value, message});
  }

  RvmRequest request_;
  nlohmann::json extra_ = nlohmann::json::object();
  std::vector<Issue> issues_;
};

}  // namespace

Result<RvmRequest> RvmRequest::from_json(std::string_view text) {
  if (text.size() > max_request_bytes) {
    return not_sent(ErrorKind::invalid_request, "the JSON is larger than 1 MiB");
  }
  if (!json::is_json_object(text)) {
    return not_sent(ErrorKind::invalid_request,
                    "the text is not one JSON object, at most 32 levels deep");
  }
  RequestReader reader;
  reader.read(nlohmann::json::parse(text, nullptr, false));
  return std::move(reader).result();
}

}  // namespace dropcowboy
