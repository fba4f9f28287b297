#include "delivery/background.hpp"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "curl/multi_engine.hpp"
#include "delivery/blocking_engine.hpp"
#include "errors.hpp"

namespace dropcowboy::delivery {

namespace {

std::shared_ptr<Worker> make_worker(const std::shared_ptr<const Pipeline>& pipeline) {
  const ClientOptions& options = pipeline->options();
  if (options.transport) {
    auto engine = std::make_unique<BlockingEngine>(options.transport, pipeline->environment());
    return std::make_shared<Worker>(pipeline, std::move(engine), 1);
  }
  return std::make_shared<Worker>(pipeline, curl::make_engine(options),
                                  options.limits.max_in_flight);
}

}  // namespace

Background::Background(std::shared_ptr<const Pipeline> pipeline) : pipeline_(std::move(pipeline)) {}

Background::~Background() {
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
}

std::optional<Error> Background::submit(Message message, const SendOptions& options,
                                        std::function<void(Result<Answer>)> complete) {
  Submission submission{std::move(message)};
  submission.message.body.shrink_to_fit();  // there may be 100,000 of them
  submission.submitted = pipeline_->environment()->now();
  if (options.deadline) {
    submission.expires = pipeline_->deadline_of(options, submission.submitted);
  }
  submission.cancel = options.cancel;
  submission.complete = std::move(complete);
  return started_worker()->submit(std::move(submission));
}

bool Background::drain(std::chrono::milliseconds timeout) const {
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
