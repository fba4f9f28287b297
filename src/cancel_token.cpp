#include "dropcowboy/cancel_token.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace dropcowboy {

struct CancelToken::State {
  std::atomic<bool> cancelled{false};
  std::mutex mutex;
  std::vector<Registration::Entry*> entries;
};

struct CancelToken::Registration::Entry {
  std::shared_ptr<State> state;
  std::function<void()> wake;

  ~Entry() {
    const std::lock_guard lock(state->mutex);  // waits for a cancel() that is calling `wake`
    auto& entries = state->entries;
    entries.erase(std::remove(entries.begin(), entries.end(), this), entries.end());
  }
};

CancelToken::CancelToken() : state_(std::make_shared<State>()) {}

bool CancelToken::cancelled() const noexcept {
  return state_->cancelled.load(std::memory_order_acquire);
}

void CancelToken::cancel() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->cancelled.exchange(true, std::memory_order_acq_rel)) return;
  for (auto* entry : state_->entries) entry->wake();
}

CancelToken::Registration CancelToken::on_cancel(std::function<void()> wake) const {
  auto entry = std::make_shared<Registration::Entry>();
  entry->state = state_;
  entry->wake = std::move(wake);
  {
    const std::lock_guard lock(state_->mutex);
    if (!cancelled()) {
      state_->entries.push_back(entry.get());
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
