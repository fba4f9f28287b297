#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/faults.hpp"

namespace dropcowboy::support {

/// Keeps the requests that a FaultServer was sent, as they came over the wire. Thread-safe.
class RequestRecorder {
 public:
  /// A fault that answers like another one.
  Fault recording(Fault fault) {
    fault.says = [this, says = std::move(fault.says)](const Question& question) {
      const std::lock_guard lock(mutex_);
      requests_.emplace_back(question.request);
      return says(question);
    };
    return fault;
  }

  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
};

}  // namespace dropcowboy::support
