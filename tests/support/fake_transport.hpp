#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/options.hpp"

namespace dropcowboy::support {

/// A copy of what a transport was asked to do.
struct RecordedRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;
  std::vector<HttpHeader> headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds timeout{};
  bool fresh_connection = false;

  std::string header(const std::string& name) const {
    for (const HttpHeader& header : headers) {
      if (header.name == name) return header.value;
    }
    return {};
  }
};

/// Answers from a script; when that is used up, 200 {"status":"queued"}. Thread-safe.
class FakeTransport final : public Transport {
 public:
  using Step = std::function<HttpResult(const HttpRequest&, const CancelToken&)>;

  void then(HttpResult result) {
    then([result](const HttpRequest&, const CancelToken&) { return result; });
  }
  void then(Step step) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(step));
  }

  std::vector<RecordedRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  HttpResult perform(const HttpRequest& request, const CancelToken& cancel) override {
    Step step = [](const HttpRequest&, const CancelToken&) {
      return answer(200, R"({"status":"queued"})");
    };
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back({request.method, std::string(request.url), *request.headers,
                           std::string(request.body), request.connect_timeout, request.timeout,
                           request.fresh_connection});
      if (!script_.empty()) {
        step = std::move(script_.front());
        script_.pop_front();
      }
    }
    return step(request, cancel);
  }

  static HttpResult answer(int status, std::string body = {}) {
    HttpResult result;
    result.status = status;
    result.body = std::move(body);
    return result;
  }

  static HttpResult failure(dropcowboy::Wire wire, TransportFailure failure) {
    HttpResult result;
    result.wire = wire;
    result.failure = failure;
    return result;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Step> script_;
  std::vector<RecordedRequest> requests_;
};

}  // namespace dropcowboy::support
