#include "dropcowboy/event.hpp"

#include <ostream>

#include "dropcowboy/printable.hpp"

namespace dropcowboy {

std::string_view to_string(EventType type) noexcept {
  switch (type) {
    case EventType::attempt_started: return "attempt_started";
    case EventType::retry_scheduled: return "retry_scheduled";
    case EventType::finished: return "finished";
    case EventType::completion_threw: return "completion_threw";
    case EventType::breaker_opened: return "breaker_opened";
    case EventType::breaker_closed: return "breaker_closed";
  }
  return "finished";
}

std::string to_string(const Event& event) {
  std::string text(to_string(event.type));
  text.append(" ").append(event.operation);
  if (!event.foreign_id.empty()) text += ", foreign_id " + event.foreign_id;
  text += ", attempt " + std::to_string(event.attempt);
  if (event.type != EventType::attempt_started) {
    text.append(", ").append(to_string(event.outcome));
    if (event.transient) text += ", transient";
    if (event.http_status != 0) text += ", HTTP " + std::to_string(event.http_status);
  }
  if (event.wait.count() > 0) text += ", waits " + std::to_string(event.wait.count()) + " ms";
  text += ", " + std::to_string(event.elapsed.count()) + " ms since it was handed over";
  if (!event.reason.empty()) text += ": " + event.reason;
  return printable(text);  // the caller's id may be anything
}

std::ostream& operator<<(std::ostream& out, const Event& event) { return out << to_string(event); }

}  // namespace dropcowboy
