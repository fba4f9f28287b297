#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "support/descriptor.hpp"

namespace dropcowboy::support {

/// A sender that blocks.
class Sender {
 public:
  explicit Sender(int port) : socket_(new_socket()) {
    const sockaddr_in address = loopback(port);
    const auto* place = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket_.get(), place, sizeof address) != 0) socket_.close();
  }

  /// False once the server has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto count = platform::send_some(socket_.get(), bytes.data(), bytes.size());
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// The next answer, or what came of it before the server closed.
  std::string answer() {
    while (!has_answer()) {
      if (!receive()) return std::exchange(received_, {});
    }
    const std::size_t size = answer_size();
    const std::string first = received_.substr(0, size);
    received_.erase(0, size);
    return first;
  }

  /// Everything until the server closes.
  std::string rest() {
    while (receive()) continue;
    return std::exchange(received_, {});
  }

  void say_no_more() const { ::shutdown(socket_.get(), platform::shut_down_sending); }

 private:
  bool receive() {
    char bytes[4096];
    const auto count = platform::receive(socket_.get(), bytes, sizeof bytes);
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  std::size_t answer_size() const {
    const auto end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return std::string::npos;
    const char name[] = "Content-Length: ";
    const auto length = received_.find(name);
    const std::size_t body =
        length < end ? std::stoul(received_.substr(length + std::strlen(name))) : 0;
    return end + 4 + body;
  }

  bool has_answer() const { return answer_size() <= received_.size(); }

  Descriptor socket_;
  std::string received_;
};

}  // namespace dropcowboy::support
