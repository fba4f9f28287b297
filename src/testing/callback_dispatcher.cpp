#include "testing/callback_dispatcher.hpp"

#include <httplib.h>

#include <algorithm>
#include <utility>

#include "testing/deadline.hpp"
#include "testing/drop_results.hpp"
#include "testing/http_url.hpp"

namespace dropcowboy::testing {

namespace {

constexpr std::chrono::seconds time_limit{3};

std::chrono::milliseconds saturated_sum(std::chrono::milliseconds one,
                                        std::chrono::milliseconds other) {
  constexpr auto most = std::chrono::milliseconds::max();
  return one > most - std::max(other, std::chrono::milliseconds::zero()) ? most : one + other;
}

/// Lets the target go out as it is: the URL came encoded. The setter's name depends on the version.
template <class HttpClient>
auto send_target_as_it_is(HttpClient& client, int) -> decltype(client.set_url_encode(false)) {
  return client.set_url_encode(false);
}
template <class HttpClient>
auto send_target_as_it_is(HttpClient& client, long) -> decltype(client.set_path_encode(false)) {
  return client.set_path_encode(false);
}

/// Null for https if httplib was built without it.
std::shared_ptr<httplib::ClientImpl> connect_to(const HttpUrl& url) {
  std::shared_ptr<httplib::ClientImpl> client;
  if (!url.is_https) client = std::make_shared<httplib::ClientImpl>(url.host, url.port);
#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
  if (url.is_https) {
    auto tls_client = std::make_shared<httplib::SSLClient>(url.host, url.port);
    tls_client->enable_server_certificate_verification(false);  // it is a loopback host
    client = std::move(tls_client);
  }
#endif
  if (!client) return nullptr;
  client->set_connection_timeout(time_limit);
  client->set_read_timeout(time_limit);
  client->set_write_timeout(time_limit);
  client->set_tcp_nodelay(true);
  send_target_as_it_is(*client, 0);
  return client;
}

}  // namespace

CallbackDispatcher::CallbackDispatcher(const SimulatorOptions& options)
    : delay_(options.callback_delay),
      lose_every_(options.lose_every_callback),
      on_callback_(options.on_callback),
      keeps_records_(options.keep_records),
      thread_([this] { run(); }) {}

CallbackDispatcher::~CallbackDispatcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (under_way_) under_way_->stop();
  }
  wake_.notify_all();
  thread_.join();
}

void CallbackDispatcher::schedule(AcceptedMessage message, std::string drop_id) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++scheduled_;
    const SimulatedCallbackFault fault = next_fault(number);
    const TimePoint due = deadline_after(saturated_sum(delay_, fault.delay));
    Pending pending{number, due, std::move(message), std::move(drop_id), fault};
    if (fault.overtaken_by > 0) {
      held_.push_back(std::move(pending));
    } else {
      pending_.emplace(due, std::move(pending));
    }
  }
  wake_.notify_all();
}

void CallbackDispatcher::inject(const SimulatedCallbackFault& fault, int times) {
  if (times < 1) return;
  const std::lock_guard lock(mutex_);
  faults_.emplace_back(fault, times);
}

SimulatedCallbackFault CallbackDispatcher::next_fault(std::uint64_t number) {
  SimulatedCallbackFault next;
  if (!faults_.empty()) {
    auto& [fault, times] = faults_.front();
    next = fault;
    if (--times == 0) faults_.pop_front();
  }
  if (lose_every_ > 0 && number % static_cast<std::uint64_t>(lose_every_) == 0) next.lost = true;
  return next;
}

std::vector<RecordedCallback> CallbackDispatcher::completed() const {
  const std::lock_guard lock(mutex_);
  return completed_;
}

bool CallbackDispatcher::wait_until_completed(std::size_t count,
                                              std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return completion_.wait_until(lock, deadline_after(timeout),
                                [&] { return completed_.size() >= count; });
}

bool CallbackDispatcher::wait_for_one(std::unique_lock<std::mutex>& lock) {
  while (!stopping_) {
    if (pending_.empty()) {
      wake_.wait(lock);
    } else if (const TimePoint due = pending_.begin()->first;
               due > std::chrono::steady_clock::now()) {
      wake_.wait_until(lock, due);
    } else {
      return true;
    }
  }
  return false;
}

void CallbackDispatcher::run() {
  std::unique_lock lock(mutex_);
  while (wait_for_one(lock)) {
    const Pending next = std::move(pending_.extract(pending_.begin()).mapped());
    const int times = next.fault.lost ? 1 : 1 + std::max(next.fault.repeats, 0);
    for (int i = 0; i < times && !stopping_; ++i) {
      lock.unlock();
      RecordedCallback callback = call_back(next);
      if (on_callback_) on_callback_(callback);
      lock.lock();
      complete(std::move(callback));
    }
    count_for_held(next.number);
  }
}

void CallbackDispatcher::complete(RecordedCallback callback) {
  if (keeps_records_) completed_.push_back(std::move(callback));
  completion_.notify_all();
}

void CallbackDispatcher::count_for_held(std::uint64_t number) {
  for (auto held = held_.begin(); held != held_.end();) {
    if (held->number < number) --held->fault.overtaken_by;
    if (held->fault.overtaken_by > 0) {
      ++held;
    } else {
      const TimePoint due = held->due;
      pending_.emplace(due, std::move(*held));
      held = held_.erase(held);
    }
  }
}

RecordedCallback CallbackDispatcher::call_back(const Pending& pending) {
  RecordedCallback callback;
  callback.url = pending.message.callback_url.value_or("");
  callback.body = callback_body(pending.message, pending.drop_id, std::chrono::system_clock::now());
  callback.lost = pending.fault.lost;
  if (!callback.lost) callback.answered_status = post(callback.url, callback.body);
  return callback;
}

int CallbackDispatcher::post(const std::string& url, const std::string& body) {
  const auto parts = parse_http_url(url);
  if (!parts || !is_loopback(parts->host)) return 0;
  const auto client = connect_to(*parts);
  if (!client) return 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return 0;
    under_way_ = client;
  }
  const auto answer = client->Post(parts->target, body, "application/json");
  const std::lock_guard lock(mutex_);
  under_way_.reset();
  return answer ? answer->status : 0;
}

}  // namespace dropcowboy::testing
