#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "outbox/keyed_store.hpp"
#include "outbox/postgres/clock.hpp"
#include "outbox/postgres/connection.hpp"
#include "outbox/store.hpp"

namespace dropcowboy::outbox::pg {

/// The database's. What is written is collected and sent in as few round trips as possible; what is
/// read about messages that this transaction has locked is kept until it ends.
class Store final : public outbox::Store {
 public:
  /// `lease`: a run without a sign of life for so long is dead.
  Store(Connection& connection, ServerClock& clock, std::chrono::milliseconds lease);

  /// Which run marks from now on. False if there is one already. From any thread.
  bool take_runner(std::int64_t runner) noexcept {
    std::int64_t nobody = 0;
    return runner_.compare_exchange_strong(nobody, runner);
  }
  void leave_runner() noexcept { runner_ = 0; }

  void begin() override;
  void commit() override;
  void roll_back() noexcept override;
  void flush() override;
  void begin_part() override;
  void end_part() override;
  bool undo_part() noexcept override;
  bool is_repeatable() const noexcept override { return connection_.is_repeatable(); }
  TimePoint now() override { return now_; }

  Fellows beat(Stored now, std::optional<Stored> breaker_opened_at) override;
  std::int64_t give_back(const std::vector<std::int64_t>& handed_over, Stored now) override;
  void expect_answers(const std::vector<std::int64_t>& ids) override;
  std::vector<Candidate> claim(Stored now, int limit, const LookBack& back) override;
  std::vector<std::int64_t> claim_these(const std::vector<std::int64_t>& ids, Stored now, int limit,
                                        const LookBack& back) override;
  void pause_all(Stored until) override;

  bool mark(std::int64_t id, Stored now) override;
  bool refuse(std::int64_t id, Refusal why, Stored now) override;
  bool postpone(std::int64_t id, Stored due) override;
  bool hold(std::int64_t id, std::string_view note, Stored now) override;
  bool end_accepted(std::int64_t id, const std::optional<std::string>& drop_id,
                    Stored now) override;
  bool end_unknown(std::int64_t id, std::string_view note, Stored now) override;
  bool end_ready(std::int64_t id, std::string_view note, Stored due) override;
  bool end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now) override;
  bool end_held(std::int64_t id, std::string_view note, Stored now) override;
  std::int64_t settle_abandoned(std::string_view note, Stored now) override;
  int returned(std::int64_t id) override;
  std::optional<bool> allowed(std::string_view phone) override;
  void attempts(std::string_view phone, Stored after, int limit,
                std::vector<TimePoint>& into) override;
  std::int64_t count_marks(std::int64_t more) override;

  std::optional<std::int64_t> insert(const NewMessage& message) override;
  std::vector<bool> insert_all(const std::vector<NewMessage>& messages) override;
  std::optional<Found> find(std::string_view foreign_id) override;
  std::optional<std::string> request_of(std::int64_t id) override;
  bool is_resent(std::int64_t id) override;
  void forbid(std::string_view phone, Stored now, std::string_view source,
              std::string_view proof) override;
  void permit(std::string_view phone, Stored at, bool allowed, std::string_view source,
              std::string_view proof) override;
  bool resolve(const Found& found, State state, std::optional<std::int64_t> result,
               std::int64_t reason, const std::optional<std::string>& drop_id, Stored now) override;
  void annotate(std::int64_t id, std::string_view note) override;
  bool cancel(const Found& found, Stored now) override;
  bool release(const Found& found, Stored now) override;
  std::int64_t hold_ready(std::string_view note, Stored now, int limit) override;
  std::int64_t release_held(std::string_view note, Stored now, int limit) override;
  bool warn_held(std::int64_t& after, std::string_view note, std::string_view but,
                 int limit) override;
  std::optional<std::int64_t> purge(std::int64_t& after, Stored settled_before, int limit) override;

  KeyedStore& keyed() noexcept override { return keyed_; }

  std::string identity() override { return identity_; }
  void set_identity(const std::string& identity) override;
  std::int64_t marks() override { return 0; }

 private:
  class Keyed final : public KeyedStore {
   public:
    explicit Keyed(Store& store) : store_(store) {}
    std::vector<Candidate> claim(Stored now, int limit, const LookBack& back) override;
    std::vector<Doubtful> claim_doubtful(Stored now, int limit, const LookBack& back) override;
    bool mark(std::int64_t id, Stored now, std::string_view prepared, Stored repeat_until) override;
    bool mark_again(std::int64_t id, Stored now) override;
    bool end_unknown(std::int64_t id, std::string_view note, Stored now, Stored repeat_at) override;
    bool postpone(std::int64_t id, Stored repeat_at) override;
    bool give_up(std::int64_t id, std::string_view note) override;

   private:
    Store& store_;
  };

  /// How many messages are in each state, and of the refused ones how many for each reason.
  using Tally = std::array<std::array<std::int64_t, 7>, 10>;

  /// A message that this transaction has locked.
  struct Locked {
    State state = State::ready;
    bool is_mine = false;  ///< this run has marked it
    int returned = 0;
    int repeats = 0;
    Stored repeat_until = 0;
    std::size_t number = 0;  ///< of what is known about its number; for what was claimed
  };
  /// What is known about a number, which is locked, too.
  struct Number {
    std::optional<bool> allowed{};
    std::vector<TimePoint> attempts{};  ///< the latest first
  };

  /// Marks of this transaction, which are written together.
  struct Marks {
    std::vector<std::int64_t> ids{};
    std::vector<std::string> prepared{};  ///< of keyed ones, and until when their keys hold
    std::vector<std::int64_t> until{};
    Stored at = 0;
  };

  std::int64_t runner() const noexcept { return runner_; }
  void look();
  Rows insert_some(const NewMessage* first, std::size_t count);
  bool may_claim(Stored now);
  std::vector<Candidate> claim(int keyed, Stored now, int limit, const LookBack& back);
  template <class One>
  void keep_numbers(std::vector<One>& claimed, Stored now, const LookBack& back);
  void lock_numbers(std::vector<std::string_view> wanted, Stored now, const LookBack& back);
  void read_numbers(std::size_t first, Stored now, const LookBack& back);
  /// Whether a message that is locked is in this state, and of this run if that is `sending`.
  bool is_locked_as(std::int64_t id, State state) const;
  /// Whether it is being sent by this run, and never was before.
  bool is_first_attempt(std::int64_t id) const;
  void note_attempt(std::int64_t id, Stored now);
  void move_locked(std::int64_t id, State to, Refusal why = Refusal::none);
  void lock_number(std::string_view phone);
  void count(State from, Refusal from_why, State to, Refusal to_why, std::int64_t times = 1);
  void count_new(std::int64_t times);
  void queue_marks();
  void queue_keyed_marks();
  void queue_tally();
  void forget() noexcept;

  Connection& connection_;
  ServerClock& clock_;
  const std::chrono::milliseconds lease_;
  std::atomic<std::int64_t> runner_{0};

  // Of the transaction.
  TimePoint now_{};
  Stored paused_until_ = 0;
  std::string identity_{};
  std::string identity_before_part_{};
  std::unordered_map<std::int64_t, Locked> locked_{};
  std::vector<std::string> phones_{};
  std::vector<Number> numbers_{};
  std::map<std::string, std::size_t, std::less<>> number_of_{};
  Marks marks_{};
  Marks keyed_marks_{};
  Marks repeats_{};
  int locked_numbers_ = 0;
  Tally changes_{};
  Tally changes_before_part_{};
  std::uint64_t sent_before_part_ = 0;
  Keyed keyed_{*this};
};

}  // namespace dropcowboy::outbox::pg
