#include "outbox/runner.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr const char* left_behind = "a run died while it may have been on its way";
constexpr auto after_storage_failure = std::chrono::seconds(1);
constexpr std::chrono::milliseconds longest_time = std::chrono::hours(24 * 7);
constexpr auto for_cancelled = std::chrono::seconds(10);
constexpr std::chrono::milliseconds after_rate_limit = std::chrono::seconds(1);
constexpr int most_failures = 3;
constexpr int most_rejected_in_a_row = 10;  // then it is hardly the messages' fault
constexpr int smallest_queue = 4;
constexpr int largest_scan = 1'024;

/// While it lives, status() says so.
class Running {
 public:
  explicit Running(Core& core) : core_(core) { core_.running = true; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    core_.running = false;
    core_.breaker_open = false;
  }

 private:
  Core& core_;
};

std::vector<Issue> problems_with(const RunOptions& options) {
  std::vector<Issue> found;
  if (options.max_unanswered < 1 || options.max_unanswered > 10'000) {
    found.push_back(
        {Severity::error, "max_unanswered", IssueCode::out_of_range, "must be 1 to 10,000"});
  }
  if (options.account_rate < 0 || options.account_rate > 10'000) {
    found.push_back(
        {Severity::error, "account_rate", IssueCode::out_of_range, "must be 0 to 10,000"});
  }
  if (options.account_in_flight < 0 || options.account_in_flight > 10'000) {
    found.push_back(
        {Severity::error, "account_in_flight", IssueCode::out_of_range, "must be 0 to 10,000"});
  }
  if (options.poll_every < std::chrono::milliseconds(1) || options.poll_every > longest_time) {
    found.push_back({Severity::error, "poll_every", IssueCode::out_of_range,
                     "must be 1 millisecond to a week"});
  }
  return found;
}

}  // namespace

Runner::Runner(Core& core, RunRight& right, const Client& client, const RunOptions& options)
    : core_(core),
      right_(right),
      client_(client),
      options_(options),
      runtime_(core.runtime()),
      look_back_(look_back(core.options().policy.limits)),
      inbox_(std::make_shared<Inbox>(static_cast<std::size_t>(options.max_unanswered), core.bell)),
      membership_(right, options, runtime_) {
  answers_.reserve(static_cast<std::size_t>(options.max_unanswered));
}

RunReport Runner::work() {
  if (core_.storage().needs_adoption()) throw Exception(adoption_error(core_.storage().name()));
  core_.write([this](Store& store) { rescue(store, to_stored(store.now())); });
  report_.rescued = turn_.rescued;
  for (;;) {
    if (membership_.is_due()) beat();
    inbox_->take(answers_);
    for (const Answer& answer : answers_) note_fault(answer);
    const int room = is_stopping() ? 0 : this->room();
    read([&] { look(room); });
    if (!answers_.empty() || !prepared_.empty() || is_any_due_) {
      if (take_turn(room) && !found_nothing_) continue;
      if (failures_ >= most_failures) {  // it cannot even write what it knows
        cancel_.cancel();
        break;
      }
    } else if (is_done() || gives_up_waiting()) {
      break;
    }
    sleep();
  }
  if (membership_.is_in_doubt()) beat();
  report_.error = std::move(fault_);
  return std::move(report_);
}

void Runner::rescue(Store& store, Stored now) {
  turn_.rescued = static_cast<std::uint64_t>(store.rescue(left_behind, now));
}

std::vector<std::int64_t> Runner::with_client() const {
  return {handed_over_.begin(), handed_over_.end()};
}

/// A sign of life among other runs, and what dead ones have left behind. If it fails it is tried
/// again; nothing depends on it.
void Runner::beat() {
  int runs = 1;
  std::int64_t given_back = 0;
  const auto result = core_.try_write([&](Store& store) {
    const Stored now = to_stored(store.now());
    runs = store.beat(now);
    given_back = store.give_back(with_client(), now);
    rescue(store, now);
  });
  if (!result) return membership_.note_failure();
  membership_.note_beat(runs);
  report_.rescued += turn_.rescued;
  report_.returned += static_cast<std::uint64_t>(given_back);
  // An error says that it is out of range; then the client keeps its rate.
  if (membership_.rate() > 0) static_cast<void>(client_.set_rate(membership_.rate()));
}

