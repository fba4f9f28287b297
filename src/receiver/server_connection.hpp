#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "dropcowboy/receiver/callback_server.hpp"
#include "receiver/http_reader.hpp"
#include "receiver/sockets.hpp"

namespace dropcowboy::receiver {

/// One connection of a CallbackServer, driven by the thread that polls it.
class ServerConnection {
 public:
  using Clock = std::chrono::steady_clock;

  ServerConnection(platform::OwnedSocket socket, const CallbackServerOptions& options,
                   Clock::time_point now);

  platform::NativeSocket socket() const noexcept { return socket_.get(); }
  short wanted_events() const noexcept { return output_.empty() ? POLLIN : POLLOUT; }
  Clock::time_point deadline() const noexcept { return deadline_; }
  bool is_over() const noexcept { return !socket_; }

  /// Whether this one is closed before the other where there is no room: first who has been in a
  /// request for a second or more, the slowest before all; then who is idle, for longest; and only
  /// then who is new, or in a request that may be on its way.
  bool goes_before(const ServerConnection& other, Clock::time_point now) const noexcept;

  /// After poll(), which has reported something or not. Reads what is there, answers each complete
  /// request, writes as much as can be written, and closes it if its time is up.
  void look(bool has_news, const CallbackServer::Handler& handler, Clock::time_point now);

  /// Nothing new is begun: one last look for a request, and little time for one that has begun.
  void end_soon(const CallbackServer::Handler& handler, Clock::time_point now);

 private:
  enum class Phase { idle, request, draining };
  enum class Rank { slow, idle, recent };

  Rank rank(Clock::time_point now) const noexcept;
  bool is_ending() const noexcept { return ends_at_ != Clock::time_point::max(); }
  void begin(Phase phase, Clock::time_point now, std::chrono::milliseconds time) noexcept;
  /// What is sent meanwhile is read and thrown away, because closing with bytes unread would take
  /// the answer away from the sender.
  void begin_draining(Clock::time_point now) noexcept;

  void serve(const CallbackServer::Handler& handler, Clock::time_point now);
  /// So much at a time that a whole request of the greatest size is taken in.
  void read(const CallbackServer::Handler& handler, Clock::time_point now);
  void answer_all(const CallbackServer::Handler& handler, Clock::time_point now);
  Reception received(const CallbackServer::Handler& handler) const noexcept;
  void respond(const Reception& reception, bool keeps_alive);
  /// False if that is all for now.
  bool write() noexcept;
  void drain() noexcept;

  const CallbackServerOptions& options_;
  platform::OwnedSocket socket_;
  HttpReader reader_;
  std::string output_;
  Phase phase_ = Phase::request;
  Clock::time_point since_;  ///< in this phase
  Clock::time_point deadline_;
  Clock::time_point ends_at_ = Clock::time_point::max();
  std::size_t drained_ = 0;
};

}  // namespace dropcowboy::receiver
