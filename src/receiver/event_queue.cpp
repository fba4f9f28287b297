#include "dropcowboy/receiver/event_queue.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "errors.hpp"

namespace dropcowboy::receiver {

struct EventQueue::State {
  explicit State(std::size_t most) : capacity(most) {}

  const std::size_t capacity;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<CallbackEvent> events;
  bool is_closed = false;
};

EventQueue::EventQueue(std::size_t capacity) : state_(std::make_unique<State>(capacity)) {
  if (capacity > 0) return;
  throw Exception(
      not_sent(ErrorKind::configuration, "the capacity of an event queue must be at least 1"));
}

EventQueue::~EventQueue() = default;

bool EventQueue::push(CallbackEvent&& event) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->is_closed || state_->events.size() >= state_->capacity) return false;
    state_->events.push_back(std::move(event));
  }
  state_->changed.notify_one();
  return true;
}

std::optional<CallbackEvent> EventQueue::pop() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->is_closed || !state_->events.empty(); });
  if (state_->events.empty()) return std::nullopt;
  std::optional<CallbackEvent> event(std::move(state_->events.front()));
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

}  // namespace dropcowboy::receiver