bool Runner::is_done() {
  if (!handed_over_.empty()) return false;
  if (is_stopping()) return true;
  if (membership_.is_in_doubt()) return false;
  if (!options_.until_idle && !options_.until_empty) return false;
  std::optional<Stored> next;
  if (!read([&] { next = core_.quick_reader().next_due(); })) return false;
  if (!next) return true;
  return options_.until_idle && *next > to_stored(core_.now());
}

/// A stopped run waits for what the client has; then it cancels that, and waits a little more.
bool Runner::gives_up_waiting() {
  if (!is_stopping()) return false;
  const auto now = runtime_.now();
  if (!drain_until_) {
    drain_until_ = now + std::clamp(options_.drain_for, std::chrono::milliseconds(0), longest_time);
  }
  if (now < *drain_until_ && (cancel_.cancelled() || !is_stuck())) return false;
  if (cancel_.cancelled()) return true;
  cancel_.cancel();
  drain_until_ = now + for_cancelled;
  return false;
}

/// The client starts nothing, and nothing is under way: waiting would change nothing.
bool Runner::is_stuck() const {
  const Stats stats = client_.stats();
  return stats.breaker_open && stats.in_flight == 0;
}

/// How many messages may be marked now. The client gets so many that it is never idle, and not
/// more: what waits in its queue is at risk for nothing. While its breaker is open it gets one at a
/// time.
int Runner::room() {
  const Stats stats = client_.stats();
  core_.breaker_open = stats.breaker_open;
  const int written = static_cast<int>(answers_.size());
  const int unanswered = static_cast<int>(handed_over_.size());
  const int under_way = unanswered - written;
  if (!membership_.may_send()) return 0;
  if (stats.breaker_open) return under_way == 0 ? 1 : 0;
  const int waiting = static_cast<int>(
      std::min<std::uint64_t>(stats.queued, static_cast<std::uint64_t>(std::max(under_way, 0))));
  if (waiting == 0) {
    queue_target_ = std::min(queue_target_ * 2, options_.max_unanswered);
  } else if (waiting >= queue_target_ / 2) {
    queue_target_ = std::max(smallest_queue, queue_target_ - 1);
  }
  const int most = membership_.most_unanswered();
  return std::max(0, std::min(most - unanswered, queue_target_ - waiting));
}

/// False if it could not be read. That stops the run, unless waiting helps; what is known is
/// written all the same.
template <class Read>
bool Runner::read(Read work) {
  try {
    work();
    return true;
  } catch (const Exception& exception) {
    if (!exception.error().transient && !fault_) fault_ = exception.error();
  } catch (const std::bad_alloc&) {
    if (options_.stop.cancelled() && !fault_) fault_ = out_of_memory(Outcome::not_sent);
  }
  prepared_.clear();
  return false;
}

std::optional<Stored> Runner::next_due() {
  std::optional<Stored> next = to_stored(core_.now() + options_.poll_every);  // if it is not known
  read([&] { next = core_.quick_reader().next_due(); });
  return next;
}

/// Reads what is due or, where that is claimed, whether anything is.
void Runner::look(int room) {
  prepared_.clear();
  is_any_due_ = false;
  if (room <= 0) return;
  const TimePoint now = core_.now();
  if (core_.storage().is_shared()) {
    const auto next = core_.quick_reader().next_due();
    is_any_due_ = next && *next <= to_stored(now);
  } else {
    prepare(core_.quick_reader().due(to_stored(now), std::max(room, scan_)), now);
  }
}

void Runner::prepare(std::vector<Candidate>&& due, TimePoint now) {
  prepared_.clear();
  prepared_.reserve(due.size());
  for (Candidate& candidate : due) {
    Prepared& one = prepared_.emplace_back();
    one.candidate = std::move(candidate);
    prepare_one(one, now);
  }
}

/// Whatever is wrong with one message holds that one only.
void Runner::prepare_one(Prepared& one, TimePoint now) const {
  if (!one.candidate.request) {
    one.problem = "its text is gone";
    return;
  }
  auto request = RvmRequest::from_json(*one.candidate.request);
  if (!request || request->foreign_id != one.candidate.foreign_id ||
      request->phone_number != one.candidate.phone) {
    one.problem = "its text cannot be read: cancel it, and add it anew";
    return;
  }
  one.earliest = now;
  if (core_.options().policy.earliest) {
    try {
      one.earliest = core_.options().policy.earliest(*request, now);
    } catch (...) {
      one.problem = "Policy::earliest threw an exception";
      return;
    }
  }
  one.request = *std::move(request);
}

