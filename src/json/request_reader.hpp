#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dropcowboy/result.hpp"
#include "errors.hpp"
#include "json/json_text.hpp"

namespace dropcowboy::json {

/// Fills a request from JSON text and collects what does not fit.
template <class Request>
class RequestReader {
 public:
  /// `misfit` is the error's message when a value does not fit.
  explicit RequestReader(const char* misfit) : misfit_(misfit) {}
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  virtual ~RequestReader() = default;

  Result<Request> read(std::string_view text) {
    if (text.size() > max_bytes) return unreadable("the JSON is larger than 1 MiB");
    if (!is_json_object(text)) {
      return unreadable("the text is not one JSON object, at most 32 levels deep");
    }
    nlohmann::json extra = nlohmann::json::object();
    const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    for (const auto& [key, value] : object.items()) {
      const bool is_credential = key == "team_id" || key == "secret";  // the client's
      if (value.is_null() || is_credential) continue;
      if (!member(key, value)) extra[key] = value;
    }
    if (!extra.empty()) request.extra_json = extra.dump();
    if (issues_.empty()) return std::move(request);
    Error error = unreadable(misfit_);
    error.issues = std::move(issues_);
    return error;
  }

 protected:
  /// Takes a value, which is not null; false if the request has no field for the key.
  virtual bool member(std::string_view key, const nlohmann::json& value) = 0;

  template <class Text>
  void take_text(std::string_view field, const nlohmann::json& value, Text& target) {
    if (value.is_string()) {
      target = value.get_ref<const std::string&>();
    } else {
      issue(field, "must be a string");
    }
  }

  void issue(std::string_view field, const char* message) {
    issues_.push_back({Severity::error, field, IssueCode::invalid_value, message});
  }

  Request request;

 private:
  static constexpr std::size_t max_bytes = std::size_t{1024} * 1024;

  static Error unreadable(const char* message) {
    return not_sent(ErrorKind::invalid_request, message);
  }

  const char* misfit_;
  std::vector<Issue> issues_;
};

}  // namespace dropcowboy::json
