#pragma once

#include <httplib.h>

#include <chrono>
#include <functional>
#include <thread>

namespace dropcowboy::testing {

/// An httplib server on 127.0.0.1, from construction to destruction.
class HttpServer {
 public:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;

  /// What answers are dated by.
  using Now = std::function<std::chrono::system_clock::time_point()>;

  /// `handler` gets every request whatever its method and path, on a thread per connection. Port 0
  /// takes any free one. Throws Exception (configuration) if it cannot listen.
  HttpServer(int port, const Handler& handler, Now now = std::chrono::system_clock::now);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Closes every connection, also those in use, and returns when no handler runs any more.
  ~HttpServer();

  int port() const noexcept { return port_; }

 private:
  void configure(Now now);
  void route(const Handler& handler);
  void bind(int port);

  httplib::Server server_;
  socket_t listening_{};
  int port_ = 0;
  std::thread thread_;
};

}  // namespace dropcowboy::testing
