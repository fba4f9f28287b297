#pragma once

#include <memory>

#include "dropcowboy/outbox/outbox.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox {

/// A kind of database that an outbox can be kept in. Thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Throws Exception: configuration, storage.
  virtual std::unique_ptr<Storage> open(const Options& options) const = 0;
};

}  // namespace dropcowboy::outbox
