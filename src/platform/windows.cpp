#include "platform/platform.hpp"
#include "platform/sockets.hpp"
//
#include <windows.h>
//
#include <bcrypt.h>

namespace dropcowboy::platform {

bool fill_random(void* bytes, std::size_t size) noexcept {
  return BCRYPT_SUCCESS(::BCryptGenRandom(nullptr, static_cast<PUCHAR>(bytes),
                                          static_cast<ULONG>(size),
                                          BCRYPT_USE_SYSTEM_PREFERRED_RNG));
}

long process_id() noexcept { return static_cast<long>(::GetCurrentProcessId()); }

int local_port(Socket socket) noexcept { return port_of(static_cast<NativeSocket>(socket)); }

bool is_quiet(Socket socket) noexcept {
  char byte = 0;
  return receive(static_cast<NativeSocket>(socket), &byte, 1, MSG_PEEK) < 0 && would_block();
}

bool close_socket(Socket socket) noexcept { return ::closesocket(socket) == 0; }

void* function_beside(const void* address, const char* name) noexcept {
  HMODULE module = nullptr;
  constexpr DWORD flags =
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (!::GetModuleHandleExA(flags, static_cast<const char*>(address), &module)) return nullptr;
  return reinterpret_cast<void*>(::GetProcAddress(module, name));
}

void never_unload(const void* address) noexcept {
  HMODULE module = nullptr;
  constexpr DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
  ::GetModuleHandleExA(flags, static_cast<const char*>(address), &module);
}

void leave_signals_to_other_threads() noexcept {}

SigpipeGuard::SigpipeGuard(bool) noexcept {}
SigpipeGuard::~SigpipeGuard() = default;

}  // namespace dropcowboy::platform
