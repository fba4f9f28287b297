#pragma once

namespace dropcowboy::support {

/// What a busy machine or a slow network does to a client's writes, in a program that is linked
/// with send_hook.cpp: its send(), write() and connect() come before the system's, for libcurl and
/// the TLS library as well. Only sockets whose peer has the given port are meant. One at a time.
class SendHook {
 public:
  explicit SendHook(int peer_port);
  ~SendHook();
  SendHook(const SendHook&) = delete;
  SendHook& operator=(const SendHook&) = delete;

  /// Connections made from now on have a send buffer of so many bytes.
  void shrink_buffers(int bytes);
  /// The n-th write from now on, and no other, takes nothing (EAGAIN). 1 is the next one.
  void refuse_write(int n);
};

}  // namespace dropcowboy::support
