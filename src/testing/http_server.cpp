#include "testing/http_server.hpp"

#include <array>
#include <ctime>
#include <future>
#include <limits>
#include <memory>
#include <string>

#include "core/make_error.hpp"
#include "testing/connection_threads.hpp"
#include "testing/open_connections.hpp"

namespace dropcowboy::testing {

namespace {

constexpr const char* address = "127.0.0.1";
constexpr std::size_t max_body_bytes = std::size_t{16} << 20U;
/// What is over the limit is read and thrown away up to here: closing a connection on unread bytes
/// resets it, and takes the answer with it.
constexpr std::size_t max_read_bytes = 4 * max_body_bytes;
constexpr int backlog = 1024;
/// Longer than any that the service has. httplib looks for the handler by std::regex, which needs
/// as much stack as the path is long: on Windows more than a thread has.
constexpr std::size_t longest_path = 1'000;

/// httplib's default would let a second server share the port.
void allow_quick_restart([[maybe_unused]] socket_t socket) {
#ifndef _WIN32
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
#endif
}

/// For what httplib refuses by itself, such as too long a path.
void explain_refusal(const httplib::Request&, httplib::Response& response) {
  if (response.has_header("Content-Type")) return;
  response.set_content(R"({"message":"the request is too large or is not HTTP"})",
                       "application/json");
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale.
std::string http_date(std::time_t time) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
#ifdef _WIN32
  gmtime_s(&utc, &time);
#else
  gmtime_r(&time, &utc);
#endif
  std::array<char, 16> numbers{};
  std::strftime(numbers.data(), numbers.size(), "%Y %H:%M:%S", &utc);
  const std::string day = std::to_string(utc.tm_mday);
  return days[static_cast<std::size_t>(utc.tm_wday)] + std::string(", ") +
         (day.size() < 2 ? "0" : "") + day + ' ' + months[static_cast<std::size_t>(utc.tm_mon)] +
         ' ' + numbers.data() + " GMT";
}

/// What is left of the body would be read as the next request, without bounds: so the connection is
/// closed, which httplib does for content that cannot be given.
void refuse_and_close(httplib::Response& response) {
  static const std::string words = R"({"message":"the request is too large or is not HTTP"})";
  response.status = 413;
  response.set_content_provider(words.size(), "application/json",
                                [](std::size_t, std::size_t, httplib::DataSink& sink) {
                                  sink.write(words.data(), words.size());
                                  return false;
                                });
}

/// The whole body, chunked or not; false if it is too large, or broken off.
bool read_body(const httplib::ContentReader& read, httplib::Request& request) {
  std::size_t size = 0;
  const auto take = [&](const char* bytes, std::size_t count) {
    size += count;
    if (size <= max_body_bytes) request.body.append(bytes, count);
    return size <= max_read_bytes;
  };
  const bool ended =
      request.is_multipart_form_data() ? read([](const auto&) { return true; }, take) : read(take);
  return ended && size <= max_body_bytes;
}

}  // namespace

HttpServer::HttpServer(int port, const Handler& handler, Now now) {
  configure(std::move(now));
  route(handler);
  bind(port);
  // stop() has no effect before the loop runs, which is when it asks for its task queue.
  const auto running = std::make_shared<std::promise<void>>();
  server_.new_task_queue = [running] {
    running->set_value();
    return new ConnectionThreads;
  };
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  running->get_future().wait();
}

HttpServer::~HttpServer() {
  server_.stop();
  shut_down_connections(port_);
  thread_.join();
}

void HttpServer::configure(Now now) {
  server_.set_tcp_nodelay(true);
  server_.set_keep_alive_max_count(std::numeric_limits<int>::max());
  server_.set_keep_alive_timeout(5);
  // read_body() bounds what is kept. httplib bounds only what says its length, and from 0.30 or so
  // on takes the words out of the answer to it.
  server_.set_payload_max_length(std::numeric_limits<std::size_t>::max());
  server_.set_socket_options([this](socket_t socket) {
    allow_quick_restart(socket);
    listening_ = socket;
  });
  server_.set_error_handler(explain_refusal);
  server_.set_post_routing_handler(
      [now = std::move(now)](const httplib::Request&, httplib::Response& response) {
        response.set_header("Date", http_date(std::chrono::system_clock::to_time_t(now())));
      });
}

void HttpServer::route(const Handler& handler) {
  const char* every_path = ".*";
  server_.set_pre_routing_handler(
      [handler](const httplib::Request& request, httplib::Response& response) {
        if (request.path.size() <= longest_path) return httplib::Server::HandlerResponse::Unhandled;
        handler(request, response);
        response.set_header("Connection", "close");  // the body was not read
        return httplib::Server::HandlerResponse::Handled;
      });
  const auto with_body = [handler](const httplib::Request& request, httplib::Response& response,
                                   const httplib::ContentReader& read) {
    httplib::Request whole = request;
    read_body(read, whole) ? handler(whole, response) : refuse_and_close(response);
  };
  server_.Get(every_path, handler);
  server_.Options(every_path, handler);
  server_.Post(every_path, with_body);
  server_.Put(every_path, with_body);
  server_.Patch(every_path, with_body);
  server_.Delete(every_path, with_body);
}

void HttpServer::bind(int port) {
  if (port == 0) {
    port_ = server_.bind_to_any_port(address);
  } else if (port > 0 && port <= 65535 && server_.bind_to_port(address, port)) {
    port_ = port;
  }
  if (port_ <= 0) {
    throw Exception(
        not_sent(ErrorKind::configuration, "cannot listen on port " + std::to_string(port) +
                                               " of 127.0.0.1: choose a free port, or 0 for any"));
  }
  // httplib's backlog of 5 makes a burst of connections wait a second for a second try.
  ::listen(listening_, backlog);
}

}  // namespace dropcowboy::testing
