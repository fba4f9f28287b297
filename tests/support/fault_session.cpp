#include "support/fault_session.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

namespace dropcowboy::support {

namespace {

constexpr std::chrono::milliseconds for_ever{-1};

/// A good answer to every POST there is.
constexpr const char* yes =
    R"({"status":"queued","list_id":"l-1","list_name":"n","accepted_count":1,"rejected":[]})";

const Fault& good_behaviour() {
  static const Fault good{"good", Point::request, ok(yes), Then::keep, true, {Outcome::accepted}};
  return good;
}

/// The value of a header, whose name is in lower case; empty if it is not there.
std::string header_value(const std::string& headers, const std::string& name) {
  std::string lower(headers.size(), '\0');
  std::transform(headers.begin(), headers.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto at = lower.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return headers.substr(begin, headers.find("\r\n", begin) - begin);
}

std::size_t content_length(const std::string& headers) {
  const std::string value = header_value(headers, "content-length");
  return value.empty() ? 0 : std::stoul(value);
}

/// What a request is known by: its foreign_id, the list's name, or the first value of the first
/// row.
std::string name_in(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return "";
  if (json.contains("values")) return json["values"][0][0];
  return json.value("foreign_id", json.value("list_name", ""));
}

class Session {
 public:
  Session(Wire wire, const House& house) : wire_(std::move(wire)), house_(house) {}

  void run() {
    if (!begin()) return;
    while (wire_.await_data(&house_.hang_up)) {
      if (!exchange()) return;
    }
    wire_.close();
  }

 private:
  /// True if the connection is ready for requests.
  bool begin() {
    const auto fault = house_.choose(Moment::connection);
    const Certificate certificate = fault ? fault->certificate : Certificate::good;
    if (fault && certificate == Certificate::good) {
      if (wire_.await_data()) play(*fault);
      return false;
    }
    SSL_CTX* context = house_.tls(certificate);
    return context == nullptr || wire_.secure(*context);
  }

  /// True if the connection is kept.
  bool exchange() {
    const auto chosen = house_.choose(Moment::request);
    const Fault& fault = chosen ? *chosen : good_behaviour();
    request_.clear();
    if (fault.before_reading) fault.before_reading(wire_);
    if (fault.point >= Point::headers && !read_headers(fault.point == Point::headers)) return false;
    if (fault.point == Point::request) {
      if (!read_body()) return false;
      if (request_.compare(0, 5, "POST ") == 0) {
        const std::string_view body = std::string_view(request_).substr(header_size_);
        house_.ledger.add_post(name_in(body), fault.takes,
                               header_value(request_.substr(0, header_size_), "idempotency-key"),
                               body);
      }
    }
    return play(fault);
  }

  /// `exactly`: not a byte of the body with them.
  bool read_headers(bool exactly) {
    constexpr std::string_view end = "\r\n\r\n";
    std::size_t at = std::string::npos;
    while (at == std::string::npos) {
      const std::size_t searched = std::max(request_.size(), end.size()) - end.size();
      if (!read_some(exactly ? 1 : buffer_.size())) return false;
      at = request_.find(end, searched);
    }
    header_size_ = at + end.size();
    return true;
  }

  bool read_body() {
    const std::size_t size = header_size_ + content_length(request_.substr(0, header_size_));
    while (request_.size() < size) {
      if (!read_some(std::min(buffer_.size(), size - request_.size()))) return false;
    }
    return true;
  }

  bool read_some(std::size_t size) {
    const std::size_t got = wire_.read(buffer_.data(), size);
    request_.append(buffer_.data(), got);
    return got > 0;
  }

  bool play(const Fault& fault) {
    if (fault.says && !say(fault.says({request_, house_.other_url}), fault.pace)) return false;
    if (fault.after_answering) fault.after_answering(wire_);
    switch (fault.then) {
      case Then::keep: return true;
      case Then::close: wire_.close(); break;
      case Then::cut: wire_.cut(); break;
      case Then::reset: wire_.reset(); break;
      case Then::hold: hold(fault.point == Point::arrival); break;
      case Then::refuse:
        house_.shut_door(Listener::Manner::refusing);
        wire_.close();
        break;
      case Then::ignore:
        house_.shut_door(Listener::Manner::ignoring);
        wire_.close();
        break;
    }
    return false;
  }

  bool say(std::string_view bytes, std::chrono::milliseconds pace) {
    if (pace == pace.zero()) return wire_.write(bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (!wire_.write(bytes.substr(i, 1)) || !wire_.pause(pace)) return false;
    }
    return true;
  }

  void hold(bool unread) {
    if (unread) {
      wire_.pause(for_ever);
    } else {
      wire_.await_close();
    }
  }

  Wire wire_;
  const House& house_;
  std::array<char, 16 * 1024> buffer_;
  std::string request_;
  std::size_t header_size_ = 0;
};

}  // namespace

void serve(Wire wire, const House& house) { Session(std::move(wire), house).run(); }

}  // namespace dropcowboy::support
