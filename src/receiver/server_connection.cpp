#include "receiver/server_connection.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace dropcowboy::receiver {

namespace {

std::string_view phrase_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

}  // namespace

ServerConnection::ServerConnection(platform::OwnedSocket socket,
                                   const CallbackServerOptions& options, Clock::time_point now)
    : options_(options),
      socket_(std::move(socket)),
      reader_({options.max_header_bytes, options.max_body_bytes}),
      since_(now),
      deadline_(now + options.request_timeout) {}

ServerConnection::Rank ServerConnection::rank(Clock::time_point now) const noexcept {
  if (phase_ == Phase::idle) return Rank::idle;
  return now - since_ < std::chrono::seconds(1) ? Rank::recent : Rank::slow;
}

bool ServerConnection::goes_before(const ServerConnection& other,
                                   Clock::time_point now) const noexcept {
  return std::make_pair(rank(now), since_) < std::make_pair(other.rank(now), other.since_);
}

void ServerConnection::look(bool has_news, const CallbackServer::Handler& handler,
                            Clock::time_point now) {
  if (has_news) serve(handler, now);
  if (Clock::now() >= deadline_) socket_.close();
}

void ServerConnection::end_soon(const CallbackServer::Handler& handler, Clock::time_point now) {
  ends_at_ = now + std::chrono::seconds(1);
  serve(handler, now);
}

void ServerConnection::serve(const CallbackServer::Handler& handler, Clock::time_point now) {
  if (output_.empty() || write()) {
    phase_ == Phase::draining ? drain() : read(handler, now);
  }
  // Who does not read the answer is not idle.
  if (phase_ == Phase::idle) {
    deadline_ = since_ + (output_.empty() ? options_.idle_timeout : options_.request_timeout);
  }
  if (is_ending() && phase_ == Phase::idle && output_.empty()) socket_.close();
  deadline_ = std::min(deadline_, ends_at_);
}

void ServerConnection::read(const CallbackServer::Handler& handler, Clock::time_point now) {
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

void ServerConnection::answer_all(const CallbackServer::Handler& handler, Clock::time_point now) {
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

Reception ServerConnection::received(const CallbackServer::Handler& handler) const noexcept {
  try {
    return handler(reader_.request());
  } catch (...) {
    Reception reception;
    reception.status = 503;
    reception.body = "try again later\n";
    return reception;
  }
}

void ServerConnection::begin(Phase phase, Clock::time_point now,
                             std::chrono::milliseconds time) noexcept {
  phase_ = phase;
  since_ = now;
  deadline_ = now + time;
}

void ServerConnection::begin_draining(Clock::time_point now) noexcept {
  begin(Phase::draining, now, std::chrono::seconds(1));
}

void ServerConnection::respond(const Reception& reception, bool keeps_alive) {
  output_ += "HTTP/1.1 " + std::to_string(reception.status) + ' ';
  output_ += phrase_of(reception.status);
  output_ += "\r\nContent-Type: text/plain\r\nContent-Length: ";
  output_ += std::to_string(reception.body.size());
  if (reception.status == 405) output_ += "\r\nAllow: POST";
  if (!keeps_alive) output_ += "\r\nConnection: close";
  output_ += "\r\n\r\n";
  if (reader_.method() != "HEAD") output_ += reception.body;
}

bool ServerConnection::write() noexcept {
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

void ServerConnection::drain() noexcept {
  constexpr std::size_t max_drained = 1'048'576;
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

}  // namespace dropcowboy::receiver