/// One commit; false if it failed, and then nothing has happened.
bool Runner::take_turn(int room) {
  const auto result = core_.try_write([&](Store& store) {
    const TimePoint now = store.now();
    turn_ = {};
    marked_.clear();
    changes_.clear();
    write_answers(store, to_stored(now));
    if (is_any_due_) {
      prepare(store.claim(to_stored(now), std::max(room, scan_), look_back_), now);
    }
    if (!prepared_.empty()) write_marks(store, now, room);
    found_nothing_ = answers_.empty() && prepared_.empty();
  });
  if (!result) {
    after_failure(result.error());
    return false;
  }
  failures_ = 0;
  after_commit();
  hand_over();
  tell_changes();  // last: a slow listener keeps nothing that is marked from leaving
  return true;
}

void Runner::write_answers(Store& store, Stored now) {
  std::vector<std::int64_t> ids;
  ids.reserve(answers_.size());
  for (const Answer& answer : answers_) ids.push_back(answer.id);
  store.expect_answers(ids);
  for (const Answer& answer : answers_) {
    const Reaction& reaction = answer.reaction;
    if (answer.error && answer.error->http_status == 429) {
      store.pause_all(now + to_stored(std::max(reaction.wait, after_rate_limit)));
    }
    bool is_written = false;
    switch (reaction.state) {
      case State::accepted: is_written = store.end_accepted(answer.id, answer.drop_id, now); break;
      case State::ready: {
        const auto pause = std::max(reaction.wait, backoff(store.returned(answer.id) + 1));
        is_written = store.end_ready(answer.id, reaction.note, now + to_stored(pause));
        break;
      }
      case State::refused:
        is_written = store.end_refused(answer.id, reaction.refusal, reaction.note, now);
        break;
      case State::held: is_written = store.end_held(answer.id, reaction.note, now); break;
      default: is_written = store.end_unknown(answer.id, reaction.note, now); break;
    }
    // If a callback came first, that was the last word.
    if (is_written) change(answer.foreign_id, reaction.state, reaction.refusal, reaction.note);
  }
}

void Runner::write_marks(Store& store, TimePoint now, int room) {
  if (store.place() != core_.storage().place()) {
    fault_ = adoption_error(core_.storage().name());  // the answers are written all the same
    return;
  }
  for (Prepared& one : prepared_) {
    if (static_cast<int>(marked_.size()) == room) break;
    judge(store, one, now);
  }
  if (!marked_.empty()) marks_ = store.count_marks(static_cast<std::int64_t>(marked_.size()));
}

void Runner::judge(Store& store, Prepared& one, TimePoint now) {
  const std::int64_t id = one.candidate.id;
  const Stored stored_now = to_stored(now);
  if (!one.request) {
    if (store.hold(id, one.problem, stored_now)) {
      change(one.candidate.foreign_id, State::held, Refusal::none, one.problem);
    }
    return;
  }
  const Policy& policy = core_.options().policy;
  Facts facts;
  facts.now = now;
  facts.expires = from_stored(std::optional(one.candidate.expires));
  facts.earliest = one.earliest;
  facts.allowed = store.allowed(one.candidate.phone);
  facts.attempts.swap(attempts_);
  store.attempts(one.candidate.phone, stored_now - to_stored(look_back_.within),
                 look_back_.attempts, facts.attempts);
  const Decision decision = decide(facts, policy.require_consent, policy.limits);
  attempts_.swap(facts.attempts);
  switch (decision.verdict) {
    case Decision::Verdict::send:
      if (store.mark(id, stored_now)) marked_.push_back(&one);
      break;
    case Decision::Verdict::wait:
      // A moment is stored in milliseconds, and must not be asked about before it has come.
      if (store.postpone(id, to_stored_up(decision.until))) ++turn_.postponed;
      break;
    case Decision::Verdict::refuse:
      if (store.refuse(id, decision.why, stored_now)) {
        change(one.candidate.foreign_id, State::refused, decision.why, {});
      }
      break;
  }
}

void Runner::change(std::string foreign_id, State state, Refusal refusal, std::string note) {
  switch (state) {
    case State::accepted: ++turn_.accepted; break;
    case State::ready: ++turn_.returned; break;
    case State::refused: ++turn_.refused; break;
    case State::held: ++turn_.held; break;
    default: ++turn_.unknown; break;
  }
  if (options_.on_change) {
    changes_.push_back({std::move(foreign_id), state, refusal, std::move(note)});
  }
}

