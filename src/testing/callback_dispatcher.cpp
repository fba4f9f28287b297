#include "testing/callback_dispatcher.hpp"

#include <httplib.h>

#include <algorithm>
#include <utility>

#include "testing/deadline.hpp"
#include "testing/http_url.hpp"
#include "testing/page/journal.hpp"

namespace dropcowboy::testing {

namespace {

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
std::shared_ptr<httplib::ClientImpl> connect_to(const HttpUrl& url,
                                                std::chrono::seconds time_limit) {
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

bool are_all_again(const Announcements& announcements) noexcept {
  return std::all_of(announcements.begin(), announcements.end(),
                     [](const auto& one) { return one->is_again(); });
}

}  // namespace

CallbackDispatcher::CallbackDispatcher(const SimulatorOptions& options, const ServiceClock& clock,
                                       page::Journal* journal)
    : clock_(clock),
      journal_(journal),
      delay_(options.callback_delay),
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

void CallbackDispatcher::schedule(Announcements announcements, std::uint64_t message) {
  if (announcements.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++scheduled_;
    const SimulatedCallbackFault fault = next_fault(number);
    const TimePoint due = clock_.after(saturated_sum(delay_, fault.delay));
    Pending pending{number, due, std::move(announcements), fault, message};
    if (fault.overtaken_by > 0) {
      held_.push_back(std::move(pending));
    } else {
      pending_.emplace(due, std::move(pending));
    }
  }
  wake_.notify_all();
}

void CallbackDispatcher::tell_now(Announcements announcements, std::uint64_t message) {
  if (announcements.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint due = clock_.now();
    pending_.emplace(due, Pending{0, due, std::move(announcements), {}, message});
  }
  wake_.notify_all();
}

bool CallbackDispatcher::reschedule(std::uint64_t message, std::chrono::milliseconds wait,
                                    const std::function<void(SimulatedCallbackFault&)>& alter) {
  {
    const std::lock_guard lock(mutex_);
    std::vector<Pending> found = take_pending(message);
    if (found.empty()) return false;
    for (Pending& one : found) {
      one.due = clock_.after(wait);
      one.fault.overtaken_by = 0;
      alter(one.fault);
      pending_.emplace(one.due, std::move(one));
    }
  }
  wake_.notify_all();
  return true;
}

std::vector<CallbackDispatcher::Pending> CallbackDispatcher::take_pending(std::uint64_t message) {
  std::vector<Pending> found;
  for (auto at = pending_.begin(); at != pending_.end();) {
    if (at->second.message == message && !are_all_again(at->second.announcements)) {
      found.push_back(std::move(at->second));
      at = pending_.erase(at);
    } else {
      ++at;
    }
  }
  for (auto at = held_.begin(); at != held_.end();) {
    if (at->message == message) {
      found.push_back(std::move(*at));
      at = held_.erase(at);
    } else {
      ++at;
    }
  }
  return found;
}

void CallbackDispatcher::inject(const SimulatedCallbackFault& fault, int times) {
  if (times < 1) return;
  const std::lock_guard lock(mutex_);
  faults_.emplace_back(fault, times);
}

void CallbackDispatcher::wake() {
  { const std::lock_guard lock(mutex_); }  // whoever is about to wait has not seen the new time
  wake_.notify_all();
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
                                [&] { return completed_count_ >= count; });
}

bool CallbackDispatcher::wait_for_one(std::unique_lock<std::mutex>& lock) {
  while (!stopping_) {
    if (pending_.empty()) {
      wake_.wait(lock);
    } else if (const auto left = pending_.begin()->first - clock_.now(); left.count() > 0) {
      const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
      wake_.wait_until(lock, deadline_after(milliseconds));
    } else {
      return true;
    }
  }
  return false;
}

void CallbackDispatcher::run() {
  std::unique_lock lock(mutex_);
  while (wait_for_one(lock)) {
    Pending next = std::move(pending_.extract(pending_.begin()).mapped());
    lock.unlock();
    for (auto& announcement : next.announcements) {
      tell(std::move(announcement), next.fault, next.message);
    }
    lock.lock();
    count_for_held(next.number);
  }
}

void CallbackDispatcher::tell(std::unique_ptr<Announcement> announcement,
                              const SimulatedCallbackFault& fault, std::uint64_t message) {
  const auto notice = announcement->next(clock_.now());
  if (!notice) return;
  RecordedCallback callback;
  callback.url = notice->url;
  callback.body = notice->body;
  callback.headers = notice->headers;
  callback.event = notice->event;
  callback.attempt = notice->attempt;
  callback.lost = fault.lost || notice->is_dropped;
  const int times = callback.lost ? 1 : 1 + std::max(fault.repeats, 0);
  for (int i = 1; i <= times; ++i) {
    if (!callback.lost) callback.answered_status = post(*notice);
    // Before anybody hears of it, so that who then sets the clock finds it waiting.
    if (!callback.lost && i == times) {
      go_on(std::move(announcement), callback.answered_status, message);
    }
    if (!complete(callback, message)) return;
  }
}

void CallbackDispatcher::go_on(std::unique_ptr<Announcement> announcement, int status,
                               std::uint64_t message) {
  const auto wait = announcement->answered(status, clock_.now());
  if (!wait) return;
  Pending again{0, clock_.after(*wait), {}, {}, message};
  again.announcements.push_back(std::move(announcement));
  const std::lock_guard lock(mutex_);
  const TimePoint due = again.due;
  pending_.emplace(due, std::move(again));
}

bool CallbackDispatcher::complete(RecordedCallback callback, std::uint64_t message) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
  }
  if (on_callback_) on_callback_(callback);
  if (journal_ != nullptr && message != 0) journal_->told(message, callback);
  const std::lock_guard lock(mutex_);
  ++completed_count_;
  if (keeps_records_) completed_.push_back(std::move(callback));
  completion_.notify_all();
  return true;
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

int CallbackDispatcher::post(const Notice& notice) {
  const auto parts = parse_http_url(notice.url);
  if (!parts || !is_loopback(parts->host)) return 0;
  const auto client = connect_to(*parts, notice.time_limit);
  if (!client) return 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return 0;
    under_way_ = client;
  }
  const httplib::Headers headers(notice.headers.begin(), notice.headers.end());
  const auto answer = client->Post(parts->target, headers, notice.body, "application/json");
  const std::lock_guard lock(mutex_);
  under_way_.reset();
  return answer ? answer->status : 0;
}

}  // namespace dropcowboy::testing
