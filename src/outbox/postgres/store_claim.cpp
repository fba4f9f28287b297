// What the runner claims: messages that are due, and their numbers.

#include <algorithm>
#include <utility>

#include "outbox/decide.hpp"
#include "outbox/postgres/candidates.hpp"
#include "outbox/postgres/store.hpp"

namespace dropcowboy::outbox::pg {

std::vector<Candidate> Store::claim(Stored now, int limit, const LookBack& back) {
  return claim(0, now, limit, back);
}

/// Not in a pause, and not while somebody forbids more numbers than can be locked one by one.
bool Store::may_claim(Stored now) {
  if (now < paused_until_) return false;
  return connection_.run("SELECT pg_try_advisory_xact_lock_shared(1145261890, 2)").boolean(0, 0);
}

/// What is due and locked by nobody else.
std::vector<Candidate> Store::claim(int keyed, Stored now, int limit, const LookBack& back) {
  if (!may_claim(now)) return {};
  auto claimed = candidates_of(connection_.run(
      "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request FROM dropcowboy.message m "
      "LEFT JOIN dropcowboy.payload p ON p.message = m.id WHERE m.state = 0 AND m.keyed = $1 "
      "AND m.due <= $2 ORDER BY m.due, m.id LIMIT $3 FOR UPDATE OF m SKIP LOCKED",
      keyed, now, limit));
  keep_numbers(claimed, now, back);
  return claimed;
}

std::vector<std::int64_t> Store::claim_these(const std::vector<std::int64_t>& ids, Stored now,
                                             int limit, const LookBack& back) {
  if (ids.empty() || !may_claim(now)) return {};
  const Rows rows = connection_.run(
      "SELECT id, phone, state, repeats, repeat_until FROM dropcowboy.message "
      "WHERE id = ANY ($1::bigint[]) AND ((state = 0 AND due <= $2) OR repeat_at <= $2) "
      "ORDER BY coalesce(repeat_at, due), id LIMIT $3 FOR UPDATE SKIP LOCKED",
      array_of(ids), now, limit);
  std::vector<Candidate> claimed(static_cast<std::size_t>(rows.count()));
  for (int row = 0; row < rows.count(); ++row) {
    Candidate& one = claimed[static_cast<std::size_t>(row)];
    one.id = rows.integer(row, 0);
    one.phone = rows.text(row, 1);
  }
  keep_numbers(claimed, now, back);
  std::vector<std::int64_t> kept;
  for (const Candidate& one : claimed) kept.push_back(one.id);
  for (int row = 0; row < rows.count(); ++row) {
    const auto found = locked_.find(rows.integer(row, 0));
    if (found == locked_.end()) continue;
    found->second.state = static_cast<State>(rows.integer(row, 2));
    found->second.repeats = static_cast<int>(rows.integer(row, 3));
    found->second.repeat_until = rows.integer(row, 4);
  }
  return kept;
}

namespace {

const Candidate& candidate_in(const Candidate& one) { return one; }
const Candidate& candidate_in(const Doubtful& one) { return one.candidate; }

}  // namespace

/// Leaves out those whose number another run decides about at this moment: their turn comes.
template <class One>
void Store::keep_numbers(std::vector<One>& claimed, Stored now, const LookBack& back) {
  std::vector<std::string_view> wanted;
  for (const One& one : claimed) wanted.push_back(candidate_in(one).phone);
  lock_numbers(std::move(wanted), now, back);
  const auto is_left = [this](const One& one) {
    return number_of_.count(candidate_in(one).phone) == 0;
  };
  claimed.erase(std::remove_if(claimed.begin(), claimed.end(), is_left), claimed.end());
  for (const One& one : claimed) {
    Locked& locked = locked_[candidate_in(one).id];
    locked = {};
    locked.number = number_of_.find(candidate_in(one).phone)->second;
  }
}

template void Store::keep_numbers(std::vector<Candidate>&, Stored, const LookBack&);
template void Store::keep_numbers(std::vector<Doubtful>&, Stored, const LookBack&);

/// Those that can be had now, unless they are locked already.
void Store::lock_numbers(std::vector<std::string_view> wanted, Stored now, const LookBack& back) {
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const auto is_known = [this](std::string_view phone) { return number_of_.count(phone) > 0; };
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(), is_known), wanted.end());
  if (wanted.empty()) return;
  const Rows got = connection_.run(
      "SELECT phone FROM unnest($1::text[]) AS wanted (phone) "
      "WHERE pg_try_advisory_xact_lock(1145261891, hashtext(phone))",
      array_of(wanted));
  const std::size_t first = phones_.size();
  for (int row = 0; row < got.count(); ++row) {
    number_of_.emplace(got.text(row, 0), phones_.size());
    phones_.emplace_back(got.text(row, 0));
  }
  numbers_.resize(phones_.size());
  if (phones_.size() > first) read_numbers(first, now, back);
}

/// After the numbers are locked, by a statement of its own: so it sees whatever was committed by
/// who had them locked before.
void Store::read_numbers(std::size_t first, Stored now, const LookBack& back) {
  const std::vector<std::string_view> phones(phones_.begin() + static_cast<std::ptrdiff_t>(first),
                                             phones_.end());
  const Rows rows = connection_.run(
      "SELECT n.phone, (SELECT p.allowed FROM dropcowboy.permission p WHERE p.phone = n.phone "
      "ORDER BY p.at DESC, p.allowed LIMIT 1), a.marked_at FROM unnest($1::text[]) AS n (phone) "
      "LEFT JOIN LATERAL (SELECT m.marked_at FROM dropcowboy.message m WHERE m.phone = n.phone "
      "AND m.marked_at > $2 ORDER BY m.marked_at DESC LIMIT $3) AS a ON true "
      "ORDER BY n.phone, a.marked_at DESC",
      array_of(phones), now - to_stored(back.within), back.attempts);
  for (int row = 0; row < rows.count(); ++row) {
    Number& number = numbers_[number_of_.find(rows.text(row, 0))->second];
    if (!rows.is_null(row, 1)) number.allowed = rows.boolean(row, 1);
    if (!rows.is_null(row, 2)) number.attempts.push_back(from_stored(rows.integer(row, 2)));
  }
}

std::optional<bool> Store::allowed(std::string_view phone) {
  return numbers_.at(number_of_.at(std::string(phone))).allowed;
}

void Store::attempts(std::string_view phone, Stored, int limit, std::vector<TimePoint>& into) {
  const std::vector<TimePoint>& known = numbers_.at(number_of_.at(std::string(phone))).attempts;
  const auto count = std::min(known.size(), static_cast<std::size_t>(limit));
  into.assign(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(count));
}

bool Store::is_locked_as(std::int64_t id, State state) const {
  const auto found = locked_.find(id);
  if (found == locked_.end() || found->second.state != state) return false;
  return state != State::sending || found->second.is_mine;
}

void Store::move_locked(std::int64_t id, State to, Refusal why) {
  Locked& one = locked_.at(id);
  count(one.state, Refusal::none, to, why);
  one.state = to;
  one.is_mine = false;
}

bool Store::is_first_attempt(std::int64_t id) const {
  return is_locked_as(id, State::sending) && locked_.at(id).repeats == 0;
}

/// For what follows in this transaction. Another run's clock is the same, but it may be later.
void Store::note_attempt(std::int64_t id, Stored now) {
  auto& attempts = numbers_[locked_.at(id).number].attempts;
  const TimePoint at = from_stored(now);
  attempts.insert(std::upper_bound(attempts.begin(), attempts.end(), at, std::greater<>()), at);
}

}  // namespace dropcowboy::outbox::pg
