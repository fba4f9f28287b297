#include "support/faults.hpp"

#include <stdexcept>
#include <utility>

#include "support/time_limit.hpp"
#include "support/wire.hpp"

namespace dropcowboy::support {

namespace {

using std::chrono::milliseconds;

constexpr bool transient = true;
constexpr bool permanent = false;
// How many bytes of an answer outran a reset or a limit is chance; some also depends on libcurl.
constexpr std::nullopt_t depends = std::nullopt;

constexpr Expected rejected{Outcome::rejected, false};
constexpr Expected slow_down{Outcome::rejected, true, 1, 1, true};
constexpr Expected slow_down_for_long{Outcome::rejected, true};
constexpr Expected not_processed{Outcome::not_sent, true, 1, 1, true};
constexpr Expected no_connection{Outcome::not_sent, true, 0, 0, true};
constexpr Expected no_trust{Outcome::not_sent, false, 0, 0};
constexpr Expected unread{Outcome::unknown, true, 0, 0};
constexpr Expected early_refusal{Outcome::rejected, false, 0, 0};

// The beginnings of an answer.
const char one_byte[] = "H";
const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
const char half_a_status_line[] = "HTTP/1.1 20";
const char half_the_headers[] = "HTTP/1.1 200 OK\r\nContent-Len";
const char half_a_body[] = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"status\":\"que";
const char no_body[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 50\r\n\r\n";
// Whole JSON in a wrong frame.
const char too_long[] = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"status\":\"queued\"}";
const char too_short[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"status\":\"queued\"}";
const char until_the_end[] = "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"queued\"}";
const char bad_chunk[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n";

const char hints[] = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const char switching[] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n";
const char closing[] = "Connection: close\r\n";

Fault on_connection(const char* name, Then then, Limit limit = Limit::none) {
  return {name, Point::listener, {}, then, false, no_connection, limit};
}

Fault in_handshake(const char* name, Say says, Then then, Limit limit = Limit::none) {
  return {name, Point::handshake, std::move(says), then, false, no_connection, limit, true};
}

Fault distrusted(const char* name, Certificate certificate) {
  return {name, Point::handshake, {}, Then::close, false, no_trust, Limit::none, true, certificate};
}

/// Not even the request is read whole, and nothing is said.
Fault gives_up(const char* name, Point point, Then then, Limit limit = Limit::none) {
  return {name, point, {}, then, false, unread, limit};
}

/// Answers in a way that leaves open whether the message was taken, so it counts as taken.
Fault unclear(const char* name, Say says, std::optional<bool> is_transient, Then then = Then::keep,
              Limit limit = Limit::none) {
  return {name, Point::request, std::move(says), then, true, {Outcome::unknown, is_transient},
          limit};
}

/// Breaks off in the middle of its answer.
Fault breaks(const char* name, const char* bytes, Then then, std::optional<bool> is_transient,
             Limit limit = Limit::none) {
  return unclear(name, raw(bytes), is_transient, then, limit);
}

Fault accepts(const char* name, Say says, Then then = Then::keep, Limit limit = Limit::none) {
  return {name, Point::request, std::move(says), then, true, {Outcome::accepted}, limit};
}

Fault refuses(const char* name, Say says, Expected expected = rejected, Then then = Then::keep,
              Limit limit = Limit::none) {
  return {name, Point::request, std::move(says), then, false, expected, limit};
}

Fault slowly(Fault fault, milliseconds pace) {
  fault.pace = pace;
  return fault;
}

std::vector<Fault> make_faults() {
  return {
      // No connection.
      on_connection("connection_refused", Then::refuse),
#ifdef __linux__
      on_connection("syn_never_answered", Then::ignore, Limit::connect_timeout),
#endif
      in_handshake("tls_stalls", {}, Then::hold, Limit::connect_timeout),
      in_handshake("tls_closes", {}, Then::close),
      in_handshake("tls_resets", {}, Then::reset),
      in_handshake("tls_speaks_plain_text", no("400 Bad Request"), Then::close),
      in_handshake("tls_speaks_garbage", raw("\x16\x03\x03\x7f\xff nonsense"), Then::close),
      distrusted("certificate_self_signed", Certificate::self_signed),
      distrusted("certificate_for_another_host", Certificate::wrong_host),
      distrusted("certificate_expired", Certificate::expired),
      distrusted("certificate_not_yet_valid", Certificate::not_yet_valid),

      // The request is not read whole.
      gives_up("closes_unread", Point::arrival, Then::close),
      gives_up("resets_unread", Point::arrival, Then::reset),
      gives_up("holds_unread", Point::arrival, Then::hold, Limit::attempt_timeout),
      gives_up("closes_after_the_headers", Point::headers, Then::close),
      gives_up("resets_after_the_headers", Point::headers, Then::reset),
      {"refuses_after_the_headers", Point::headers, answer("413 Content Too Large", "", closing),
       Then::hold, false, early_refusal},

      // The answer breaks off.
      breaks("closes_after_the_request", "", Then::close, transient),
      breaks("resets_after_the_request", "", Then::reset, transient),
      breaks("silent_after_the_request", "", Then::hold, transient, Limit::attempt_timeout),
      breaks("closes_and_its_port_too", "", Then::refuse, transient),
#ifdef __linux__
      breaks("closes_and_ignores_the_next", "", Then::ignore, transient, Limit::connect_timeout),
#endif
      breaks("closes_after_one_byte", one_byte, Then::close, transient),
      breaks("resets_after_one_byte", one_byte, Then::reset, transient),
      breaks("closes_after_100", go_on, Then::close, transient),
      breaks("resets_after_100", go_on, Then::reset, transient),
      breaks("silent_after_100", go_on, Then::hold, transient, Limit::attempt_timeout),
      breaks("closes_in_the_status_line", half_a_status_line, Then::close, transient),
      breaks("resets_in_the_status_line", half_a_status_line, Then::reset, transient),
      breaks("closes_in_the_headers", half_the_headers, Then::close, permanent),
      breaks("resets_in_the_headers", half_the_headers, Then::reset, depends),
      breaks("closes_in_the_body", half_a_body, Then::close, permanent),
      breaks("cuts_in_the_body", half_a_body, Then::cut, permanent),
      breaks("resets_in_the_body", half_a_body, Then::reset, depends),
      breaks("silent_in_the_body", half_a_body, Then::hold, permanent, Limit::attempt_timeout),
      refuses("silent_in_a_refusal", raw(no_body), rejected, Then::hold, Limit::attempt_timeout),

      // Time and size.
      slowly(breaks("drips_past_the_limit", too_long, Then::hold, depends, Limit::attempt_timeout),
             time_limit / 20),
      slowly(accepts("drips_to_the_end", ok(queued)), milliseconds(1)),
      unclear("body_of_2_mib", large_body(2 << 20), permanent),
      unclear("body_of_10_mb", large_body(10'000'000), permanent),
      unclear("headers_of_300_kib", large_headers(300, 1024), permanent),
      unclear("header_line_of_200_kib", large_headers(1, 200 << 10), depends),

      // Frames: the status decides, and whole JSON says what it says however it ends.
      accepts("length_too_large", raw(too_long), Then::close),
      accepts("length_too_large_held", raw(too_long), Then::hold, Limit::attempt_timeout),
      unclear("length_too_small", raw(too_short), permanent),
      accepts("until_close", raw(until_the_end), Then::close),
      accepts("until_cut", raw(until_the_end), Then::cut),
      accepts("chunked", raw(chunks({"{\"status\":", "\"queued\"}"}, true))),
      accepts("last_chunk_missing", raw(chunks({queued}, false)), Then::close),
      unclear("chunk_cut", raw(chunks({"{\"status\":"}, false) + "30\r\n\"que"), permanent,
              Then::close),
      unclear("chunk_size_garbage", raw(bad_chunk), permanent),
      accepts("gzip_unasked", gzipped()),
      unclear("gzip_broken", answer("200 OK", queued, "Content-Encoding: gzip\r\n"), permanent),

      // Not HTTP/1.1.
      unclear("http_0_9", raw(queued), transient, Then::close),
      unclear("http_2_status_line", raw("HTTP/2 200\r\n\r\n"), depends, Then::close),
      unclear("garbage", raw("\xff\x16garbage\r\n\r\n"), transient, Then::close),
      unclear("status_101", raw(switching), depends, Then::close),
      unclear("status_999", answer("999 Whatever", queued), permanent),

      // 2xx
      accepts("status_200", ok(queued)),
      accepts("status_200_without_reason", answer("200", queued)),
      accepts("status_200_and_close", answer("200 OK", queued, closing), Then::close),
      accepts("status_201", answer("201 Created", queued)),
      accepts("status_202", answer("202 Accepted", queued)),
      unclear("status_204", raw("HTTP/1.1 204 No Content\r\n\r\n"), permanent),
      unclear("status_200_empty", ok(""), permanent),
      unclear("status_200_empty_after_103", raw(hints), permanent),
      unclear("status_200_html", ok(html), permanent),
      unclear("status_200_array", ok(R"(["queued"])"), permanent),
      unclear("status_200_without_status", ok(R"({"drop_id":"1"})"), permanent),
      refuses("status_200_says_error", ok(refusal)),
      refuses("status_200_says_failed", ok(R"({"status":"FAILED"})")),
      unclear("status_200_says_what_nobody_knows", ok(R"({"status":"pending"})"), permanent),
      unclear("status_200_says_yes_and_no", ok(R"({"status":"queued","error":"no funds"})"),
              permanent),

      // 3xx
      refuses("status_301", redirect("301 Moved Permanently")),
      unclear("status_300", redirect("300 Multiple Choices"), permanent),
      unclear("status_302", redirect("302 Found"), permanent),
      unclear("status_303", redirect("303 See Other"), permanent),
      refuses("status_307", redirect("307 Temporary Redirect")),
      refuses("status_308", redirect("308 Permanent Redirect")),

      // 4xx
      refuses("status_400", no("400 Bad Request")),
      refuses("status_400_and_close", no("400 Bad Request"), rejected, Then::close),
      refuses("status_400_echo", echo()),
      refuses("status_400_echo_in_json", echo_in_json()),
      refuses("status_401", no("401 Unauthorized")),
      refuses("status_403", no("403 Forbidden")),
      refuses("status_404", no("404 Not Found")),
      refuses("status_407", no("407 Proxy Authentication Required")),
      unclear("status_408", no("408 Request Timeout"), transient),
      unclear("status_408_and_close", answer("408 Request Timeout", "", closing), transient,
              Then::close),
      unclear("status_460", no("460 Client Closed Connection"), transient),
      unclear("status_499", no("499 Client Closed Request"), transient),
      refuses("status_409", no("409 Conflict")),
      refuses("status_413", no("413 Content Too Large")),
      refuses("status_417", no("417 Expectation Failed")),
      refuses("status_421", no("421 Misdirected Request"), not_processed),
      refuses("status_422", no("422 Unprocessable Content")),
      refuses("status_425", no("425 Too Early"), not_processed),
      refuses("status_429", no("429 Too Many Requests"), slow_down),
      refuses("status_429_and_close", answer("429 Too Many Requests", refusal, closing), slow_down,
              Then::close),
      refuses("status_429_in_2_seconds", retry_after("2"), slow_down),
      refuses("status_429_in_a_fraction", retry_after("1.5"), slow_down),
      refuses("status_429_at_a_date", retry_at(5), slow_down),
      refuses("status_429_at_a_past_date", retry_at(-3600), slow_down),
      refuses("status_429_at_a_far_date", retry_at(3600), slow_down_for_long),
      refuses("status_429_in_an_age", retry_after("999999"), slow_down_for_long),
      refuses("status_429_in_garbage", retry_after("soon, maybe"), slow_down),
      refuses("status_429_in_negative", retry_after("-5"), slow_down),

      // 5xx
      unclear("status_500", no("500 Internal Server Error"), transient),
      unclear("status_501", no("501 Not Implemented"), permanent),
      unclear("status_502_html", answer("502 Bad Gateway", html), transient),
      unclear("status_503", no("503 Service Unavailable"), transient),
      unclear("status_503_in_1_second",
              answer("503 Service Unavailable", refusal, "Retry-After: 1\r\n"), transient),
      unclear("status_504", no("504 Gateway Timeout"), transient),
      unclear("status_505", no("505 HTTP Version Not Supported"), permanent),
  };
}

}  // namespace

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = make_faults();
  return all;
}

namespace {

constexpr char accepting_headers[] = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n";
constexpr char acceptance[] = R"({"status":"queued"})";

}  // namespace

Fault renegotiation() {
  Fault fault = accepts("renegotiation", raw(accepting_headers));
  fault.needs_tls = true;
  fault.after_answering = [](Wire& wire) {
    wire.renegotiate();
    wire.write(acceptance);
    wire.pause(milliseconds(100));
  };
  return fault;
}

Fault second_acceptance() {
  Fault fault = accepts("second_acceptance", raw(accepting_headers));
  fault.after_answering = [](Wire& wire) {
    wire.write(std::string(acceptance) + accepting_headers + acceptance);
  };
  return fault;
}

const Fault& fault_called(std::string_view name) {
  for (const Fault& fault : faults()) {
    if (fault.name == name) return fault;
  }
  throw std::invalid_argument("no fault is called " + std::string(name));
}

}  // namespace dropcowboy::support
