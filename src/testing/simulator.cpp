#include "dropcowboy/testing/simulator.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>

#include "testing/deadline.hpp"
#include "testing/http_server.hpp"
#include "testing/http_url.hpp"
#include "testing/open_connections.hpp"
#include "testing/page/simulator_page.hpp"
#include "testing/service.hpp"

namespace dropcowboy::testing {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower(c); });
  return text;
}

/// httplib puts these among the headers that were sent.
bool is_made_by_httplib(const std::string& header) {
  constexpr std::string_view made[] = {"REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR", "LOCAL_PORT"};
  return std::find(std::begin(made), std::end(made), header) != std::end(made);
}

RecordedRequest record_of(const httplib::Request& request) {
  RecordedRequest record;
  record.method = request.method;
  record.path = request.target;
  for (const auto& [name, value] : request.headers) {
    if (!is_made_by_httplib(name)) record.headers.emplace_back(lower(name), value);
  }
  record.body = request.body;
  return record;
}

/// A browser always names the host of the page's URL; a program may leave it out.
bool is_meant_for_loopback(const httplib::Request& request) {
  const std::string host = request.get_header_value("Host");
  if (host.empty()) return true;
  const auto url = parse_http_url("http://" + host + '/');
  return url && url->target == "/" && is_loopback(url->host);
}

/// The answer to a request that a fault keeps from being looked at.
Answer unjudged(int status) {
  if (status >= 400) return refuse(status, "a fault of the simulator");
  return {status, {}, {}};
}

/// Announces the whole body and breaks off after `sent` bytes: a content provider that returns
/// false makes httplib close the connection.
void write_truncated(httplib::Response& response, const std::string& body, const std::string& type,
                     std::size_t sent) {
  response.set_content_provider(
      body.size(), type,
      [part = body.substr(0, sent)](std::size_t, std::size_t, httplib::DataSink& sink) {
        if (!part.empty()) sink.write(part.data(), part.size());
        return false;
      });
}

bool breaks_off(const SimulatedFault& fault, const Answer& answer) {
  return fault.drop_connection ||
         (fault.truncate_after && *fault.truncate_after < answer.body.size());
}

void write(httplib::Response& response, const Answer& answer,
           std::optional<std::size_t> truncate_after) {
  response.status = answer.status;
  std::string type = "application/json";
  for (const auto& [name, value] : answer.headers) {
    if (lower(name) == "content-type") {
      type = value;
    } else {
      response.set_header(name, value);
    }
  }
  if (truncate_after && *truncate_after < answer.body.size()) {
    write_truncated(response, answer.body, type, *truncate_after);
  } else {
    response.set_content(answer.body, type);
  }
}

}  // namespace

std::string RecordedRequest::header(const std::string& name) const {
  const std::string wanted = lower(name);
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return header.first == wanted; });
  return found == headers.end() ? std::string() : found->second;
}

struct Simulator::Impl {
  explicit Impl(SimulatorOptions settings)
      : options(std::move(settings)),
        service(options, options.page),
        page(options.page
                 ? std::make_unique<page::SimulatorPage>(
                       service, options,
                       [this](SimulatedFault fault, int times) { inject(std::move(fault), times); })
                 : nullptr),
        server(
            options.port,
            [this](const httplib::Request& request, httplib::Response& response) {
              handle(request, response);
            },
            [this] { return service.now(); }) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    stopped.notify_all();
    if (page) page->stop();
  }

  void handle(const httplib::Request& request, httplib::Response& response) {
    if (!is_meant_for_loopback(request)) {
      return write(response, refuse(403, "only loopback hosts are played here"), std::nullopt);
    }
    if (page && page->answer(request, response, server.port())) return;
    RecordedRequest record = record_of(request);
    const auto [index, fault] = arrive(record);
    const bool is_judged = !fault.status || fault.after_judging;
    Answer answer = is_judged ? service.answer(request) : Answer{};
    const std::uint64_t message = answer.message;
    if (fault.status) answer = unjudged(*fault.status);
    answer.message = message;
    if (fault.body) answer.body = *fault.body;
    answer.headers.insert(answer.headers.end(), fault.headers.begin(), fault.headers.end());
    wait(fault.delay);
    record.answered_status = answer.status;
    record.answered_body = answer.body;
    if (page) page->note_answer(request, record, answer.message, breaks_off(fault, answer));
    if (options.on_request) options.on_request(record);
    if (options.keep_records) {
      const std::lock_guard lock(mutex);
      requests[index] = std::move(record);
    }
    if (fault.drop_connection) shut_down_connection(server.port(), request.remote_port);
    write(response, answer, fault.truncate_after);
  }

  void inject(SimulatedFault fault, int times) {
    if (times < 1) return;
    const std::lock_guard lock(mutex);
    faults.emplace_back(std::move(fault), times);
  }

  /// Under one lock, so that faults strike in the order in which requests are recorded.
  std::pair<std::size_t, SimulatedFault> arrive(const RecordedRequest& record) {
    const std::lock_guard lock(mutex);
    if (options.keep_records) requests.push_back(record);
    return {requests.size() - 1, next_fault()};
  }

  SimulatedFault next_fault() {
    if (faults.empty()) return {};
    auto& [fault, times] = faults.front();
    SimulatedFault next = fault;
    if (--times == 0) faults.pop_front();
    return next;
  }

  void wait(std::chrono::milliseconds delay) {
    if (delay.count() <= 0) return;
    std::unique_lock lock(mutex);
    stopped.wait_until(lock, deadline_after(delay), [this] { return stopping; });
  }

  const SimulatorOptions options;
  mutable std::mutex mutex;
  std::condition_variable stopped;
  bool stopping = false;
  std::vector<RecordedRequest> requests;
  std::deque<std::pair<SimulatedFault, int>> faults;
  Service service;
  const std::unique_ptr<page::SimulatorPage> page;
  HttpServer server;  // the last member: its threads use all others
};

Simulator::Simulator(SimulatorOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

Simulator::~Simulator() = default;

std::string Simulator::url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->server.port()) + "/v1";
}

const Credentials& Simulator::credentials() const noexcept { return impl_->options.credentials; }

std::string Simulator::v2_url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->server.port());
}

std::string Simulator::page_url() const { return impl_->page ? v2_url() + '/' : std::string(); }

SimulatedApiKey Simulator::v2_api_key() const {
  const auto& keys = impl_->options.v2.api_keys;
  return keys.empty() ? SimulatedApiKey() : keys.front();
}

void Simulator::inject(SimulatedFault fault, int times) { impl_->inject(std::move(fault), times); }

void Simulator::inject_callback_fault(const SimulatedCallbackFault& fault, int times) {
  impl_->service.callbacks().inject(fault, times);
}

std::vector<RecordedRequest> Simulator::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->requests;
}

std::vector<RecordedMessage> Simulator::v2_messages() const {
  return impl_->service.v2().messages();
}

std::vector<RecordedKey> Simulator::v2_keys() const { return impl_->service.v2().keys(); }

void Simulator::post_event(const std::string& event, const std::string& data) {
  impl_->service.v2().post_event(event, data);
}

std::chrono::system_clock::time_point Simulator::now() const { return impl_->service.now(); }

void Simulator::advance(std::chrono::milliseconds time) { impl_->service.advance(time); }

std::vector<RecordedCallback> Simulator::callbacks() const {
  return impl_->service.callbacks().completed();
}

bool Simulator::wait_for_callbacks(std::size_t count, std::chrono::milliseconds timeout) const {
  return impl_->service.callbacks().wait_until_completed(count, timeout);
}

}  // namespace dropcowboy::testing
