#pragma once

#include <mutex>

#include "outbox/keyed_store.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/sqlite/tally.hpp"

namespace dropcowboy::outbox::sqlite {

/// What the file's Store does to keyed messages; part of it.
class KeyedMoves final : public KeyedStore {
 public:
  /// Both outlive it. `changes` are those of the transaction.
  KeyedMoves(Database& database, Tally& changes);

  bool mark(std::int64_t id, Stored now, std::string_view prepared, Stored repeat_until) override;
  bool mark_again(std::int64_t id, Stored now) override;
  bool end_unknown(std::int64_t id, std::string_view note, Stored now, Stored repeat_at) override;
  bool postpone(std::int64_t id, Stored repeat_at) override;
  bool give_up(std::int64_t id, std::string_view note) override;

 private:
  Tally& changes_;
  Statement prepare_, mark_, mark_again_, to_unknown_, postpone_, give_up_;
};

/// What the file's Reader tells of keyed messages; part of it.
class KeyedRows final : public KeyedReader {
 public:
  /// Both outlive it. The mutex is held during each call.
  KeyedRows(Database& database, std::mutex& mutex);

  std::vector<Candidate> due(Stored now, int limit) override;
  std::vector<Doubtful> doubtful(Stored now, int limit) override;
  std::optional<Stored> next_due() override;
  std::optional<std::string> request_of(std::string_view foreign_id) override;

 private:
  std::mutex& mutex_;
  Statement due_, doubtful_, next_due_, request_;
};

/// The first columns of a row: id, foreign_id, phone, expires, request.
Candidate candidate_of(const Rows& rows);

}  // namespace dropcowboy::outbox::sqlite
