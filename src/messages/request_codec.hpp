#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dropcowboy/rvm.hpp"
#include "dropcowboy/sms.hpp"
#include "json/json_text.hpp"

namespace dropcowboy::json {

// Each of these appends to a text that is a JSON object up to and with at least one member, a comma
// before everything that it adds.

void append_member(std::string& out, std::string_view key, std::string_view value);
/// The members of an object's text, which must be valid, passed through as written.
void append_extra(std::string& out, const std::optional<std::string>& object);

/// The request's members of the wire body. `foreign_id` is the one to send, if any. byoc and
/// extra_json, which must be valid, are passed through as written.
void append_members(std::string& out, const RvmRequest& request,
                    std::optional<std::string_view> foreign_id);
void append_members(std::string& out, const SmsRequest& request,
                    std::optional<std::string_view> foreign_id);

/// The request as an object of its own.
template <class Request>
std::string object_of(const Request& request) {
  std::string members;
  append_members(members, request, request.foreign_id);
  return object_around(std::move(members));
}

}  // namespace dropcowboy::json
