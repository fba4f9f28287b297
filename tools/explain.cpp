#include "explain.hpp"

#include <ctime>
#include <dropcowboy/printable.hpp>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "json_text.hpp"
#include "report.hpp"
#include "system.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

template <class T>
void put(ordered_json& document, const char* key, const std::optional<T>& value) {
  if (value) document[key] = *value;
}

std::string utc(std::chrono::system_clock::time_point moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  const std::tm parts = in_utc(seconds);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, length};
}

const char* meaning(Advice advice) {
  switch (advice) {
    case Advice::none: return "nothing to do";
    case Advice::fix_and_resend: return "mend the request or the account, then send again";
    case Advice::try_later: return "it may work at another time";
    case Advice::do_not_resend: return "do not send to this person again";
    case Advice::not_known: return "not known to this library: look at the reason yourself";
  }
  return "";
}

/// The service's own number, also of a reason that this library does not know.
std::optional<int> code_of_reason(const Webhook& event) {
  const auto code = code_of(event.known_reason);
  return code ? code : event.reason_code;
}

/// An event of a webhook that is not the result of a message, such as a text that came in.
bool is_other_event(const Webhook& event) {
  return event.event && event.status == DropStatus::other && !event.drop_id;
}

std::string outcome(const Webhook& event) {
  if (event.delivered()) return "delivered";
  if (is_other_event(event)) {
    return event.opted_out() ? "the contact has opted out" : "is not about a message of yours";
  }
  if (!event.failed()) {
    return "neither success nor failure" +
           (event.status_text.empty() ? "" : ": \"" + event.status_text + '"');
  }
  std::string text = "failed: " + (event.reason.empty() ? "no reason given" : event.reason);
  if (const auto code = code_of_reason(event); code && *code != 0) {
    text += " (code " + std::to_string(*code) + ')';
  }
  return text;
}

/// Whose callback it is.
std::string name_of(const Webhook& event) {
  if (event.foreign_id) return *event.foreign_id;
  if (event.event) {
    return *event.event + (event.drop_id ? ", drop " + *event.drop_id : std::string());
  }
  if (event.drop_id) return "drop " + *event.drop_id;
  return "a message without an id";
}

/// What only the v2 service sends. "event" is what a line of `listen` is.
void put_what_v2_adds(ordered_json& document, const Webhook& event) {
  put(document, "webhook_event", event.event);
  put(document, "event_id", event.event_id);
  if (event.event_at) document["event_at"] = utc(*event.event_at);
  put(document, "contact_id", event.contact_id);
  put(document, "caller_id", event.caller_id);
  put(document, "from", event.from);
  put(document, "to", event.to);
  put(document, "proof_of_delivery_url", event.proof_of_delivery_url);
  if (event.event) document["opted_out"] = event.opted_out();
}

/// What a callback leaves out fits in a line; what is wrong in it gets one each.
void say_issues_of_body(const std::vector<Issue>& issues) {
  std::string missing;
  for (const Issue& issue : issues) {
    if (issue.code != IssueCode::missing) {
      say_issues({issue});
    } else {
      missing += missing.empty() ? "  without " : ", ";
      missing += issue.field;
    }
  }
  if (!missing.empty()) say(missing);
}

}  // namespace

ordered_json to_document(const Webhook& event) {
  ordered_json document = {{"delivered", event.delivered()},
                           {"status", event.status_text},
                           {"reason", event.reason},
                           {"known_reason", to_string(event.known_reason)}};
  put(document, "reason_code", code_of_reason(event));
  document["advice"] = to_string(event.advice());
  document["meaning"] = meaning(event.advice());
  put(document, "foreign_id", event.foreign_id);
  put(document, "drop_id", event.drop_id);
  put(document, "phone_number", event.phone_number);
  if (event.attempt_date) document["attempt_date"] = utc(*event.attempt_date);
  put(document, "dnc", event.dnc);
  put(document, "spam", event.spam);
  document["total_cost"] = to_string(event.total_cost());
  if (event.network) {
    document["network"] = {{"name", event.network->name}, {"type", event.network->type}};
  }
  put(document, "status_code", event.status_code);
  put_what_v2_adds(document, event);
  document["issues"] = to_document(event.issues);
  document["body"] = as_it_came(event.body);
  return document;
}

void explain(const Webhook& event) {
  const std::string text = printable(name_of(event) + ": " + outcome(event));
  event.delivered() ? say_success(text) : say(text);
  if (event.advice() != Advice::none) say(std::string("  advice: ") + meaning(event.advice()));
  if (event.dnc.value_or(false)) say("  the contact is on a do-not-call list");
  if (event.proof_of_delivery_url) {
    say("  proof of delivery: " + printable(*event.proof_of_delivery_url));
  }
  // Webhooks of the v2 service tell no cost.
  if (!event.event) say("  cost: $" + to_string(event.total_cost()));
  say_issues_of_body(event.issues);
}

}  // namespace dropcowboy::tool
