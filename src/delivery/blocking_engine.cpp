#include "delivery/blocking_engine.hpp"

#include <exception>
#include <new>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::delivery {

HttpResult perform_guarded(Transport& transport, const HttpRequest& request,
                           const CancelToken& cancel) noexcept {
  HttpResult unknown;
  unknown.failure = TransportFailure::other;
  try {
    return transport.perform(request, cancel);
  } catch (const std::exception& thrown) {
    explain_if_possible(unknown.detail, thrown.what());
  } catch (...) {
    // Nothing to quote.
  }
  return unknown;
}

BlockingEngine::BlockingEngine(std::shared_ptr<Transport> transport,
                               std::shared_ptr<Runtime> runtime)
    : transport_(std::move(transport)), runtime_(std::move(runtime)) {}

void BlockingEngine::start(Ticket ticket, const HttpRequest& request,
                           const CancelToken& cancel) noexcept {
  finished_.emplace();
  finished_->ticket = ticket;
  finished_->result.wire = Wire::not_sent;
  finished_->result.failure = TransportFailure::overloaded;
  try {
    const CancelToken either;
    const auto cancel_either = [&either] { either.cancel(); };
    const auto by_caller = cancel.on_cancel(cancel_either);
    const auto by_shutdown = shut_down_.on_cancel(cancel_either);
    finished_->result = perform_guarded(*transport_, request, either);
  } catch (const std::bad_alloc&) {
    finished_->result.detail = "out of memory";  // short enough for std::string's own buffer
  }
}

HttpResult BlockingEngine::abort(Ticket) {
  HttpResult result = std::move(finished_->result);
  finished_.reset();
  return result;
}

void BlockingEngine::perform(std::vector<Finished>& finished) {
  if (finished_) finished.push_back(*std::move(finished_));
  finished_.reset();
}

void BlockingEngine::wait(TimePoint, TimePoint until) {
  CancelToken woken = CancelToken::never();
  {
    const std::lock_guard lock(mutex_);
    woken = woken_;
  }
  runtime_->wait_until(until, woken);
  const std::lock_guard lock(mutex_);
  if (woken_.cancelled()) woken_ = CancelToken();
}

void BlockingEngine::wake() noexcept {
  const std::lock_guard lock(mutex_);
  woken_.cancel();
}

void BlockingEngine::shut_down() noexcept {
  shut_down_.cancel();
  wake();
}

}  // namespace dropcowboy::delivery
