#pragma once

#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/make_error.hpp"
#include "dropcowboy/result.hpp"
#include "json/document.hpp"

namespace dropcowboy::json {

/// Fills a request from JSON text and collects what does not fit.
template <class Request>
class RequestReader {
 public:
  /// `misfit` is the error's message when a value does not fit; `is_known` says whether a key has a
  /// field of its own, or is the client's.
  RequestReader(const char* misfit, bool (*is_known)(std::string_view key))
      : misfit_(misfit), is_known_(is_known) {}
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  virtual ~RequestReader() = default;

  Result<Request> read(std::string_view text) {
    if (text.size() > max_bytes) return unreadable("the JSON is larger than 1 MiB");
    const auto object = document_of(text);
    if (!object || !is_object(*object)) {
      return unreadable("the text is not one JSON object, at most 32 levels deep");
    }
    for (const auto& [key, value] : known_members(*object)) {
      member(key, value_of(value), value);
    }
    if (issues_.empty()) return std::move(request);
    Error error = unreadable(misfit_);
    error.issues = std::move(issues_);
    return error;
  }

 protected:
  /// Takes the value of a known key, which is not null. Of an object or an array it holds nothing:
  /// `text` is the value as it is written.
  virtual void member(std::string_view key, const nlohmann::json& value, std::string_view text) = 0;

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

  /// The last value of each known key, null excepted. The others go to extra_json as written.
  std::map<std::string, std::string_view> known_members(std::string_view object) {
    std::map<std::string, std::string_view> known;
    std::string extra;
    for (Members members(object); members.next();) {
      std::string key = string_of(members.key());
      if (is_known_(key)) {
        known.insert_or_assign(std::move(key), members.value());
      } else {
        extra.append(extra.empty() ? 0 : 1, ',').append(members.key()).append(1, ':');
        append_compact(extra, members.value());
      }
    }
    if (!extra.empty()) request.extra_json = '{' + extra + '}';
    for (auto one = known.begin(); one != known.end();) {
      one = one->second == "null" ? known.erase(one) : std::next(one);
    }
    return known;
  }

  static Error unreadable(const char* message) {
    return not_sent(ErrorKind::invalid_request, message);
  }

  const char* misfit_;
  bool (*is_known_)(std::string_view key);
  std::vector<Issue> issues_;
};

}  // namespace dropcowboy::json
