#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "dropcowboy/receiver/callback_server.hpp"
#include "receiver/http_reader.hpp"
#include "receiver/sockets.hpp"

namespace dropcowboy::receiver {

/// One connection of a CallbackServer, driven by the thread that polls it.
class ServerConnection {
 public:
  using Clock = std::chrono::steady_clock;

  ServerConnection(platform::OwnedSocket socket, const CallbackServerOptions& options,
                   Clock::time_point now)
      : options_(options),
        socket_(std::move(socket)),
        reader_({options.max_header_bytes, options.max_body_bytes}),
        since_(now),
        deadline_(now + options.request_timeout) {}

  platform::NativeSocket socket() const noexcept { return socket_.get(); }
  short wanted_events() const noexcept { return output_.empty() ? POLLIN : POLLOUT; }
  Clock::time_point deadline() const noexcept { return deadline_; }
  /// Since when it has been as it is: idle, or in a request.
  Clock::time_point since() const noexcept { return since_; }
  bool is_idle() const noexcept { return phase_ == Phase::idle; }
  /// Whether its first request may be on its way.
  bool is_new(Clock::time_point now) const noexcept {
    return phase_ == Phase::request && reader_.is_idle() && now - since_ < std::chrono::seconds(1);
  }
  bool is_over() const noexcept { return !socket_; }

  /// After poll(), which has reported something or not. Reads what is there, answers each complete
  /// request, writes as much as can be written, and closes it if its time is up.
  void look(bool has_news, const CallbackServer::Handler& handler, Clock::time_point now) {
    if (has_news) serve(handler, now);
    if (Clock::now() >= deadline_) socket_.close();
  }

  /// Nothing new is begun: one last look for a request, and little time for one that has begun.
  void end_soon(const CallbackServer::Handler& handler, Clock::time_point now) {
    ends_at_ = now + std::chrono::seconds(1);
    serve(handler, now);
  }

 private:
  enum class Phase { idle, request, draining };

  void serve(const CallbackServer::Handler& handler, Clock::time_point now) {
    if (output_.empty() || write()) {
      phase_ == Phase::draining ? drain() : read(handler, now);
    }
    // Who does not read the answer is not idle.
    if (phase_ == Phase::idle) {
      deadline_ = since_ + (output_.empty() ? options_.idle_timeout : options_.request_timeout);
    }
    if (is_ending() && is_idle() && output_.empty()) socket_.close();
    deadline_ = std::min(deadline_, ends_at_);
  }

  bool is_ending() const noexcept { return ends_at_ != Clock::time_point::max(); }

  /// So much at a time that a whole request of the greatest size is taken in.
  void read(const CallbackServer::Handler& handler, Clock::time_point now) {
    std::array<char, 16'384> bytes;
    std::size_t left = options_.max_header_bytes + 2 * options_.max_body_bytes + bytes.size();
    while (output_.empty() && phase_ != Phase::draining && left >= bytes.size()) {
      const auto count = platform::receive(socket_.get(), bytes.data(), bytes.size());
      if (count < 0 && platform::was_interrupted()) continue;
      if (count < 0 && platform::would_block()) return;
      if (count <= 0) return socket_.close();
      left -= static_cast<std::size_t>(count);
      reader_.feed({bytes.data(), static_cast<std::size_t>(count)});
      answer_all(handler, now);
      if (!write()) return;
    }
  }

  void answer_all(const CallbackServer::Handler& handler, Clock::time_point now) {
    while (reader_.state() == HttpReader::State::complete && phase_ != Phase::draining) {
      respond(received(handler), reader_.keeps_alive() && !is_ending());
      now = Clock::now();  // the handler's time is not the sender's
      begin(Phase::idle, now, options_.idle_timeout);
      if (!reader_.keeps_alive() || is_ending()) return begin_draining(now);
      reader_.next();
    }
    if (reader_.state() == HttpReader::State::refused) {
      respond({reader_.refusal(), {}}, false);
      return begin_draining(now);
    }
    if (reader_.take_wish_to_continue()) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    if (phase_ == Phase::idle && !reader_.is_idle()) {
      begin(Phase::request, now, options_.request_timeout);
    }
  }

  Reception received(const CallbackServer::Handler& handler) const noexcept {
    try {
      return handler(reader_.request());
    } catch (...) {
      Reception reception;
      reception.status = 503;
      reception.body = "try again later\n";
      return reception;
    }
  }

  void respond(const Reception& reception, bool keeps_alive);

  void begin(Phase phase, Clock::time_point now, std::chrono::milliseconds time) noexcept {
    phase_ = phase;
    since_ = now;
    deadline_ = now + time;
  }

  /// What is sent meanwhile is read and thrown away, because closing with bytes unread would take
  /// the answer away from the sender.
  void begin_draining(Clock::time_point now) noexcept {
    begin(Phase::draining, now, std::chrono::seconds(1));
  }

  /// False if that is all for now.
  bool write() noexcept {
    while (!output_.empty()) {
      const auto count = platform::send_some(socket_.get(), output_.data(), output_.size());
      if (count < 0 && platform::was_interrupted()) continue;
      if (count < 0 && platform::would_block()) return false;
      if (count <= 0) return socket_.close(), false;
      output_.erase(0, static_cast<std::size_t>(count));
    }
    if (phase_ == Phase::draining) ::shutdown(socket_.get(), platform::shut_down_sending);
    return true;
  }

  void drain() noexcept {
    std::array<char, 16'384> bytes;
    while (drained_ < max_drained) {
      const auto count = platform::receive(socket_.get(), bytes.data(), bytes.size());
      if (count > 0) {
        drained_ += static_cast<std::size_t>(count);
        continue;
      }
      if (count == 0 || !(platform::was_interrupted() || platform::would_block())) socket_.close();
      return;
    }
    socket_.close();
  }

  static constexpr std::size_t max_drained = 1'048'576;

  const CallbackServerOptions& options_;
  platform::OwnedSocket socket_;
  HttpReader reader_;
  std::string output_;
  Phase phase_ = Phase::request;
  Clock::time_point since_;
  Clock::time_point deadline_;
  Clock::time_point ends_at_ = Clock::time_point::max();
  std::size_t drained_ = 0;
};

}  // namespace dropcowboy::receiver
