#include "curl/curl_transport.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <list>
#include <mutex>
#include <new>
#include <utility>

#include "curl/global.hpp"
#include "curl/transfer.hpp"
#include "dropcowboy/runtime.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::curl {

namespace {

// Three descriptors each. A burst of threads must not leave hundreds; threads that go on sending
// have theirs in use most of the time.
constexpr std::size_t max_idle_transfers = 16;

/// One transfer with a multi handle of its own, which keeps the connection and can be woken: a
/// plain easy handle notices a cancellation only about once a second.
class PooledTransfer {
 public:
  explicit PooledTransfer(const Settings& settings)
      : multi_(make_multi()), transfer_(settings, sockets_) {}

  void begin(const HttpRequest& request) { transfer_.begin(request); }

  std::chrono::steady_clock::time_point idle_since{};

  /// Has perform() look at its CancelToken. From any thread.
  void wake() noexcept { curl_multi_wakeup(multi_.get()); }

  /// After begin() with the same request.
  HttpResult perform(const HttpRequest& request, const CancelToken& cancel) {
    HttpResult result = perform_once(cancel);
    if (!transfer_.needs_fresh_connection()) return result;
    try {
      HttpRequest again = request;
      again.fresh_connection = true;
      begin(again);  // nothing was written, so this is no repetition
    } catch (const std::exception&) {
      return result;
    }
    return perform_once(cancel);
  }

 private:
  HttpResult perform_once(const CancelToken& cancel) {
    CURL* easy = transfer_.handle();
    if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
      return not_started(TransportFailure::overloaded, not_taken);
    }
    const bool finished = drive(cancel);
    const CURLcode code = finished ? result() : CURLE_ABORTED_BY_CALLBACK;
    // Closes the connection if it is in use.
    if (const InUse libcurl; libcurl) curl_multi_remove_handle(multi_.get(), easy);
    return transfer_.end(code, !finished && cancel.cancelled());
  }

  /// Runs the transfer to its end; false if a stop or an error of the multi handle ended it before.
  bool drive(const CancelToken& cancel) {
    int running = 1;
    while (perform_step(running)) {
      if (running == 0) return true;
      if (cancel.cancelled()) return false;
      if (curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr) != CURLM_OK) return false;
    }
    return false;
  }

  bool perform_step(int& running) {
    const InUse libcurl;
    return libcurl && curl_multi_perform(multi_.get(), &running) == CURLM_OK;
  }

  CURLcode result() {
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
    return message != nullptr ? message->data.result : CURLE_RECV_ERROR;
  }

  OpenSockets sockets_;
  Multi multi_;
  Transfer transfer_;  // destroyed first: an easy handle must go before its multi handle
};

class CurlTransport final : public Transport {
 public:
  CurlTransport(const ClientOptions& options, std::shared_ptr<Runtime> runtime)
      : settings_(settings_of(options)),
        longest_idle_(std::max<std::chrono::milliseconds>(options.idle_connection_max_age,
                                                          std::chrono::seconds(1))),
        runtime_(std::move(runtime)),
        process_(platform::process_id()) {
    idle_.emplace_back(settings_);  // finds out now what cannot work
  }

  ~CurlTransport() override {
    if (platform::process_id() == process_) return;
    // In a forked child libcurl would close the parent's TLS connections: leave all as it is.
    static_cast<void>(new (std::nothrow) PooledTransfers(std::move(idle_)));
  }

  HttpResult perform(const HttpRequest& request, const CancelToken& cancel) override {
    if (platform::process_id() != process_) {
      return not_started(TransportFailure::configuration, "used after fork()");
    }
    if (!InUse()) return not_started(TransportFailure::configuration, process_ends);
    const platform::SigpipeGuard guard(needs_sigpipe_guard());
    PooledTransfers one;
    CancelToken::Registration wake_up;  // goes before the transfer
    try {
      one = take_from_pool();
      one.front().begin(request);
      wake_up = cancel.on_cancel([transfer = &one.front()] { transfer->wake(); });
    } catch (const std::exception&) {
      return not_started_by_exception();
    }
    HttpResult result = one.front().perform(request, cancel);
    wake_up = {};
    return_to_pool(one);
    return result;
  }

 private:
  using PooledTransfers = std::list<PooledTransfer>;

  /// The one used last, whose connection is the most likely to be alive, or a new one.
  PooledTransfers take_from_pool() {
    PooledTransfers one;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) one.splice(one.end(), idle_, std::prev(idle_.end()));
    }
    if (one.empty()) one.emplace_back(settings_);
    return one;
  }

  /// Keeps it, and closes what has been idle for too long, or is more than a pool is worth.
  void return_to_pool(PooledTransfers& one) noexcept {
    const auto now = runtime_->now();
    one.front().idle_since = now;
    PooledTransfers over;  // closed without the lock
    const std::lock_guard lock(mutex_);
    idle_.splice(idle_.end(), one);
    while (idle_.size() > max_idle_transfers || now - idle_.front().idle_since > longest_idle_) {
      over.splice(over.end(), idle_, idle_.begin());
    }
  }

  const Settings settings_;
  const std::chrono::milliseconds longest_idle_;
  const std::shared_ptr<Runtime> runtime_;
  const long process_;
  std::mutex mutex_;
  PooledTransfers idle_;
};

}  // namespace

std::shared_ptr<Transport> make_transport(const ClientOptions& options,
                                          std::shared_ptr<Runtime> runtime) {
  initialise_once();
  return std::make_shared<CurlTransport>(options, std::move(runtime));
}

}  // namespace dropcowboy::curl
