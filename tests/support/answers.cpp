#include "support/answers.hpp"

#include <ctime>
#include <ios>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

namespace dropcowboy::support {

const char queued[] = R"({"status":"queued","drop_id":"5f0c9d3e-7a51-4c55-9a43-d1f6a0b7c2e4"})";
const char refusal[] = R"({"status":"error","message":"no such brand"})";
const char html[] = "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>";

namespace {

std::string whole(const std::string& status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// An HTTP date (RFC 9110, 5.6.7).
std::string http_date(std::time_t time) {
  std::tm utc{};
#ifdef _WIN32
  gmtime_s(&utc, &time);
#else
  gmtime_r(&time, &utc);
#endif
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

}  // namespace

Say raw(std::string bytes) {
  return [bytes = std::move(bytes)](const Question&) { return bytes; };
}

Say answer(const std::string& status, const std::string& body, const std::string& headers) {
  return raw(whole(status, headers, body));
}

Say ok(const std::string& body) { return answer("200 OK", body); }
Say no(const std::string& status) { return answer(status, refusal); }

Say retry_after(const std::string& value) {
  return answer("429 Too Many Requests", refusal, "Retry-After: " + value + "\r\n");
}

Say retry_at(int seconds) {
  return [seconds](const Question& question) {
    return retry_after(http_date(std::time(nullptr) + seconds))(question);
  };
}

Say redirect(const std::string& status) {
  return [status](const Question& question) {
    return whole(status, "Location: " + std::string(question.other_url) + "/v1/rvm\r\n", "");
  };
}

Say echo() {
  return [](const Question& question) {
    return whole("400 Bad Request", "", std::string(question.request));
  };
}

Say echo_in_json() {
  return [](const Question& question) {
    const nlohmann::json body = {{"status", "error"}, {"message", question.request}};
    return whole("400 Bad Request", "", body.dump());
  };
}

Say large_body(std::size_t size) {
  return [size](const Question&) {
    return whole("200 OK", "", R"({"status":"queued","pad":")" + std::string(size, 'x') + "\"}");
  };
}

Say large_headers(int count, std::size_t size) {
  return [count, size](const Question&) {
    std::string headers;
    for (int i = 0; i < count; ++i) headers += "X-Pad: " + std::string(size, 'x') + "\r\n";
    return whole("200 OK", headers, queued);
  };
}

Say gzipped() {
  // {"status":"queued"}
  constexpr char bytes[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x2e\x49\x2c\x29\x2d\x56\xb2"
      "\x52\x2a\x2c\x4d\x2d\x4d\x4d\x51\xaa\x05\x00\x13\x4a\x74\xe0\x13\x00\x00\x00";
  return answer("200 OK", std::string(bytes, sizeof bytes - 1), "Content-Encoding: gzip\r\n");
}

std::string chunks(std::initializer_list<std::string> parts, bool complete) {
  std::ostringstream text;
  text << "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" << std::hex;
  for (const std::string& part : parts) text << part.size() << "\r\n" << part << "\r\n";
  if (complete) text << "0\r\n\r\n";
  return text.str();
}

}  // namespace dropcowboy::support
