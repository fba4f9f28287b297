#include "request_recorder.hpp"

#include <nlohmann/json.hpp>

#include "console.hpp"
#include "json_text.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

constexpr const char* mask = "***";

ordered_json headers_of(const HttpRequest& request) {
  ordered_json headers = ordered_json::object();
  for (const HttpHeader& header : *request.headers) {
    headers[header.name] = header.name == "x-secret" ? mask : header.value;
  }
  return headers;
}

/// Sends carry the secret as the library has written it.
ordered_json body_of(const HttpRequest& request) {
  if (request.body.empty()) return nullptr;
  std::string body(request.body);
  for (const HttpHeader& header : *request.headers) {
    if (header.name != "x-secret") continue;
    const std::string member = "\"secret\":" + ordered_json(header.value).dump();
    if (const auto at = body.find(member); at != std::string::npos) {
      body.replace(at, member.size(), std::string("\"secret\":\"") + mask + '"');
    }
  }
  return as_it_came(body);
}

}  // namespace

HttpResult RequestRecorder::perform(const HttpRequest& request, const CancelToken&) {
  const ordered_json document = {{"dry_run", true},
                                 {"method", to_string(request.method)},
                                 {"url", request.url},
                                 {"headers", headers_of(request)},
                                 {"body", body_of(request)}};
  {
    const std::lock_guard lock(mutex_);
    if (first_.empty()) first_ = to_text(document, -1);
  }
  HttpResult result;
  result.wire = Wire::not_sent;
  result.failure = TransportFailure::configuration;  // one that is never tried again
  result.detail = "dry run";
  return result;
}

std::optional<ExitCode> RequestRecorder::print_first() const {
  const std::lock_guard lock(mutex_);
  if (first_.empty()) return std::nullopt;
  say("dry run: nothing was sent");
  print_document(as_it_came(first_));
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
