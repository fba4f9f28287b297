#include "request_recorder.hpp"

#include <nlohmann/json.hpp>

#include "console.hpp"

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

ordered_json body_of(const HttpRequest& request) {
  if (request.body.empty()) return nullptr;
  auto body = ordered_json::parse(request.body, nullptr, false);
  if (body.is_object() && body.contains("secret")) body["secret"] = mask;
  return body;
}

}  // namespace

HttpOutcome RequestRecorder::perform(const HttpRequest& request, const Stop&) {
  const ordered_json document = {{"dry_run", true},
                                 {"method", to_string(request.method)},
                                 {"url", request.url},
                                 {"headers", headers_of(request)},
                                 {"body", body_of(request)}};
  {
    const std::lock_guard lock(mutex_);
    if (first_.empty())
      first_ = document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  }
  HttpOutcome outcome;
  outcome.wire = Wire::not_sent;
  outcome.failure = TransportFailure::configuration;  // one that is never tried again
  outcome.detail = "dry run";
  return outcome;
}

bool RequestRecorder::empty() const {
  const std::lock_guard lock(mutex_);
  return first_.empty();
}

void RequestRecorder::print_first() const {
  const std::lock_guard lock(mutex_);
  print_document(ordered_json::parse(first_));
}

}  // namespace dropcowboy::tool
