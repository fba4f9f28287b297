#include "receiver/http_reader.hpp"

#include <algorithm>
#include <charconv>

#include "text/characters.hpp"

namespace dropcowboy::receiver {

namespace {

constexpr std::string_view end_of_line = "\r\n";
constexpr std::size_t max_headers = 100;
constexpr std::size_t max_chunk_line = 128;

/// The characters of methods and names of headers.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [=](char c) {
    return text::is_letter(c) || text::is_digit(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_target(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7F;
  });
}

bool is_value(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7F);
  });
}

std::string_view trim_blanks(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Whether a comma-separated list holds the word.
bool lists(std::string_view list, std::string_view word) noexcept {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (text::equals_ignoring_case(trim_blanks(list.substr(0, comma)), word)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

HttpReader::State HttpReader::feed(std::string_view bytes) {
  if (state_ == State::refused) return state_;
  buffer_ += bytes;
  advance();
  return state_;
}

HttpReader::State HttpReader::next() {
  if (state_ != State::complete) return state_;
  phase_ = Phase::head;
  state_ = State::incomplete;
  header_bytes_ = 0;
  keeps_alive_ = true;
  is_version_1_0_ = wishes_to_continue_ = false;
  method_.clear();
  target_.clear();
  headers_.clear();
  body_ = std::string();  // whose room is not kept for the next one
  advance();
  return state_;
}

bool HttpReader::take_wish_to_continue() noexcept {
  const bool wish = wishes_to_continue_ && state_ == State::incomplete;
  wishes_to_continue_ = false;
  return wish;
}

CallbackRequest HttpReader::request() const { return {method_, target_, headers_, body_}; }

bool HttpReader::refuse(int status) noexcept {
  state_ = State::refused;
  refusal_ = status;
  return false;
}

void HttpReader::advance() {
  while (state_ == State::incomplete && step()) continue;
  // What remains is part of what was fed last, or of a line that is still short.
  buffer_.erase(0, begin_);
  scanned_ -= std::min(scanned_, begin_);
  begin_ = 0;
  if (state_ == State::refused) buffer_ = std::string();
}

/// Whether there is more to do.
bool HttpReader::step() {
  switch (phase_) {
    case Phase::head: return read_head();
    case Phase::body:
    case Phase::chunk: return read_body();
    case Phase::chunk_size: return read_chunk_size();
    case Phase::chunk_end: return read_chunk_end();
    case Phase::trailer: return read_trailer();
    case Phase::done: break;
  }
  state_ = State::complete;
  return false;
}

std::optional<std::string_view> HttpReader::take_line(std::size_t max_bytes, int too_long) {
  const auto end = buffer_.find('\n', std::max(begin_, scanned_));
  const bool is_there = end != std::string::npos;
  const std::size_t size = (is_there ? end + 1 : buffer_.size()) - begin_;
  if (size > max_bytes + end_of_line.size() - (is_there ? 0 : 1)) {
    refuse(too_long);
    return std::nullopt;
  }
  if (!is_there) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  const std::string_view line = std::string_view(buffer_).substr(begin_, size);
  begin_ = scanned_ = end + 1;
  if (size < end_of_line.size() || line.substr(size - end_of_line.size()) != end_of_line) {
    refuse(400);
    return std::nullopt;
  }
  return line.substr(0, size - end_of_line.size());
}

bool HttpReader::count_header_line(std::string_view line) noexcept {
  const std::size_t size = line.size() + end_of_line.size();
  if (size > limits_.header_bytes - header_bytes_) return refuse(431);
  header_bytes_ += size;
  return true;
}

/// Line by line, so that a wrong one is refused before the rest has come.
bool HttpReader::read_head() {
  const auto line = take_line(limits_.header_bytes - header_bytes_, 431);
  if (!line) return false;
  if (!count_header_line(*line)) return false;
  const bool is_first = method_.empty();
  if (is_first && line->empty()) return true;  // some send a line too many after a body
  if (is_first) return parse_request_line(*line);
  if (!line->empty()) return parse_header(*line);
  choose_framing();
  return state_ != State::refused;
}

bool HttpReader::parse_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400);
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || !is_target(target)) return refuse(400);
  is_version_1_0_ = version == "HTTP/1.0";
  if (!is_version_1_0_ && version != "HTTP/1.1") {
    return refuse(version.substr(0, 5) == "HTTP/" ? 505 : 400);
  }
  method_ = method;
  target_ = target;
  return true;
}

