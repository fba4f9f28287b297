#include <pthread.h>
#include <signal.h>

#include "stop_signals.hpp"

namespace dropcowboy::tool {

struct StopSignals::State {
  sigset_t signals{};
  sigset_t before{};
};

StopSignals::StopSignals() : state_(std::make_unique<State>()) {
  ::sigemptyset(&state_->signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&state_->signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &state_->signals, &state_->before);
}

StopSignals::~StopSignals() { ::pthread_sigmask(SIG_SETMASK, &state_->before, nullptr); }

int StopSignals::wait() const {
  int signal = 0;
  ::sigwait(&state_->signals, &signal);
  return signal;
}

void StopSignals::wake(std::thread& waiting) const {
  ::pthread_kill(waiting.native_handle(), SIGHUP);  // it is waited for, so it ends nothing
}

void StopSignals::end_by(int signal) {
  ::signal(signal, SIG_DFL);
  sigset_t all{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
  ::raise(signal);
}

}  // namespace dropcowboy::tool
