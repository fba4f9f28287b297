#pragma once

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <pthread.h>

#include <csignal>
#endif

/// Lets a server end in good order on Ctrl-C, or when the system asks it to, on every system. Make
/// it first in main(): threads that are started from then on leave the signals to wait(). One for
/// each program.
class StopSignal {
 public:
  StopSignal() {
#ifdef _WIN32
    event() = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    ::SetConsoleCtrlHandler(&take, TRUE);
#else
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
#endif
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Blocks until it is time to end.
  void wait() const {
#ifdef _WIN32
    ::WaitForSingleObject(event(), INFINITE);
#else
    int signal = 0;
    sigwait(&signals_, &signal);
#endif
  }

 private:
#ifdef _WIN32
  static HANDLE& event() {
    static HANDLE raised = nullptr;
    return raised;
  }
  static BOOL WINAPI take(DWORD) { return ::SetEvent(event()); }  // on a thread of the system's
#else
  sigset_t signals_{};
#endif
};
