#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace dropcowboy::support {

/// What an answer can depend on.
struct Question {
  std::string_view request;    ///< headers and body, as far as read
  std::string_view other_url;  ///< FaultServer::Options::other_url
};

/// Makes the bytes of an answer.
using Say = std::function<std::string(const Question&)>;

extern const char queued[];   ///< the body of a good answer
extern const char refusal[];  ///< JSON that says no
extern const char html[];     ///< what a proxy says

Say raw(std::string bytes);
/// A whole answer; each of `headers` ends with CRLF.
Say answer(const std::string& status, const std::string& body, const std::string& headers = {});
Say ok(const std::string& body);
Say no(const std::string& status);
/// 429 with a Retry-After.
Say retry_after(const std::string& value);
/// The same as an HTTP date, seconds from now.
Say retry_at(int seconds);
/// To the other server.
Say redirect(const std::string& status);
/// 400 with all that was asked, as it came.
Say echo();
/// 400 with all that was asked, as a JSON string.
Say echo_in_json();
/// A good answer with so much more in the body, or in so many headers of such a size.
Say large_body(std::size_t size);
Say large_headers(int count, std::size_t size);
/// A good answer, compressed by gzip.
Say gzipped();

/// 200 in chunks, with the last chunk or without.
std::string chunks(std::initializer_list<std::string> parts, bool complete);

}  // namespace dropcowboy::support
