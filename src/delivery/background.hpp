#pragma once

#include <memory>
#include <mutex>
#include <thread>

#include "delivery/worker.hpp"

namespace dropcowboy::delivery {

/// The thread behind send_async: started by the first call, ended with the client. Thread-safe.
class Background {
 public:
  explicit Background(std::shared_ptr<const Pipeline> pipeline);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() { end(); }
  /// Completes everything that was accepted, and takes nothing any more. In one of the thread's own
  /// completions it does not wait. Before anything that completions use goes away.
  void end() noexcept;

  using Completion = MoveOnlyFunction<Result<Response>>;

  /// Accepts a call, whose time counts from `submitted`, and takes its completion, or returns why
  /// not and leaves that as it is. Throws Exception (overloaded, or configuration if libcurl cannot
  /// be set up) or std::bad_alloc if the thread cannot be started.
  std::optional<Error> submit(PreparedRequest prepared, const CallOptions& options,
                              CallState::TimePoint submitted, Completion& complete);
  // In a process that was forked from the client's these know of nothing.
  bool drain(std::chrono::milliseconds timeout) const;
  void cancel_pending() const;
  std::size_t queued() const;

 private:
  /// Null if it was not started, or runs in another process.
  std::shared_ptr<Worker> worker() const;
  std::shared_ptr<Worker> started_worker();

  const std::shared_ptr<const Pipeline> pipeline_;
  mutable std::mutex mutex_;
  std::shared_ptr<Worker> worker_;
  std::unique_ptr<std::thread> thread_;
};

}  // namespace dropcowboy::delivery
