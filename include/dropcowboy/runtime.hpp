#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "dropcowboy/transport.hpp"

namespace dropcowboy {

/// Everything a Client takes from the world besides the network: time, waiting, random numbers and
/// ids. Replace it in tests, so that retries and pacing run in no time and come out the same every
/// time. All members are called from every thread that sends.
class DROPCOWBOY_API Runtime {
 public:
  Runtime() = default;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  virtual ~Runtime() = default;

  /// What every time limit is counted by.
  virtual std::chrono::steady_clock::time_point now() = 0;
  /// Blocks until `until` or until `cancel` is cancelled, whichever comes first.
  virtual void wait_until(std::chrono::steady_clock::time_point until,
                          const CancelToken& cancel) = 0;
  /// Uniform in [0, 1).
  virtual double jitter() = 0;
  /// What a message without a foreign_id is given.
  virtual std::string new_id() = 0;
  /// The time of day, for what is remembered longer than the process lives. Default:
  /// std::chrono::system_clock.
  virtual std::chrono::system_clock::time_point wall_now();
  /// What a message of v2 is given as its Idempotency-Key: never the same twice. Default: a random
  /// UUIDv4. Throws Exception (configuration) if the system gives no random bytes.
  virtual std::string new_key();

  /// The real one: steady_clock, system_clock, a condition variable, the system's random bytes.
  static std::shared_ptr<Runtime> system();
};

}  // namespace dropcowboy
