#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace dropcowboy::support {

/// `result` of a system call, or an exception if that failed.
inline int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

  void close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

inline void make_nonblocking(int fd) {
  checked(::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK), "fcntl");
}

/// poll() that goes on after a signal. A timeout of -1 waits for ever.
template <std::size_t N>
void poll_all(pollfd (&set)[N], int timeout_ms = -1) {
  while (::poll(set, N, timeout_ms) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
}

/// A flag that poll() can wait for. Thread-safe.
class Signal {
 public:
  Signal() {
    int ends[2] = {};
    checked(::pipe(ends), "pipe");
    out_ = Descriptor(ends[0]);
    in_ = Descriptor(ends[1]);
    make_nonblocking(out_.get());
    make_nonblocking(in_.get());
  }

  void raise() const noexcept {
    const char byte = 1;
    [[maybe_unused]] const auto written =
        ::write(in_.get(), &byte, 1);  // a full pipe is raised too
  }

  void lower() const noexcept {
    char bytes[64];
    while (::read(out_.get(), bytes, sizeof bytes) > 0) continue;
  }

  /// Readable while the signal is raised.
  int fd() const noexcept { return out_.get(); }

 private:
  Descriptor out_;
  Descriptor in_;
};

}  // namespace dropcowboy::support
