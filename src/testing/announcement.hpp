#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "testing/service_clock.hpp"

namespace dropcowboy::testing {

/// A POST to somebody who is told something.
struct Notice {
  std::string url{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::chrono::seconds time_limit{10};
  std::string event{};  ///< of a webhook; empty for a callback
  int attempt = 1;
  /// Nobody may be told just now, and it is not made up for.
  bool is_dropped = false;
};

/// Something that one receiver is told of, once or until it has taken it. Used by one thread.
class Announcement {
 public:
  Announcement() = default;
  Announcement(const Announcement&) = delete;
  Announcement& operator=(const Announcement&) = delete;
  virtual ~Announcement() = default;

  /// Whether its receiver has been told of it before, and is told again.
  virtual bool is_again() const noexcept { return false; }
  /// What to POST now; nothing if nobody is to be told any more.
  virtual std::optional<Notice> next(ServiceClock::TimePoint now) = 0;
  /// How the last one was answered; 0 for not at all. When to go on, if not finished.
  virtual std::optional<std::chrono::milliseconds> answered(int /*status*/,
                                                            ServiceClock::TimePoint /*now*/) {
    return std::nullopt;
  }
};

/// A callback: unsigned, once, whatever the answer.
class CallbackAnnouncement final : public Announcement {
 public:
  using Body = std::function<std::string(ServiceClock::TimePoint)>;

  CallbackAnnouncement(std::string url, Body body) : url_(std::move(url)), body_(std::move(body)) {}

  std::optional<Notice> next(ServiceClock::TimePoint now) override {
    Notice notice;
    notice.url = url_;
    notice.body = body_(now);
    return notice;
  }

 private:
  const std::string url_;
  const Body body_;
};

}  // namespace dropcowboy::testing
