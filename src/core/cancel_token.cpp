#include "dropcowboy/cancel_token.hpp"

#include <atomic>
#include <mutex>

namespace dropcowboy {

/// One of those that wait for the same switch: a link in a ring, so that each comes and goes
/// without a look at the others.
struct CancelToken::Registration::Entry {
  Entry() = default;
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry();

  void insert_before(Entry& other) noexcept {
    next = &other;
    previous = other.previous;
    previous->next = this;
    next->previous = this;
  }

  std::shared_ptr<State> state{};
  std::function<void()> wake{};
  Entry* previous = this;
  Entry* next = this;
};

struct CancelToken::State {
  std::atomic<bool> cancelled{false};
  std::mutex mutex;
  Registration::Entry ring;  // stands for itself only
};

CancelToken::Registration::Entry::~Entry() {
  if (!state) return;
  const std::lock_guard lock(state->mutex);  // waits for a cancel() that is calling `wake`
  previous->next = next;
  next->previous = previous;
}

CancelToken::CancelToken() : state_(std::make_shared<State>()) {}

bool CancelToken::cancelled() const noexcept {
  return state_ && state_->cancelled.load(std::memory_order_acquire);
}

void CancelToken::cancel() const {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  if (state_->cancelled.exchange(true, std::memory_order_acq_rel)) return;
  const auto* const end = &state_->ring;
  for (const auto* entry = end->next; entry != end; entry = entry->next) entry->wake();
}

CancelToken::Registration CancelToken::on_cancel(std::function<void()> wake) const {
  if (!state_) return {};
  auto entry = std::make_shared<Registration::Entry>();
  entry->state = state_;
  entry->wake = std::move(wake);
  {
    const std::lock_guard lock(state_->mutex);
    if (!cancelled()) {
      entry->insert_before(state_->ring);
    } else {
      entry->wake();
    }
  }
  Registration registration;
  registration.entry_ = std::move(entry);
  return registration;
}

CancelToken::Registration::Registration(Registration&&) noexcept = default;
CancelToken::Registration& CancelToken::Registration::operator=(Registration&&) noexcept = default;
CancelToken::Registration::~Registration() = default;

}  // namespace dropcowboy
