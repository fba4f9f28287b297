#include "curl/multi_engine.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include "curl/global.hpp"
#include "curl/transfer.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::curl {

namespace {

class MultiEngine final : public delivery::Engine {
 public:
  MultiEngine(Settings settings, int max_in_flight)
      : settings_(std::move(settings)),
        process_(platform::process_id()),
        multi_(make_multi()),
        under_way_(static_cast<std::size_t>(max_in_flight)) {
    idle_.reserve(under_way_.size());
    not_started_.reserve(under_way_.size());
    // No more idle connections than there can be exchanges.
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(max_in_flight));
    idle_.push_back(
        std::make_unique<Transfer>(settings_, sockets_));  // finds out now what cannot work
  }

  ~MultiEngine() override {
    if (platform::process_id() != process_) {
      leak();
      return;
    }
    for (auto& exchange : under_way_) {
      if (exchange.transfer) remove(*exchange.transfer);
    }
  }

  void start(Ticket ticket, const HttpRequest& request, const CancelToken&) noexcept override {
    if (!InUse()) {
      not_started_.push_back({ticket, not_started(TransportFailure::configuration, process_ends)});
      return;
    }
    HttpResult result = not_started(TransportFailure::overloaded, not_taken);
    try {
      std::unique_ptr<Transfer> transfer = take_idle();
      Exchange* const exchange = &under_way_[ticket];  // does not move
      curl_easy_setopt(transfer->handle(), CURLOPT_PRIVATE, exchange);
      *exchange = {std::move(transfer), request};
      if (begin(under_way_[ticket])) return;
    } catch (const std::exception&) {
      result = not_started_by_exception();
    }
    under_way_[ticket] = {};
    not_started_.push_back({ticket, std::move(result)});
  }

  HttpResult abort(Ticket ticket) override {
    const auto unstarted = std::find_if(not_started_.begin(), not_started_.end(),
                                        [&](const Finished& one) { return one.ticket == ticket; });
    if (unstarted != not_started_.end()) {
      HttpResult result = std::move(unstarted->result);
      not_started_.erase(unstarted);
      return result;
    }
    return *finish(ticket, CURLE_ABORTED_BY_CALLBACK, true);
  }

  void perform(std::vector<Finished>& finished) override {
    if (!perform_step()) end_all(finished);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      const CURLcode code = message->data.result;  // the message goes with its handle
      char* private_pointer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_pointer);
      const auto* exchange = reinterpret_cast<const Exchange*>(private_pointer);
      const auto ticket = static_cast<Ticket>(exchange - under_way_.data());
      auto result = finish(ticket, code, false);
      if (result) finished.push_back({ticket, *std::move(result)});
    }
    for (Finished& one : not_started_) finished.push_back(std::move(one));
    not_started_.clear();
  }

  void wait(TimePoint now, TimePoint until) override {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(milliseconds), nullptr);
  }

  void wake() noexcept override { curl_multi_wakeup(multi_.get()); }

 private:
  /// False if the process ends, and libcurl must be left alone.
  bool perform_step() {
    const InUse libcurl;
    int running = 0;
    if (libcurl) curl_multi_perform(multi_.get(), &running);
    return static_cast<bool>(libcurl);
  }

  void remove(Transfer& transfer) noexcept {
    if (const InUse libcurl; libcurl) curl_multi_remove_handle(multi_.get(), transfer.handle());
  }

  void end_all(std::vector<Finished>& finished) {
    for (Ticket ticket = 0; ticket < under_way_.size(); ++ticket) {
      if (under_way_[ticket].transfer == nullptr) continue;
      auto result = finish(ticket, CURLE_ABORTED_BY_CALLBACK, false);
      if (result) finished.push_back({ticket, *std::move(result)});
    }
  }

  std::unique_ptr<Transfer> take_idle() {
    if (idle_.empty()) return std::make_unique<Transfer>(settings_, sockets_);
    auto transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }

  struct Exchange {
    std::unique_ptr<Transfer> transfer{};
    HttpRequest request{};
  };

  /// Hands the exchange over to libcurl; false, or an exception, if that cannot be.
  bool begin(Exchange& exchange) {
    exchange.transfer->begin(exchange.request);
    return curl_multi_add_handle(multi_.get(), exchange.transfer->handle()) == CURLM_OK;
  }

  /// Its result; nothing if the exchange goes on over another connection.
  std::optional<HttpResult> finish(Ticket ticket, CURLcode code, bool cancelled) {
    Exchange& exchange = under_way_[ticket];
    remove(*exchange.transfer);
    HttpResult result = exchange.transfer->end(code, cancelled);
    if (exchange.transfer->needs_fresh_connection() && !cancelled) {
      try {
        exchange.request.fresh_connection = true;
        if (begin(exchange)) return std::nullopt;  // nothing was written: no repetition
      } catch (const std::exception&) {
        // The result stands: not sent.
      }
    }
    idle_.push_back(std::move(exchange.transfer));
    return result;
  }

  void leak() noexcept {
    static_cast<void>(multi_.release());
    for (auto& exchange : under_way_) static_cast<void>(exchange.transfer.release());
    for (auto& transfer : idle_) static_cast<void>(transfer.release());
  }

  const Settings settings_;
  const long process_;
  OpenSockets sockets_;
  Multi multi_;
  std::vector<Exchange> under_way_;  // by ticket, which is below max_in_flight
  std::vector<std::unique_ptr<Transfer>> idle_;
  std::vector<Finished> not_started_;
};

}  // namespace

std::function<std::unique_ptr<delivery::Engine>()> engine_factory(const ClientOptions& options) {
  return [settings = settings_of(options), max_in_flight = options.limits.max_in_flight] {
    initialise_once();
    return std::make_unique<MultiEngine>(settings, max_in_flight);
  };
}

}  // namespace dropcowboy::curl