bool HttpReader::parse_header(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return refuse(400);
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (!is_value(value)) return refuse(400);
  if (headers_.size() == max_headers) return refuse(431);
  headers_.push_back({std::string(line.substr(0, colon)), std::string(value)});
  return true;
}

/// A header that says how long the body is, or null; refused if it is there twice.
const std::string* HttpReader::only_header(std::string_view name) {
  const std::string* found = nullptr;
  for (const HttpHeader& header : headers_) {
    if (!text::equals_ignoring_case(header.name, name)) continue;
    if (found != nullptr) refuse(400);
    found = &header.value;
  }
  return found;
}

void HttpReader::choose_framing() {
  keeps_alive_ = !is_version_1_0_;
  for (const HttpHeader& header : headers_) {
    if (!text::equals_ignoring_case(header.name, "Connection")) continue;
    if (lists(header.value, "close")) keeps_alive_ = false;
  }
  const std::string* encoding = only_header("Transfer-Encoding");
  const std::string* length = only_header("Content-Length");
  const std::string* expectation = only_header("Expect");
  if (state_ == State::refused) return;
  wishes_to_continue_ = !is_version_1_0_ && expectation != nullptr &&
                        text::equals_ignoring_case(*expectation, "100-continue");
  phase_ = Phase::done;
  if (encoding != nullptr) {
    if (length != nullptr || is_version_1_0_) return void(refuse(400));
    if (!text::equals_ignoring_case(*encoding, "chunked")) return void(refuse(501));
    phase_ = Phase::chunk_size;
  } else if (length != nullptr) {
    choose_length(*length);
  }
}

bool HttpReader::choose_length(std::string_view digits) {
  const bool is_number = !digits.empty() && digits.size() <= 18 &&
                         std::all_of(digits.begin(), digits.end(), text::is_digit);
  if (!is_number) return refuse(400);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), left_);
  if (read.ec != std::errc() || left_ > limits_.body_bytes) return refuse(413);
  if (left_ > 0) phase_ = Phase::body;
  return true;
}

bool HttpReader::read_body() {
  const std::size_t count = std::min(left_, buffer_.size() - begin_);
  body_.append(buffer_, begin_, count);
  begin_ += count;
  left_ -= count;
  if (left_ > 0) return false;
  phase_ = phase_ == Phase::body ? Phase::done : Phase::chunk_end;
  return true;
}

bool HttpReader::read_chunk_size() {
  const auto line = take_line(max_chunk_line, 400);
  if (!line) return false;
  const std::string_view digits = trim_blanks(line->substr(0, line->find(';')));
  std::size_t size = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, size, 16);
  if (digits.empty() || digits.size() > 8 || read.ptr != end || read.ec != std::errc()) {
    return refuse(400);
  }
  if (size > limits_.body_bytes - body_.size()) return refuse(413);
  left_ = size;
  phase_ = size == 0 ? Phase::trailer : Phase::chunk;
  return true;
}

bool HttpReader::read_chunk_end() {
  if (!take_line(0, 400)) return false;
  phase_ = Phase::chunk_size;
  return true;
}

/// Trailers say nothing that counts here.
bool HttpReader::read_trailer() {
  const auto line = take_line(limits_.header_bytes - header_bytes_, 431);
  if (!line) return false;
  if (!count_header_line(*line)) return false;
  if (line->empty()) phase_ = Phase::done;
  return true;
}

}  // namespace dropcowboy::receiver
