// Written after the documentation; built by the CI configuration for Windows only.
#define NOMINMAX
#include <winsock2.h>
//
#include <bcrypt.h>
#include <windows.h>
#include <ws2tcpip.h>

#include "platform/platform.hpp"

namespace dropcowboy::platform {

bool fill_random(void* bytes, std::size_t size) noexcept {
  return BCRYPT_SUCCESS(::BCryptGenRandom(nullptr, static_cast<PUCHAR>(bytes),
                                          static_cast<ULONG>(size),
                                          BCRYPT_USE_SYSTEM_PREFERRED_RNG));
}

long process_id() noexcept { return static_cast<long>(::GetCurrentProcessId()); }

int local_port(Socket socket) noexcept {
  sockaddr_storage address{};
  int size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(socket, any, &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(any)->sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(any)->sin6_port);
  return 0;
}

bool is_quiet(Socket socket) noexcept {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK) < 0 && ::WSAGetLastError() == WSAEWOULDBLOCK;
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
