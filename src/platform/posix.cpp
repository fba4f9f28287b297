#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <initializer_list>

#include "platform/platform.hpp"
#include "platform/sockets.hpp"

namespace dropcowboy::platform {

bool fill_random(void* bytes, std::size_t size) noexcept {
  return ::getentropy(bytes, size) == 0;  // on Linux one getrandom() system call
}

long process_id() noexcept { return ::getpid(); }

int local_port(Socket socket) noexcept { return port_of(static_cast<NativeSocket>(socket)); }

bool is_quiet(Socket socket) noexcept {
  char byte = 0;
  return receive(static_cast<NativeSocket>(socket), &byte, 1, MSG_PEEK) < 0 && would_block();
}

bool close_socket(Socket socket) noexcept { return ::close(static_cast<int>(socket)) == 0; }

namespace {

/// The library that holds the code at `address`, which is loaded already; null for a static
/// program.
void* library_of(const void* address, int flags) noexcept {
  Dl_info info{};
  if (::dladdr(address, &info) == 0) return nullptr;
  void* library = ::dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | flags);
  // A program's own name cannot be opened: it is found under no name.
  return library != nullptr ? library : ::dlopen(nullptr, RTLD_LAZY | RTLD_NOLOAD);
}

}  // namespace

void* function_beside(const void* address, const char* name) noexcept {
  void* library = library_of(address, 0);
  if (library == nullptr) return nullptr;
  void* function = ::dlsym(library, name);
  ::dlclose(library);
  return function;
}

void never_unload(const void* address) noexcept {
  if (void* library = library_of(address, RTLD_NODELETE)) ::dlclose(library);
}

void leave_signals_to_other_threads() noexcept {
  sigset_t signals;
  ::sigfillset(&signals);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF}) {
    ::sigdelset(&signals, own);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

namespace {

bool sigpipe_pending() noexcept {
  sigset_t pending;
  return ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

SigpipeGuard::SigpipeGuard(bool wanted) noexcept {
  if (!wanted) return;
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
