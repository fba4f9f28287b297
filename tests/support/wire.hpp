#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "support/descriptor.hpp"

namespace dropcowboy::support {

struct SslDeleter {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

/// One accepted connection as a stream of bytes, plain or with TLS. Every wait ends when the stop
/// signal is raised, but not before all that had arrived is read.
class Wire {
 public:
  /// `socket` is non-blocking; `stop` outlives this.
  Wire(Descriptor socket, const Signal& stop) : socket_(std::move(socket)), stop_(stop) {}

  /// The server's side of a TLS handshake; false if it fails.
  bool secure(SSL_CTX& context);

  /// Waits until there is a byte to read and leaves it there. False if the connection ends before,
  /// or `hang_up` is raised.
  bool await_data(const Signal* hang_up = nullptr);
  /// At least one byte, at most `size`; 0 if the connection ends.
  std::size_t read(char* to, std::size_t size);
  /// False if the connection ends before all is written.
  bool write(std::string_view bytes);

  /// Asks a TLS 1.2 client for a new handshake; false if that cannot be said.
  bool renegotiate();

  /// Lets time pass; false if stopped.
  bool pause(std::chrono::milliseconds time);
  /// Takes what comes until the client goes away.
  void await_close();

  /// Ends as agreed: close_notify, then FIN.
  void close();
  /// FIN alone; to a TLS client that is an end without the word for it.
  void cut() { socket_.close(); }
  /// RST.
  void reset();

 private:
  bool wait(short events, const Signal* hang_up = nullptr);
  template <class Call>
  int tls(Call call, const Signal* hang_up = nullptr);

  Descriptor socket_;
  const Signal& stop_;
  std::unique_ptr<SSL, SslDeleter> ssl_;
};

/// Lets writes to a closed connection fail in this thread instead of ending the process.
void block_sigpipe();

}  // namespace dropcowboy::support
