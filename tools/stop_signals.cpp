#include "stop_signals.hpp"

#include <pthread.h>
#include <signal.h>

#include "console.hpp"

namespace dropcowboy::tool {

StopSignals::StopSignals() {
  ::sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals_, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignals::~StopSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

int StopSignals::wait() const {
  int signal = 0;
  ::sigwait(&signals_, &signal);
  return signal;
}

CancelOnSignal::CancelOnSignal() : watcher_([this] { watch(); }) {}

CancelOnSignal::~CancelOnSignal() {
  over_ = true;
  ::pthread_kill(watcher_.native_handle(), SIGHUP);  // it is waited for, so it ends nothing
  watcher_.join();
}

void CancelOnSignal::watch() {
  signals_.wait();
  if (over_) return;
  say_warning("stopping; once more to end at once, without knowing what was sent");
  token_.cancel();
  const int second = signals_.wait();
  if (over_) return;
  ::signal(second, SIG_DFL);
  sigset_t all{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
  ::raise(second);
}

}  // namespace dropcowboy::tool
