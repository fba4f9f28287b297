// Webhook::parse against nlohmann's DOM of the repaired text: they agree on what is a callback and
// on what it says.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "dropcowboy/webhook.hpp"
#include "fuzz.hpp"
#include "json/repaired.hpp"

namespace {

using dropcowboy::Webhook;
using dropcowboy::fuzz::require;
using Json = nlohmann::json;

constexpr std::size_t max_bytes = 65'536;

/// How deep the text of a JSON document nests.
int depth_of(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') is_in_string = !is_in_string;
    if (is_in_string && c == '\\') ++i;
    if (is_in_string) continue;
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
  }
  return deepest;
}

/// The last member of that name, as text; absent if it is none.
std::optional<std::string> text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

void check_issues(const Webhook& event) {
  std::set<std::string_view> reported;
  for (const auto& issue : event.issues) {
    require(reported.insert(issue.field).second, "one issue a field at most");
  }
  for (const auto& member : event.unknown) {
    require(Json::accept(member.json), "an unknown member is kept as JSON");
  }
}

void check_members(const Webhook& event, const Json& body) {
  if (body.contains("data")) return;  // of a repeated one the DOM knows the last only
  require(event.drop_id == text_member(body, "drop_id"), "drop_id");
  require(event.phone_number == text_member(body, "phone_number"), "phone_number");
  require(event.foreign_id == text_member(body, "foreign_id"), "foreign_id");
  require(event.status_text == text_member(body, "status").value_or(""), "status");
  require(event.reason == text_member(body, "reason").value_or(""), "reason");
  require(event.event_id == text_member(body, "event_id"), "event_id");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view sent = dropcowboy::fuzz::text_of(data, size);
  const auto event = Webhook::parse(sent);
  const dropcowboy::json::Repaired repaired(sent);
  const std::string_view text = repaired.text();
  const bool has_nul = text.find('\0') != std::string_view::npos;
  const Json body = has_nul ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
  require(
      !repaired.is_changed() || sent.find('\0') != std::string_view::npos || !Json::accept(sent),
      "what is JSON needs no repair");  // the parser takes a NUL for the end
  if (!event) {
    require(event.error().kind == dropcowboy::ErrorKind::bad_response, "refusals are bad_response");
    require(size > max_bytes || body.is_discarded() || !body.is_object() || depth_of(text) > 32,
            "refused although it is a small JSON object");
    return 0;
  }
  require(size <= max_bytes && body.is_object() && depth_of(text) <= 32, "accepted is an object");
  require(event->body == sent, "the body is kept");
  check_issues(*event);
  check_members(*event, body);
  require(!(event->delivered() && event->failed()), "delivered and failed exclude each other");
  require((event->dnc != true || event->opted_out()) &&
              (!event->opted_out() || event->advice() == dropcowboy::Advice::do_not_resend),
          "nobody on a do-not-call list is sent to again");
  require(!event->failed() || event->advice() != dropcowboy::Advice::none,
          "a failure is never nothing to do");
  const auto dnc = body.find("dnc");
  require(body.contains("data") || dnc == body.end() || dnc->is_null() || *dnc == false ||
              event->dnc == true || dnc->is_string() || *dnc == 0,
          "a flag that cannot be read counts as set");
  return 0;
}
