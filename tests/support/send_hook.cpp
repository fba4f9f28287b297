#include "support/send_hook.hpp"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<int> hooked_port{0};
std::atomic<int> send_buffer{0};
std::atomic<int> writes_to_refusal{0};

int port_of(const sockaddr* address) {
  if (address->sa_family != AF_INET) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port);
}

bool is_to_hooked_port(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  auto* any = reinterpret_cast<sockaddr*>(&peer);
  return ::getpeername(socket, any, &size) == 0 && port_of(any) == hooked_port;
}

bool refuses(int socket) {
  if (writes_to_refusal <= 0 || !is_to_hooked_port(socket)) return false;
  return --writes_to_refusal == 0;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t send(int socket, const void* bytes, size_t size, int flags) {
  static auto* const system = next<ssize_t(int, const void*, size_t, int)>("send");
  if (!refuses(socket)) return system(socket, bytes, size, flags);
  errno = EAGAIN;
  return -1;
}

extern "C" ssize_t write(int file, const void* bytes, size_t size) {
  static auto* const system = next<ssize_t(int, const void*, size_t)>("write");
  if (!refuses(file)) return system(file, bytes, size);
  errno = EAGAIN;
  return -1;
}

extern "C" int connect(int socket, const sockaddr* address, socklen_t size) {
  static auto* const system = next<int(int, const sockaddr*, socklen_t)>("connect");
  const int buffer = send_buffer;
  if (buffer > 0 && port_of(address) == hooked_port) {
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  }
  return system(socket, address, size);
}

namespace dropcowboy::support {

SendHook::SendHook(int peer_port) { hooked_port = peer_port; }

SendHook::~SendHook() {
  hooked_port = 0;
  send_buffer = 0;
  writes_to_refusal = 0;
}

void SendHook::shrink_buffers(int bytes) { send_buffer = bytes; }
void SendHook::refuse_write(int n) { writes_to_refusal = n; }

}  // namespace dropcowboy::support
