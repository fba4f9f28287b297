#include "stop_signals.hpp"

#include "console.hpp"

namespace dropcowboy::tool {

CancelOnSignal::CancelOnSignal() : watcher_([this] { watch(); }) {}

CancelOnSignal::~CancelOnSignal() {
  over_ = true;
  signals_.wake(watcher_);
  watcher_.join();
}

void CancelOnSignal::watch() {
  signals_.wait();
  if (over_) return;
  say_warning("stopping; once more to end at once, without knowing what was sent");
  token_.cancel();
  const int second = signals_.wait();
  if (!over_) StopSignals::end_by(second);
}

}  // namespace dropcowboy::tool
