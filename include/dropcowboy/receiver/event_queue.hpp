#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "dropcowboy/receiver/webhook_receiver.hpp"

namespace dropcowboy::receiver {

/// A bounded queue between the threads that receive and those that work: push() is what a
/// WebhookReceiver::Handler does, pop() the loop of a worker. What waits in it is lost if the
/// process dies: a program that must not lose it writes it down in the handler instead.
/// Thread-safe; must outlive every call.
class DROPCOWBOY_API EventQueue {
 public:
  /// At most `capacity` events that take `max_bytes` together, texts and bookkeeping counted; an
  /// empty queue takes any one event. Default 64 MiB. Throws Exception (configuration) if one of
  /// them is 0.
  explicit EventQueue(std::size_t capacity, std::size_t max_bytes = std::size_t{64} << 20U);
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  ~EventQueue();

  /// False, with the event left alone, if the queue is full or closed. An event is up to 200 KiB,
  /// as a rule 2. Takes one lock.
  bool push(CallbackEvent&& event);
  /// Blocks until there is an event; nothing once the queue is closed and empty.
  std::optional<CallbackEvent> pop();
  /// Takes no more events; what is in it can still be popped.
  void close();
  /// How many events wait now.
  std::size_t size() const;
  /// How many bytes they take.
  std::size_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dropcowboy::receiver
