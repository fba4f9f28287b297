#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "dropcowboy/outbox/status.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox::sqlite {

/// A message that is due, as the runner reads it.
struct Candidate {
  std::int64_t id = 0;
  std::string foreign_id{};
  std::string phone{};
  Stored expires = never;
  /// Nothing if its text is gone.
  std::optional<std::string> request{};
};

/// All that only reads, over a connection of its own: it holds up no writer, and no reading lasts
/// longer than one page, so that the log can begin anew. Thread-safe. Its functions throw Exception
/// (storage).
class Reader {
 public:
  Reader(const std::string& path, std::chrono::milliseconds lock_timeout);

  /// What is due, the first first.
  std::vector<Candidate> due(Stored now, int limit);
  /// When the next ready message is due; nothing if none is ready.
  std::optional<Stored> next_due();
  Page list(const Query& query, Stored now);
  std::optional<std::string> request_of(std::string_view foreign_id);
  std::optional<Permission> permission_of(std::string_view phone);
  std::string place();
  std::int64_t marks();
  /// All but what only this process knows.
  void fill(Status& status, Stored now);
  /// Damage, broken rules and wrong sums, in words.
  std::vector<std::string> problems();

 private:
  static Message message_of(const Rows& rows);

  std::mutex mutex_;
  Database database_;
  Statement due_, next_due_, next_due_after_, request_, permission_, outbox_, tally_, unknown_;
};

}  // namespace dropcowboy::outbox::sqlite
