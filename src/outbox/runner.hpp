#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "outbox/core.hpp"
#include "outbox/decide.hpp"
#include "outbox/inbox.hpp"
#include "outbox/lane.hpp"
#include "outbox/membership.hpp"

namespace dropcowboy::outbox {

/// The largest span of time in RunOptions.
inline constexpr std::chrono::milliseconds longest_wait = std::chrono::hours(24 * 7);

/// One run. Each turn reads what is due, writes the last answers and the next marks in one commit,
/// and only then hands the marked messages to their clients. Where several runs share the database,
/// what is due is claimed in that commit.
class Runner {
 public:
  using Lanes = std::vector<std::unique_ptr<Lane>>;

  /// `right` outlives it.
  Runner(Core& core, RunRight& right, Lanes lanes, const RunOptions& options);

  RunReport work();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr int largest_scan = 1'024;

  bool is_elsewhere(Store& store) const;
  void stop_until_adopted();
  void beat();
  std::vector<std::int64_t> ids_at_client() const;
  bool is_done();
  bool is_stopping() const { return fault_ || options_.stop.cancelled(); }
  bool gives_up_waiting();
  bool is_stuck() const;
  void measure();
  template <class Read>
  bool read(Read work);
  std::optional<Stored> next_due();
  void look();
  void claim(Store& store, TimePoint now);
  void claim_asked(Store& store, const Lane& lane, Stored now, int limit);
  bool take_turn();
  void write_answers(Store& store, Stored now);
  bool write_answer(Store& store, const Answer& answer, Stored now);
  void write_marks(Store& store, TimePoint now);
  void judge(Store& store, Job& job, TimePoint now);
  void judge_repeat(Store& store, Job& job, TimePoint now);
  void mark(Store& store, Job& job, TimePoint now);
  void mark_keyed(Store& store, Job& job, TimePoint now);
  void note_marked(Job& job);
  void refuse_unprepared(Store& store, Job& job, TimePoint now);
  void note_fault(const Answer& answer);
  void after_commit();
  void hand_over();
  void tell_changes();
  void after_failure(Error error);
  void sleep();
  void change(std::string foreign_id, State state, Refusal refusal, std::string note);

  Core& core_;
  RunRight& right_;
  const Lanes lanes_;
  const RunOptions& options_;
  Runtime& runtime_;
  const LookBack look_back_;
  const std::shared_ptr<Inbox> inbox_;
  const CancelToken cancel_{};
  Membership membership_;

  RunReport report_{};
  std::vector<Answer> answers_{};      // not written yet
  std::vector<Job> jobs_{};            // of this turn
  std::vector<Job> asked_{};           // what a hook was asked about, where that is claimed
  std::vector<Job*> marked_{};         // of this turn
  std::vector<Change> changes_{};      // of this turn
  std::vector<TimePoint> attempts_{};  // of the message that is judged
  RunReport turn_{};                   // what this turn adds to the report
  std::int64_t marks_ = 0;

  std::unordered_set<std::int64_t> handed_over_{};  // and the answer is not on disk
  bool is_any_due_ = false;                         // where what is due is claimed
  bool found_nothing_ = false;                      // in this turn
  int scan_ = 0;                                    // more is read where most is refused
  int rejected_in_a_row_ = 0;
  int failures_ = 0;  // of the database, in a row
  std::optional<Error> fault_{};
  std::optional<Clock::time_point> drain_until_{};
};

}  // namespace dropcowboy::outbox
