#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include <atomic>

#include "stop_signals.hpp"

namespace dropcowboy::tool {

namespace {

/// Counts what has arrived. The system hands it over on threads of its own.
std::atomic<HANDLE> arrivals{nullptr};

BOOL WINAPI take(DWORD) { return ::ReleaseSemaphore(arrivals, 1, nullptr); }

}  // namespace

struct StopSignals::State {};

StopSignals::StopSignals() {
  constexpr LONG many = 1'000;
  arrivals = ::CreateSemaphoreW(nullptr, 0, many, nullptr);
  ::SetConsoleCtrlHandler(&take, TRUE);
}

StopSignals::~StopSignals() {
  ::SetConsoleCtrlHandler(&take, FALSE);
  ::CloseHandle(arrivals.exchange(nullptr));
}

int StopSignals::wait() const {
  ::WaitForSingleObject(arrivals, INFINITE);
  return CTRL_C_EVENT;
}

void StopSignals::wake(std::thread&) const { take(CTRL_C_EVENT); }

void StopSignals::end_by(int) {
  constexpr UINT ended_by_ctrl_c = 0xC000013A;  // STATUS_CONTROL_C_EXIT
  ::ExitProcess(ended_by_ctrl_c);
}

}  // namespace dropcowboy::tool
