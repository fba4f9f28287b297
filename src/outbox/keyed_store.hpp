#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outbox/store.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox {

/// What is known of a keyed message whose outcome is unknown, and which may be sent again.
struct Doubt {
  Stored attempted_at = 0;
  Stored repeat_until = 0;
  int repeats = 0;
  /// As v2::to_json() wrote it.
  std::string prepared{};
};

struct Doubtful {
  Candidate candidate{};
  Doubt doubt{};
};

/// What changes keyed messages, beside Store's functions and under the same terms.
class KeyedStore {
 public:
  virtual ~KeyedStore() = default;

  // For storage that is_shared().
  /// As Store::claim(), of keyed messages.
  virtual std::vector<Candidate> claim(Stored, int, const LookBack&) { return {}; }
  /// The same of what is unknown and may be sent again now.
  virtual std::vector<Doubtful> claim_doubtful(Stored, int, const LookBack&) { return {}; }

  /// The first mark: key and bytes are stored with it, and stay while the message may have left.
  virtual bool mark(std::int64_t id, Stored now, std::string_view prepared,
                    Stored repeat_until) = 0;
  /// What is unknown, and its key still holds, is sending again; it ages from its first mark.
  virtual bool mark_again(std::int64_t id, Stored now) = 0;
  /// As Store::end_unknown(), and it is sent again at `repeat_at` if its key still holds then.
  virtual bool end_unknown(std::int64_t id, std::string_view note, Stored now,
                           Stored repeat_at) = 0;
  /// It is asked about again later.
  virtual bool postpone(std::int64_t id, Stored repeat_at) = 0;
  /// It stays unknown, and is not sent again by itself.
  virtual bool give_up(std::int64_t id, std::string_view note) = 0;
};

/// What reads them, beside Reader's functions and under the same terms.
class KeyedReader {
 public:
  virtual ~KeyedReader() = default;

  /// As Reader::due(), of keyed messages.
  virtual std::vector<Candidate> due(Stored now, int limit) = 0;
  /// What is unknown and may be sent again now, the first first.
  virtual std::vector<Doubtful> doubtful(Stored now, int limit) = 0;
  /// When the next of either is due.
  virtual std::optional<Stored> next_due() = 0;
  virtual std::optional<std::string> request_of(std::string_view foreign_id) = 0;
};

}  // namespace dropcowboy::outbox
