#include "dropcowboy/receiver/event_queue.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::receiver {

namespace {

std::size_t room_of(const std::string& text) noexcept { return text.capacity(); }

std::size_t room_of(const std::optional<std::string>& text) noexcept {
  return text ? text->capacity() : 0;
}

template <class... Texts>
std::size_t room_of_all(const Texts&... texts) noexcept {
  return (std::size_t{0} + ... + room_of(texts));
}

/// What an event takes, with all the texts that it owns.
std::size_t room_of(const CallbackEvent& event) noexcept {
  const Webhook& c = event.callback;
  std::size_t bytes =
      sizeof event + room_of_all(event.wire_foreign_id, event.key_id, event.dedup_key) +
      room_of_all(c.drop_id, c.phone_number, c.foreign_id, c.status_text, c.reason, c.status_code,
                  c.team_id, c.contact_id, c.session_id, c.log_id, c.caller_id, c.product_code,
                  c.quantity, c.campaign_id, c.campaign_type, c.proof_of_delivery_url, c.event_id,
                  c.event, c.to, c.from, c.body);
  if (c.network) bytes += room_of_all(c.network->name, c.network->type);
  bytes += c.unknown.capacity() * sizeof(UnknownMember) + c.issues.capacity() * sizeof(Issue);
  for (const UnknownMember& member : c.unknown) bytes += room_of_all(member.name, member.json);
  for (const Issue& issue : c.issues) bytes += room_of(issue.message);
  return bytes;
}

}  // namespace

struct EventQueue::State {
  struct Waiting {
    CallbackEvent event;
    std::size_t room = 0;
  };

  State(std::size_t most, std::size_t most_bytes) : capacity(most), max_bytes(most_bytes) {}

  bool has_room_for(std::size_t more) const noexcept {
    return events.empty() ||
           (events.size() < capacity && bytes < max_bytes && more <= max_bytes - bytes);
  }

  const std::size_t capacity;
  const std::size_t max_bytes;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Waiting> events;
  std::size_t bytes = 0;
  bool is_closed = false;
};

EventQueue::EventQueue(std::size_t capacity, std::size_t max_bytes)
    : state_(std::make_unique<State>(capacity, max_bytes)) {
  if (capacity > 0 && max_bytes > 0) return;
  throw Exception(not_sent(ErrorKind::configuration,
                           "an event queue must have room for at least 1 event and 1 byte"));
}

EventQueue::~EventQueue() = default;

bool EventQueue::push(CallbackEvent&& event) {
  const std::size_t room = room_of(event);
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->is_closed || !state_->has_room_for(room)) return false;
    state_->events.emplace_back().event = std::move(event);
    state_->events.back().room = room;
    state_->bytes += room;
  }
  state_->changed.notify_one();
  return true;
}

std::optional<CallbackEvent> EventQueue::pop() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->is_closed || !state_->events.empty(); });
  if (state_->events.empty()) return std::nullopt;
  std::optional<CallbackEvent> event(std::move(state_->events.front().event));
  state_->bytes -= state_->events.front().room;
  state_->events.pop_front();
  return event;
}

void EventQueue::close() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_closed = true;
  }
  state_->changed.notify_all();
}

std::size_t EventQueue::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->events.size();
}

std::size_t EventQueue::bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->bytes;
}

}  // namespace dropcowboy::receiver
