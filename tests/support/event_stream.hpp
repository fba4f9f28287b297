#pragma once

#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/http_client.hpp"

namespace dropcowboy::support {

/// Reads server-sent events on a thread of its own until the server or the destructor ends it.
/// Thread-safe.
class EventStream {
 public:
  struct Event {
    std::string id{};
    std::string name{};
    nlohmann::json data{};
  };

  EventStream(const std::string& origin, const std::string& path, httplib::Headers headers = {})
      : client_(origin), thread_([this, path, headers = std::move(headers)] {
          client_.Get(path, headers, [this](const char* bytes, std::size_t count) {
            return take({bytes, count});
          });
          const std::lock_guard lock(mutex_);
          ended_ = true;
          changed_.notify_all();
        }) {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream() {
    client_.stop();
    thread_.join();
  }

  /// Blocks until `is_wanted` says yes to all that has come, 20 s at most; all of it.
  template <class Wanted>
  std::vector<Event> wait_until(Wanted is_wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return is_wanted(events_); });
    return events_;
  }
  std::vector<Event> wait_for(std::size_t count) {
    return wait_until([count](const auto& events) { return events.size() >= count; });
  }
  /// Blocks until the server has ended it, 20 s at most.
  bool has_ended() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [this] { return ended_; });
  }

 private:
  bool take(const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    text_ += bytes;
    for (auto end = text_.find("\n\n"); end != std::string::npos; end = text_.find("\n\n")) {
      if (text_[0] != ':') events_.push_back(event_in(text_.substr(0, end + 1)));
      text_.erase(0, end + 2);
    }
    changed_.notify_all();
    return true;
  }

  static Event event_in(const std::string& text) {
    const auto field = [&text](const std::string& name) {
      const auto at = text.find(name + ": ");
      if (at == std::string::npos) return std::string();
      const auto start = at + name.size() + 2;
      return text.substr(start, text.find('\n', start) - start);
    };
    return {field("id"), field("event"), nlohmann::json::parse(field("data"))};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  std::vector<Event> events_;
  bool ended_ = false;
  HttpClient client_;
  std::thread thread_;
};

}  // namespace dropcowboy::support
