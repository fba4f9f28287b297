#include "support/wire.hpp"

#include <openssl/err.h>
#ifndef _WIN32
#include <pthread.h>
#include <signal.h>
#endif

#include <algorithm>
#include <climits>

namespace dropcowboy::support {

using platform::would_block;

void block_sigpipe() {
#ifndef _WIN32  // which has no such signal
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
#endif
}

/// True if the socket is ready, or broken, which the next call finds out.
bool Wire::wait(short events, const Signal* hang_up) {
  pollfd set[] = {{socket_.get(), events, 0},
                  {stop_.socket(), POLLIN, 0},
                  {hang_up != nullptr ? hang_up->socket() : platform::no_socket, POLLIN, 0}};
  poll_all(set);
  return set[0].revents != 0;
}

/// Repeats an OpenSSL call until it has a result; 0 if there will be none.
template <class Call>
int Wire::tls(Call call, const Signal* hang_up) {
  while (true) {
    ERR_clear_error();
    const int result = call();
    if (result > 0) return result;
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return 0;
    if (!wait(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, hang_up)) return 0;
  }
}

bool Wire::secure(SSL_CTX& context) {
  ssl_.reset(SSL_new(&context));
  if (!ssl_ || SSL_set_fd(ssl_.get(), static_cast<int>(socket_.get())) != 1) return false;
  return tls([this] { return SSL_accept(ssl_.get()); }) == 1;
}

bool Wire::await_data(const Signal* hang_up) {
  char byte = 0;
  if (ssl_) return tls([&] { return SSL_peek(ssl_.get(), &byte, 1); }, hang_up) == 1;
  while (true) {
    const auto got = platform::receive(socket_.get(), &byte, 1, MSG_PEEK);
    if (got >= 0) return got == 1;
    if (!would_block() || !wait(POLLIN, hang_up)) return false;
  }
}

std::size_t Wire::read(char* to, std::size_t size) {
  if (ssl_) {
    const int most = static_cast<int>(std::min<std::size_t>(size, INT_MAX));
    return static_cast<std::size_t>(tls([&] { return SSL_read(ssl_.get(), to, most); }));
  }
  while (true) {
    const auto got = platform::receive(socket_.get(), to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (!would_block() || !wait(POLLIN)) return 0;
  }
}

bool Wire::write(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (ssl_) {
    // OpenSSL reports success only when all of it is written.
    const int size = static_cast<int>(bytes.size());
    return tls([&] { return SSL_write(ssl_.get(), bytes.data(), size); }) == size;
  }
  while (!bytes.empty()) {
    const auto sent = platform::send_some(socket_.get(), bytes.data(), bytes.size());
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (!would_block() || !wait(POLLOUT)) {
      return false;
    }
  }
  return true;
}

bool Wire::renegotiate() {
  return ssl_ && SSL_renegotiate(ssl_.get()) == 1 &&
         tls([this] { return SSL_do_handshake(ssl_.get()); }) == 1;
}

bool Wire::pause(std::chrono::milliseconds time) {
  pollfd set[] = {{stop_.socket(), POLLIN, 0}};
  poll_all(set, static_cast<int>(time.count()));
  return set[0].revents == 0;
}

void Wire::await_close() {
  char bytes[4096];
  while (read(bytes, sizeof bytes) > 0) continue;
}

void Wire::close() {
  if (ssl_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  socket_.close();
}

void Wire::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&at_once),
               sizeof at_once);
  socket_.close();
}

}  // namespace dropcowboy::support
