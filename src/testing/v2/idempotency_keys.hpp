#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/testing/simulated_v2.hpp"
#include "testing/service_clock.hpp"

namespace dropcowboy::testing::v2 {

/// 1 to 255 printable characters of ASCII.
bool is_idempotency_key(const std::string& key);

/// Remembers keys for 24 hours from their first use, each account's apart. Not thread-safe.
class IdempotencyKeys {
 public:
  struct Use {
    std::string account{};
    std::string key{};
    std::string path{};
    std::string meaning{};     ///< the canonical JSON of the body
    std::string message_id{};  ///< of the message, should it be the first with this key
  };
  enum class Verdict { first, repeated, conflict };
  struct Answer {
    Verdict verdict = Verdict::first;
    std::string message_id{};  ///< of the first message with this key
  };

  /// Linear in the length of the texts, logarithmic in the number of keys.
  Answer take(const Use& use, ServiceClock::TimePoint now);
  std::vector<RecordedKey> remembered(ServiceClock::TimePoint now);

 private:
  using Name = std::pair<std::string, std::string>;  // account and key
  struct Memory {
    std::string meaning;
    RecordedKey record;
  };

  void forget(ServiceClock::TimePoint now);

  std::map<Name, Memory> memories_;
  std::deque<std::pair<ServiceClock::TimePoint, Name>> in_order_;
};

}  // namespace dropcowboy::testing::v2
