#include "delivery/background.hpp"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"
#include "delivery/blocking_engine.hpp"

namespace dropcowboy::delivery {

namespace {

std::shared_ptr<Worker> make_worker(const std::shared_ptr<const Pipeline>& pipeline) {
  const Parts& parts = pipeline->parts();
  if (parts.make_engine) {
    return std::make_shared<Worker>(pipeline, parts.make_engine(),
                                    pipeline->options().limits.max_in_flight);
  }
  auto engine = std::make_unique<BlockingEngine>(parts.transport, pipeline->runtime());
  return std::make_shared<Worker>(pipeline, std::move(engine), 1);
}

}  // namespace

Background::Background(std::shared_ptr<const Pipeline> pipeline) : pipeline_(std::move(pipeline)) {}

void Background::end() noexcept {
  if (!thread_) return;
  if (pipeline_->refuse_after_fork()) {
    // The thread exists in the parent only: here there is nothing to join, and the worker, whose
    // connections are the parent's, must not be touched.
    static_cast<void>(thread_.release());
    static_cast<void>(new (std::nothrow) std::shared_ptr<Worker>(std::move(worker_)));
    return;
  }
  worker_->stop();
  if (worker_->is_own_thread()) {
    thread_->detach();
  } else {
    thread_->join();
  }
  thread_.reset();
}

std::optional<Error> Background::submit(PreparedRequest prepared, const CallOptions& options,
                                        CallState::TimePoint submitted, Completion& complete) {
  const auto worker = started_worker();
  Submission submission{std::move(prepared)};
  submission.prepared.body.shrink_to_fit();  // there may be 10,000 of them
  submission.submitted = submitted;
  if (options.total_timeout) {
    submission.expires = pipeline_->deadline_of(options, submission.submitted);
  }
  submission.cancel = options.cancel;
  submission.complete = std::move(complete);
  try {
    auto refused = worker->submit(submission);
    if (refused) complete = std::move(submission.complete);
    return refused;
  } catch (...) {
    complete = std::move(submission.complete);
    throw;
  }
}

bool Background::drain(std::chrono::milliseconds timeout) const {
  if (pipeline_->refuse_after_fork()) return false;  // the parent's calls never end here
  const auto running = worker();
  return !running || running->drain(timeout);
}

void Background::cancel_pending() const {
  if (const auto running = worker()) running->cancel_pending();
}

std::size_t Background::queued() const {
  const auto running = worker();
  return running ? running->queued() : 0;
}

std::shared_ptr<Worker> Background::worker() const {
  if (pipeline_->refuse_after_fork()) return nullptr;  // its locks may be held there for ever
  const std::lock_guard lock(mutex_);
  return worker_;
}

std::shared_ptr<Worker> Background::started_worker() {
  const std::lock_guard lock(mutex_);
  if (worker_) return worker_;
  auto fresh = make_worker(pipeline_);
  try {
    thread_ = std::make_unique<std::thread>([fresh] { fresh->run(); });
  } catch (const std::system_error&) {
    throw Exception(
        not_sent_for_now(ErrorKind::overloaded, "the system gave no thread for send_async"));
  }
  worker_ = std::move(fresh);
  return worker_;
}

}  // namespace dropcowboy::delivery
