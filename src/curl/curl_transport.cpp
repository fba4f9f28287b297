#include "curl/curl_transport.hpp"

#include <mutex>
#include <new>
#include <utility>

#include "curl/global.hpp"
#include "curl/transfer.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::curl {

namespace {

/// One transfer with a multi handle of its own, which keeps the connection and can be woken: a
/// plain easy handle notices a cancellation only about once a second.
class Lane {
 public:
  explicit Lane(const Settings& settings) : multi_(make_multi()), transfer_(settings, sockets_) {}

  void begin(const HttpRequest& request) { transfer_.begin(request); }

  /// Has perform() look at its Stop. From any thread.
  void wake() noexcept { curl_multi_wakeup(multi_.get()); }

  /// After begin() with the same request.
  HttpOutcome perform(const HttpRequest& request, const Stop& stop) {
    HttpOutcome outcome = perform_once(stop);
    if (!transfer_.met_closed_connection()) return outcome;
    try {
      begin(request);  // nothing was written, so this is no repetition
    } catch (const std::bad_alloc&) {
      return outcome;
    }
    return perform_once(stop);
  }

 private:
  HttpOutcome perform_once(const Stop& stop) {
    CURL* easy = transfer_.handle();
    if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
      return not_started(TransportFailure::other, "libcurl did not take the transfer");
    }
    const bool finished = drive(stop);
    const CURLcode code = finished ? result() : CURLE_ABORTED_BY_CALLBACK;
    curl_multi_remove_handle(multi_.get(), easy);  // closes the connection if it is in use
    return transfer_.end(code, !finished && stop.requested());
  }

  /// Runs the transfer to its end; false if a stop or an error of the multi handle ended it before.
  bool drive(const Stop& stop) {
    int running = 0;
    while (curl_multi_perform(multi_.get(), &running) == CURLM_OK) {
      if (running == 0) return true;
      if (stop.requested()) return false;
      if (curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr) != CURLM_OK) return false;
    }
    return false;
  }

  CURLcode result() {
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
    return message != nullptr ? message->data.result : CURLE_RECV_ERROR;
  }

  Multi multi_;
  OpenSockets sockets_;
  Transfer transfer_;  // destroyed first: an easy handle must go before its multi handle
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(Settings settings)
      : settings_(std::move(settings)), generation_(platform::fork_generation()) {
    idle_.push_back(std::make_unique<Lane>(settings_));  // finds out now what cannot work
  }

  ~CurlTransport() override {
    if (platform::fork_generation() == generation_) return;
    // In a forked child libcurl would close the parent's TLS connections: leave all as it is.
    for (auto& lane : idle_) static_cast<void>(lane.release());
  }

  HttpOutcome perform(const HttpRequest& request, const Stop& stop) override {
    if (platform::fork_generation() != generation_) {
      return not_started(TransportFailure::configuration, "used after fork()");
    }
    const platform::SigpipeGuard guard(needs_sigpipe_guard());
    std::unique_ptr<Lane> lane;
    CancelToken::Registration wake_up;  // goes before the lane
    try {
      lane = take_lane();
      lane->begin(request);
      wake_up = stop.on_request([woken = lane.get()] { woken->wake(); });
    } catch (const std::bad_alloc&) {
      return not_started(TransportFailure::other, "out of memory");
    } catch (const Exception& exception) {
      return not_started(TransportFailure::configuration, exception.error().message);
    }
    HttpOutcome outcome = lane->perform(request, stop);
    wake_up = {};
    return_lane(std::move(lane));
    return outcome;
  }

 private:
  /// The one used last, whose connection is the most likely to be alive.
  std::unique_ptr<Lane> take_lane() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto lane = std::move(idle_.back());
        idle_.pop_back();
        return lane;
      }
    }
    return std::make_unique<Lane>(settings_);
  }

  void return_lane(std::unique_ptr<Lane> lane) noexcept {
    const std::lock_guard lock(mutex_);
    try {
      idle_.push_back(std::move(lane));
    } catch (const std::bad_alloc&) {
      // The outcome counts for more than the connection, which closes here.
    }
  }

  const Settings settings_;
  const unsigned long generation_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

}  // namespace

std::shared_ptr<Transport> make_transport(const ClientOptions& options) {
  initialise_once();
  return std::make_shared<CurlTransport>(settings_of(options));
}

}  // namespace dropcowboy::curl
