#pragma once

#include <atomic>
#include <dropcowboy/cancel_token.hpp>
#include <memory>
#include <thread>

namespace dropcowboy::tool {

/// Keeps Ctrl-C and its like (SIGINT, SIGTERM, SIGHUP; on Windows also Ctrl-Break and the end of
/// the console) from ending the program, for as long as it lives, in this thread and those started
/// from it. Make it before they are.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// Blocks until one arrives.
  int wait() const;
  /// Lets a wait() in that thread return, as if one had arrived.
  void wake(std::thread& waiting) const;
  /// Ends the program as `signal` does by itself.
  static void end_by(int signal);

 private:
  struct State;
  std::unique_ptr<State> state_;
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
