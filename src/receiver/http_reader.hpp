#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/receiver/webhook_receiver.hpp"

namespace dropcowboy::receiver {

/// Reads requests of HTTP/1.1 and 1.0 out of the bytes of one connection, as they come. Holds no
/// more than the limits and what was fed last, and looks at every byte once. Whatever two programs
/// could read differently (both lengths at once, a length twice, folded headers, bare line feeds)
/// is refused.
class HttpReader {
 public:
  struct Limits {
    std::size_t header_bytes = 16'384;  ///< the request line, headers and trailers together
    std::size_t body_bytes = 65'536;    ///< without the framing of chunks
  };
  enum class State { incomplete, complete, refused };

  explicit HttpReader(Limits limits) : limits_(limits) {}

  /// Takes more bytes. Once a request is complete it stays so until next(), and once one is refused
  /// nothing more is read.
  State feed(std::string_view bytes);
  /// To the request after a complete one, of which bytes may have come already.
  State next();

  State state() const noexcept { return state_; }
  /// Whether nothing of a request has come yet, but for line ends before it.
  bool is_idle() const noexcept {
    return phase_ == Phase::head && method_.empty() && (buffer_.empty() || buffer_ == "\r");
  }
  /// Whether the sender waits for "100 Continue" before it sends the body; says so once.
  bool take_wish_to_continue() noexcept;
  /// Of the request line, once it has come; empty until then.
  std::string_view method() const noexcept { return method_; }
  /// A complete request. Refers to this reader, until next().
  CallbackRequest request() const;
  /// Whether the connection can be used for another request.
  bool keeps_alive() const noexcept { return keeps_alive_ && state_ != State::refused; }
  /// The HTTP status of a refusal: 400, 413, 431, 501 or 505.
  int refusal() const noexcept { return refusal_; }

 private:
  enum class Phase { head, body, chunk_size, chunk, chunk_end, trailer, done };

  void advance();
  bool step();
  bool read_head();
  bool read_body();
  bool read_chunk_size();
  bool read_chunk_end();
  bool read_trailer();
  bool parse_request_line(std::string_view line);
  bool parse_header(std::string_view line);
  void choose_framing();
  bool choose_length(std::string_view digits);
  /// The line at the front, without its end; nothing if it is not there yet, or was refused.
  std::optional<std::string_view> take_line(std::size_t max_bytes, int too_long);
  bool count_header_line(std::string_view line) noexcept;
  const std::string* only_header(std::string_view name);
  bool refuse(int status) noexcept;

  Limits limits_;
  std::string buffer_;
  std::size_t begin_ = 0;    ///< of what is not read yet
  std::size_t scanned_ = 0;  ///< up to where no end of line was found
  Phase phase_ = Phase::head;
  State state_ = State::incomplete;
  std::size_t header_bytes_ = 0;
  std::size_t left_ = 0;  ///< of the body or the chunk
  std::string method_;
  std::string target_;
  std::vector<HttpHeader> headers_;
  std::string body_;
  bool is_version_1_0_ = false;
  bool keeps_alive_ = true;
  bool wishes_to_continue_ = false;
  int refusal_ = 0;
};

}  // namespace dropcowboy::receiver
