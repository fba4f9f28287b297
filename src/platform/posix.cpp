#include <pthread.h>
#include <signal.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "platform/platform.hpp"

namespace dropcowboy::platform {

bool fill_random(void* bytes, std::size_t size) noexcept {
  return ::getentropy(bytes, size) == 0;  // on Linux one getrandom() system call
}

unsigned long process_id() noexcept { return static_cast<unsigned long>(::getpid()); }

namespace {

bool sigpipe_pending() noexcept {
  sigset_t pending;
  return ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

SigpipeGuard::SigpipeGuard(bool wanted) noexcept {
  if (!wanted || sigpipe_pending()) return;
  sigset_t only_sigpipe;
  sigset_t before;
  ::sigemptyset(&only_sigpipe);
  ::sigaddset(&only_sigpipe, SIGPIPE);
  if (::pthread_sigmask(SIG_BLOCK, &only_sigpipe, &before) != 0) return;
  blocked_ = ::sigismember(&before, SIGPIPE) == 0;  // blocked by the caller already: leave it so
}

SigpipeGuard::~SigpipeGuard() {
  if (!blocked_) return;
  sigset_t only_sigpipe;
  ::sigemptyset(&only_sigpipe);
  ::sigaddset(&only_sigpipe, SIGPIPE);
  if (sigpipe_pending()) {
    int taken = 0;
    ::sigwait(&only_sigpipe, &taken);  // returns at once: it is pending
  }
  ::pthread_sigmask(SIG_UNBLOCK, &only_sigpipe, nullptr);
}

}  // namespace dropcowboy::platform
