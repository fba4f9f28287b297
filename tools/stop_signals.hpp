#pragma once

#include <atomic>
#include <csignal>
#include <dropcowboy/cancel_token.hpp>
#include <thread>

namespace dropcowboy::tool {

/// Keeps Ctrl-C and its like (SIGINT, SIGTERM, SIGHUP) from ending the program, for as long as it
/// lives, in this thread and those started from it. Make it before they are.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// Blocks until one arrives.
  int wait() const;

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

/// Makes the first such signal cancel a token and the second one end the program as usual.
class CancelOnSignal {
 public:
  CancelOnSignal();
  CancelOnSignal(const CancelOnSignal&) = delete;
  CancelOnSignal& operator=(const CancelOnSignal&) = delete;
  ~CancelOnSignal();

  const CancelToken& token() const { return token_; }

 private:
  void watch();

  const StopSignals signals_;  // before the thread, which must not be interrupted either
  const CancelToken token_;
  std::atomic<bool> over_{false};
  std::thread watcher_;
};

}  // namespace dropcowboy::tool
