#include "dropcowboy/event.hpp"

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

}  // namespace dropcowboy
