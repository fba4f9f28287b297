#include "testing/open_connections.hpp"

#ifndef _WIN32

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace dropcowboy::testing {

namespace {

constexpr int any_port = 0;

using NameOfEnd = int (*)(int, sockaddr*, socklen_t*);

bool is_end_at(int descriptor, NameOfEnd name_of_end, int port) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  return name_of_end(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
         address.sin_family == AF_INET && address.sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
         ntohs(address.sin_port) == port;
}

bool is_between(int descriptor, int port, int peer_port) {
  int type = 0;
  socklen_t type_size = sizeof type;
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 &&
         type == SOCK_STREAM && is_end_at(descriptor, &getsockname, port) &&
         (peer_port == any_port || is_end_at(descriptor, &getpeername, peer_port));
}

/// Other threads go on opening and closing descriptors: the number may name another file at any
/// moment. A duplicate does not change any more, so it is the one that is checked and shut down.
void shut_down_if_between(int descriptor, int port, int peer_port) {
  if (!is_between(descriptor, port, peer_port)) return;
  const int duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return;
  if (is_between(duplicate, port, peer_port)) ::shutdown(duplicate, SHUT_RDWR);
  ::close(duplicate);
}

void shut_down(int port, int peer_port) noexcept {
#ifdef __linux__
  constexpr const char* descriptors = "/proc/self/fd";
#else
  constexpr const char* descriptors = "/dev/fd";
#endif
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(descriptors), &closedir);
  if (!directory) return;
  while (const dirent* entry = readdir(directory.get())) {
    char* end = nullptr;
    const long descriptor = std::strtol(entry->d_name, &end, 10);
    if (end != entry->d_name) shut_down_if_between(static_cast<int>(descriptor), port, peer_port);
  }
}

}  // namespace

void shut_down_connections(int port) noexcept { shut_down(port, any_port); }

void shut_down_connection(int port, int peer_port) noexcept {
  if (peer_port != any_port) shut_down(port, peer_port);
}

}  // namespace dropcowboy::testing

#else

#include <winsock2.h>
//
#include <windows.h>
//
#include <algorithm>
#include <cstdint>

namespace dropcowboy::testing {

namespace {

constexpr int any_port = 0;

using NameOfEnd = int(WSAAPI*)(SOCKET, sockaddr*, int*);

bool is_end_at(SOCKET socket, NameOfEnd name_of_end, int port) {
  sockaddr_in address{};
  int size = sizeof address;
  return name_of_end(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
         address.sin_family == AF_INET && address.sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
         ntohs(address.sin_port) == port;
}

/// A socket is a handle, and handles are small multiples of four, the lowest free one first. What
/// is no socket says so. Between the question and the end the number may come to mean another
/// socket: it is one of this process's, and this is a server for tests.
void shut_down(int port, int peer_port) noexcept {
  DWORD handles = 0;
  if (::GetProcessHandleCount(::GetCurrentProcess(), &handles) == 0) return;
  const std::uintptr_t last = 4 * std::max<std::uintptr_t>(1'024, std::uintptr_t{4} * handles);
  for (std::uintptr_t socket = 4; socket <= last; socket += 4) {
    if (is_end_at(socket, &::getsockname, port) &&
        (peer_port == any_port || is_end_at(socket, &::getpeername, peer_port))) {
      ::shutdown(socket, SD_BOTH);
    }
  }
}

}  // namespace

void shut_down_connections(int port) noexcept { shut_down(port, any_port); }

void shut_down_connection(int port, int peer_port) noexcept {
  if (peer_port != any_port) shut_down(port, peer_port);
}

}  // namespace dropcowboy::testing

#endif
