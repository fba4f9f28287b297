#include "dropcowboy/receiver/callback_server.hpp"

#include <algorithm>
#include <atomic>
#include <list>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/checker.hpp"
#include "core/make_error.hpp"
#include "receiver/server_connection.hpp"

namespace dropcowboy::receiver {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

void check_range(Checker& check, std::string_view field, std::size_t value, std::size_t least,
                 std::size_t most) {
  if (value >= least && value <= most) return;
  check.error(field, IssueCode::out_of_range,
              "must be " + std::to_string(least) + " to " + std::to_string(most));
}

void check_time(Checker& check, std::string_view field, std::chrono::milliseconds value) {
  if (value >= std::chrono::milliseconds(1) && value <= std::chrono::hours(1)) return;
  check.error(field, IssueCode::out_of_range, "must be 1 millisecond to an hour");
}

void require_valid(const CallbackServerOptions& options) {
  Validation validation = validate(options);
  if (validation.ok()) return;
  throw Exception(
      bad_configuration("the callback server's options cannot work", std::move(validation.errors)));
}

}  // namespace

Validation validate(const CallbackServerOptions& options) {
  Checker check;
  if (options.address.empty()) {
    check.error("address", IssueCode::missing, "is required: 127.0.0.1 is this machine only");
  }
  if (options.port < 0 || options.port > 65'535) {
    check.error("port", IssueCode::out_of_range, "must be 1 to 65535, or 0 for any free one");
  }
  if (options.threads < 1 || options.threads > 64) {
    check.error("threads", IssueCode::out_of_range, "must be 1 to 64");
  } else {
    check_range(check, "max_connections", options.max_connections,
                static_cast<std::size_t>(options.threads), 100'000);
  }
  check_range(check, "max_header_bytes", options.max_header_bytes, 1'024, mebibyte);
  check_range(check, "max_body_bytes", options.max_body_bytes, 1, mebibyte);
  check_time(check, "request_timeout", options.request_timeout);
  check_time(check, "idle_timeout", options.idle_timeout);
  return std::move(check).result();
}

namespace {

using Clock = ServerConnection::Clock;

Error no_resources() {
  return not_sent(ErrorKind::configuration,
                  "the system gave no threads, or no file descriptors, for the callback server");
}

/// What the threads of a server have in common.
struct Shared {
  CallbackServerOptions options;
  CallbackServer::Handler handler;
  platform::OwnedSocket listener;
  platform::Waker stop;
  std::atomic<bool> is_stopping{false};
  std::atomic<std::size_t> connections{0};
};

/// One thread of a server, and the connections that it has accepted.
class ConnectionLoop {
 public:
  explicit ConnectionLoop(Shared& shared) : shared_(shared) { polled_.reserve(first_connection_); }

  void run() {
    while (!shared_.is_stopping) turn(true);
    accept_waiting();
    for (auto one = connections_.begin(); one != connections_.end();) {
      one =
          act_on(one, [this](ServerConnection& it) { it.end_soon(shared_.handler, Clock::now()); });
    }
    while (!connections_.empty()) turn(false);
  }

 private:
  using Connections = std::list<ServerConnection>;

  static constexpr std::size_t first_connection_ = 2;  // of polled_
  static constexpr int accepted_at_once = 32;
  static constexpr std::chrono::milliseconds pause_without_descriptors{50};

  void turn(bool is_open) {
    wait(is_open);
    std::size_t at = first_connection_;
    for (auto one = connections_.begin(); one != connections_.end();) {
      one = look(one, polled_[at++].revents != 0);
    }
    if (is_open && polled_[1].revents != 0) accept_waiting();
  }

  /// Until something happens, or the time of a connection is up.
  void wait(bool is_open) {
    polled_.clear();
    polled_.push_back({is_open ? shared_.stop.socket() : platform::no_socket, POLLIN, 0});
    polled_.push_back(
        {is_open && !is_pausing_ ? shared_.listener.get() : platform::no_socket, POLLIN, 0});
    auto wake_at =
        is_pausing_ ? Clock::now() + pause_without_descriptors : Clock::time_point::max();
    is_pausing_ = false;
    for (const ServerConnection& one : connections_) {
      polled_.push_back({one.socket(), one.wanted_events(), 0});
      wake_at = std::min(wake_at, one.deadline());
    }
    if (platform::poll_sockets(polled_.data(), polled_.size(), milliseconds_to(wake_at)) >= 0)
      return;
    for (pollfd& one : polled_) one.revents = 0;
  }

  static int milliseconds_to(Clock::time_point moment) noexcept {
    if (moment == Clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  /// The next one. Without memory for this one, it is closed; the others go on.
  template <class Do>
  Connections::iterator act_on(Connections::iterator one, Do act) {
    bool is_over = true;
    try {
      act(*one);
      is_over = one->is_over();
    } catch (const std::exception&) {
      // Closed below.
    }
    return is_over ? remove(one) : std::next(one);
  }

  Connections::iterator look(Connections::iterator one, bool has_news) {
    return act_on(one,
                  [&](ServerConnection& it) { it.look(has_news, shared_.handler, Clock::now()); });
  }

  /// Whoever has been accepted has a place: a free one, or that of one of this thread's own.
  void accept_waiting() {
    for (int i = 0; i < accepted_at_once; ++i) {
      const bool has_place = take_place();
      if (!has_place && slowest() == connections_.end()) return pause();  // others make room
      platform::OwnedSocket socket = accept_from(shared_.listener);
      if (!socket) {
        if (has_place) --shared_.connections;
        if (platform::is_out_of_sockets() && !make_room()) pause();
        return;
      }
      if (!has_place) connections_.erase(slowest());
      try {
        polled_.reserve(first_connection_ + connections_.size() +
                        1);  // so that wait() cannot throw
        connections_.emplace_back(std::move(socket), shared_.options, Clock::now());
        look(std::prev(connections_.end()), true);  // its request may have come along
      } catch (const std::bad_alloc&) {
        --shared_.connections;
        return;
      }
    }
  }

  bool take_place() noexcept {
    std::size_t taken = shared_.connections;
    while (taken < shared_.options.max_connections) {
      if (shared_.connections.compare_exchange_weak(taken, taken + 1)) return true;
    }
    return false;
  }

  void pause() noexcept { is_pausing_ = true; }

  bool make_room() {
    const auto one = slowest();
    if (one == connections_.end()) return false;
    remove(one);
    return true;
  }

  /// Who goes where there is no room.
  Connections::iterator slowest() {
    return std::min_element(
        connections_.begin(), connections_.end(),
        [now = Clock::now()](const ServerConnection& a, const ServerConnection& b) {
          return a.goes_before(b, now);
        });
  }

  Connections::iterator remove(Connections::iterator one) {
    --shared_.connections;
    return connections_.erase(one);
  }

  Shared& shared_;
  Connections connections_;
  std::vector<pollfd> polled_;
  bool is_pausing_ = false;
};

}  // namespace

struct CallbackServer::State {
  ~State() {
    shared.is_stopping = true;
    shared.stop.raise();
    for (std::thread& thread : threads) thread.join();
  }

  Shared shared;
  int port = 0;
  std::vector<std::thread> threads;
};

CallbackServer::CallbackServer(CallbackServerOptions options, Handler handler)
    : state_(std::make_unique<State>()) {
  require_valid(options);
  if (!handler) {
    throw Exception(not_sent(ErrorKind::configuration, "the callback server needs a handler"));
  }
  Shared& shared = state_->shared;
  shared.options = std::move(options);
  shared.handler = std::move(handler);
  shared.listener = listen_on(shared.options.address, shared.options.port);
  if (!shared.stop.works()) throw Exception(no_resources());
  if (!shared.listener) {
    throw Exception(not_sent(ErrorKind::configuration,
                             "cannot listen on port " + std::to_string(shared.options.port) +
                                 " of that address: choose a free one, or 0 for any"));
  }
  state_->port = platform::port_of(shared.listener.get());
  try {
    for (int i = 0; i < shared.options.threads; ++i) {
      state_->threads.emplace_back([&shared] { ConnectionLoop(shared).run(); });
    }
  } catch (const std::system_error&) {
    throw Exception(no_resources());
  }
}

CallbackServer::~CallbackServer() = default;

int CallbackServer::port() const noexcept { return state_->port; }

std::size_t CallbackServer::connections() const noexcept { return state_->shared.connections; }

}  // namespace dropcowboy::receiver
