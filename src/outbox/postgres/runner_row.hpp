#pragma once

#include <chrono>
#include <string>

#include "outbox/postgres/clock.hpp"
#include "outbox/postgres/store.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox::pg {

/// A run among those that live: its row in the table of them, made at the start and deleted at the
/// end. If the process dies, the row stays, and counts until its lease has passed.
class RunnerRow final : public RunRight {
 public:
  /// Throws Exception (storage, transient) if this outbox has a run already.
  RunnerRow(std::string conninfo, std::chrono::milliseconds lock_timeout,
            std::chrono::milliseconds lease, const ServerClock& clock, Store& store);
  RunnerRow(const RunnerRow&) = delete;
  RunnerRow& operator=(const RunnerRow&) = delete;
  ~RunnerRow() override;

  void note_marks(std::int64_t) noexcept override {}
  std::chrono::milliseconds beat_every() const noexcept override { return lease_ / 12; }

 private:
  const std::string conninfo_;
  const std::chrono::milliseconds lock_timeout_;
  const std::chrono::milliseconds lease_;
  Store& store_;
  std::int64_t id_ = 0;
};

}  // namespace dropcowboy::outbox::pg
