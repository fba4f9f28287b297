#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "dropcowboy/transport.hpp"

namespace dropcowboy::delivery {

/// Carries many exchanges at once on one thread. All members but wake() belong to that thread.
class Engine {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Names an exchange under way; chosen by the caller, unique among those under way and below the
  /// number of them that there can be.
  using Ticket = std::size_t;

  struct Finished {
    Ticket ticket = 0;
    HttpResult result{};
  };

  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// Begins an exchange. The request's views, and `cancel`, must stay valid until it has finished.
  /// Does not throw: what cannot begin finishes as not_sent.
  virtual void start(Ticket ticket, const HttpRequest& request,
                     const CancelToken& cancel) noexcept = 0;
  /// Ends an exchange now; it is not reported as finished any more.
  virtual HttpResult abort(Ticket ticket) = 0;
  /// Moves all exchanges on and appends those that have finished.
  virtual void perform(std::vector<Finished>& finished) = 0;
  /// Blocks until an exchange can move on, the client's clock reaches `until`, or wake() is called.
  /// `now` is what that clock said when `until` was chosen.
  virtual void wait(TimePoint now, TimePoint until) = 0;
  /// Ends a wait(), also one that has not begun yet. From any thread.
  virtual void wake() noexcept = 0;
  /// Like wake(); also ends an exchange that blocks the engine's thread. From any thread.
  virtual void shut_down() noexcept { wake(); }
};

}  // namespace dropcowboy::delivery
