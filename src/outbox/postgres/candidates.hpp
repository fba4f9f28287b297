#pragma once

#include "outbox/keyed_store.hpp"
#include "outbox/postgres/connection.hpp"

namespace dropcowboy::outbox::pg {

/// The first columns of a row: id, foreign_id, phone, expires, request.
inline Candidate candidate_of(const Rows& rows, int row) {
  Candidate one;
  one.id = rows.integer(row, 0);
  one.foreign_id = rows.text(row, 1);
  one.phone = rows.text(row, 2);
  one.expires = rows.integer(row, 3);
  if (!rows.is_null(row, 4)) one.request = rows.text(row, 4);
  return one;
}

inline std::vector<Candidate> candidates_of(const Rows& rows) {
  std::vector<Candidate> found;
  found.reserve(static_cast<std::size_t>(rows.count()));
  for (int row = 0; row < rows.count(); ++row) found.push_back(candidate_of(rows, row));
  return found;
}

/// The columns after them: attempted_at, repeat_until, repeats, and the prepared text.
inline std::vector<Doubtful> doubtful_of(const Rows& rows) {
  std::vector<Doubtful> found;
  found.reserve(static_cast<std::size_t>(rows.count()));
  for (int row = 0; row < rows.count(); ++row) {
    Doubtful& one = found.emplace_back();
    one.candidate = candidate_of(rows, row);
    one.doubt.attempted_at = rows.integer(row, 5);
    one.doubt.repeat_until = rows.integer(row, 6);
    one.doubt.repeats = static_cast<int>(rows.integer(row, 7));
    one.doubt.prepared = rows.text(row, 8);
  }
  return found;
}

}  // namespace dropcowboy::outbox::pg