/// Whether what went wrong would go wrong with every message.
void Runner::note_fault(const Answer& answer) {
  if (fault_ || !answer.error) return;
  if (answer.reaction.stops_run) fault_ = answer.error;
}

void Runner::after_commit() {
  if (!marked_.empty()) right_.note_marks(marks_);
  for (const Answer& answer : answers_) {
    const bool is_rejected = answer.reaction.state == State::held && answer.error &&
                             answer.error->outcome == Outcome::rejected;
    if (is_rejected) ++rejected_in_a_row_;
    if (answer.reaction.state == State::accepted) rejected_in_a_row_ = 0;
    if (rejected_in_a_row_ >= most_rejected_in_a_row && !fault_) fault_ = answer.error;
  }
  for (const Answer& answer : answers_) handed_over_.erase(answer.id);
  answers_.clear();
  const bool is_mostly_in_vain = marked_.size() * 2 < prepared_.size();
  scan_ = is_mostly_in_vain ? std::min(largest_scan, static_cast<int>(prepared_.size()) * 2) : 0;

  report_.handed_over += marked_.size();
  report_.accepted += turn_.accepted;
  report_.unknown += turn_.unknown;
  report_.returned += turn_.returned;
  report_.refused += turn_.refused;
  report_.held += turn_.held;
  report_.postponed += turn_.postponed;
  core_.marks += marked_.size();
}

void Runner::tell_changes() {
  for (const Change& one : changes_) {
    try {
      options_.on_change(one);
    } catch (...) {
      continue;  // as promised
    }
  }
}

void Runner::hand_over() {
  CallOptions options;
  options.cancel = cancel_;
  for (Prepared* one : marked_) {
    try {
      handed_over_.insert(one->candidate.id);
      Ticket ticket(inbox_, one->candidate.id, std::move(one->candidate.foreign_id));
      client_.send_async(*one->request, std::move(ticket), options);
    } catch (...) {
      continue;  // its ticket has said so
    }
  }
  marked_.clear();
}

/// Nothing was written: the answers are kept for the next turn, and nothing is marked.
void Runner::after_failure(Error error) {
  if (!marked_.empty()) membership_.beat_soon();
  marked_.clear();
  ++failures_;
  const bool may_pass = error.transient && !options_.stop.cancelled();
  if (may_pass) {
    failures_ = 1;
  } else if (failures_ >= most_failures && !fault_) {
    fault_ = std::move(error);
  }
}

void Runner::sleep() {
  const auto now = runtime_.now();
  Clock::duration span = options_.poll_every;
  if (failures_ > 0) {
    span = after_storage_failure;
  } else if (drain_until_) {
    span = std::min<Clock::duration>(span, *drain_until_ - now);
  } else if (const auto next = next_due()) {
    const auto until_due = std::chrono::milliseconds(*next - to_stored(core_.now()));
    if (until_due > std::chrono::milliseconds(0)) span = std::min<Clock::duration>(span, until_due);
  }
  span = std::min<Clock::duration>(
      span, std::max<Clock::duration>(membership_.next_beat() - now, Clock::duration::zero()));
  const CancelToken stop = is_stopping() ? CancelToken::never() : options_.stop;
  core_.bell->sleep(runtime_, now + span, stop);
}

RunReport run(Core& core, const Client& client, const RunOptions& options) {
  RunReport report;
  const std::string& team_id = core.options().team_id;
  if (client.team_id() != team_id) {
    report.error = not_sent(ErrorKind::configuration,
                            "the outbox holds the messages of team " + team_id +
                                ", but the client sends for team " + client.team_id() +
                                ": give run() a client with the credentials of " + team_id);
    return report;
  }
  auto issues = problems_with(options);
  if (!issues.empty()) {
    report.error = bad_configuration("RunOptions cannot work as they are", std::move(issues));
    return report;
  }
  try {
    const auto right = core.storage().start_run();
    const Running running(core);
    report = Runner(core, *right, client, options).work();
  } catch (const Exception& exception) {
    report.error = exception.error();
  } catch (const std::bad_alloc&) {
    report.error = out_of_memory(Outcome::not_sent);
  }
  return report;
}

}  // namespace dropcowboy::outbox
