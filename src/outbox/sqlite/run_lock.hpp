#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "outbox/sqlite/database.hpp"

namespace dropcowboy::outbox::sqlite {

/// Held by the one run() that works on a file, in whatever process. The operating system drops it
/// when the process ends, however it ends: nothing depends on a clock.
class RunLock {
 public:
  /// Throws Exception (storage, transient) if another one holds it for so long.
  explicit RunLock(const std::string& path,
                   std::chrono::milliseconds patience = std::chrono::milliseconds(0));

 private:
  std::unique_ptr<sqlite::Database> lock_;
};

}  // namespace dropcowboy::outbox::sqlite
