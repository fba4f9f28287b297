#include "outbox/lane.hpp"

#include <algorithm>
#include <utility>

namespace dropcowboy::outbox {

namespace {

constexpr int smallest_queue = 4;
constexpr const char* text_is_gone = "its text is gone";
constexpr const char* unreadable = "its text cannot be read: cancel it, and add it anew";

/// What the hook says of this message; false, with the job's problem set, if it throws.
template <class Request>
bool ask(const std::function<std::optional<TimePoint>(const Request&, TimePoint)>& hook,
         const char* if_it_throws, const Request& request, TimePoint now, Job& job) {
  job.earliest = now;
  if (!hook) return true;
  try {
    job.earliest = hook(request, now);
    return true;
  } catch (...) {
    job.problem = if_it_throws;
    return false;
  }
}

class PlainLane final : public Lane {
 public:
  PlainLane(const Client& client, int most) : Lane(most), client_(client) {}

  Stats stats() const override { return client_.stats(); }

  void take_due(Reader& reader, Stored now, int limit, std::vector<Job>& into) override {
    append(reader.due(now, limit), into);
  }

  bool asks(const Policy& policy) const override { return policy.earliest != nullptr; }

  void claim(Store& store, Stored now, int limit, const LookBack& look_back,
             std::vector<Job>& into) override {
    append(store.claim(now, limit, look_back), into);
  }

  std::optional<Stored> next_due(Reader& reader) const override { return reader.next_due(); }

  void read(Job& job, const Policy& policy, TimePoint now) const override {
    if (!job.candidate.request) {
      job.problem = text_is_gone;
      return;
    }
    auto request = RvmRequest::from_json(*job.candidate.request);
    if (!request || request->foreign_id != job.candidate.foreign_id ||
        request->phone_number != job.candidate.phone) {
      job.problem = unreadable;
      return;
    }
    if (!ask(policy.earliest, "Policy::earliest threw an exception", *request, now, job)) return;
    job.request = *std::move(request);
  }

  void send(const Job& job, Completion completion, const CallOptions& options) const override {
    client_.send_async(*job.request, std::move(completion), options);
  }
  void take_back() const override { client_.cancel_pending(); }
  void set_rate(double rate) const override { static_cast<void>(client_.set_rate(rate)); }

 private:
  const Client& client_;
};

/// First what is to be sent again: its time is short.
class KeyedLane final : public Lane {
 public:
  KeyedLane(const v2::Client& client, int most) : Lane(most), client_(client) {}

  Stats stats() const override { return client_.stats(); }

  void take_due(Reader& reader, Stored now, int limit, std::vector<Job>& into) override {
    const int rest = limit - append_doubtful(reader.keyed().doubtful(now, limit), into);
    if (rest > 0) append(reader.keyed().due(now, rest), into);
  }

  bool asks(const Policy& policy) const override { return policy.earliest_keyed != nullptr; }

  void claim(Store& store, Stored now, int limit, const LookBack& look_back,
             std::vector<Job>& into) override {
    KeyedStore& keyed = store.keyed();
    const int rest = limit - append_doubtful(keyed.claim_doubtful(now, limit, look_back), into);
    if (rest > 0) append(keyed.claim(now, rest, look_back), into);
  }

  std::optional<Stored> next_due(Reader& reader) const override {
    return reader.keyed().next_due();
  }

  void read(Job& job, const Policy& policy, TimePoint now) const override {
    if (!job.candidate.request) {
      job.problem = text_is_gone;
      return;
    }
    const auto request = v2::RvmRequest::from_json(*job.candidate.request);
    if (!request || request->foreign_id != job.candidate.foreign_id ||
        request->to != job.candidate.phone) {
      job.problem = unreadable;
      return;
    }
    if (policy.earliest && !policy.earliest_keyed) {
      job.problem = "Policy::earliest is set, but not earliest_keyed, which keyed messages need";
      return;
    }
    if (!ask(policy.earliest_keyed, "Policy::earliest_keyed threw an exception", *request, now,
             job)) {
      return;
    }
    if (job.doubt) return restore(job, now);
    if (job.earliest && *job.earliest <= now) prepare(job, *request);
  }

  void send(const Job& job, Completion completion, const CallOptions& options) const override {
    client_.send_async(*job.prepared, std::move(completion), options);
  }
  void take_back() const override { client_.cancel_pending(); }
  void set_rate(double rate) const override { static_cast<void>(client_.set_rate(rate)); }

 private:
  /// How many.
  int append_doubtful(std::vector<Doubtful>&& doubtful, std::vector<Job>& into) {
    for (Doubtful& one : doubtful) {
      Job& job = into.emplace_back();
      job.lane = this;
      job.candidate = std::move(one.candidate);
      job.doubt = std::move(one.doubt);
    }
    return static_cast<int>(doubtful.size());
  }

  /// Nothing but what was stored is sent: the key protects these bytes only. Its age is told by the
  /// clock that counts: another machine may have prepared it.
  void restore(Job& job, TimePoint now) const {
    auto prepared = v2::Prepared::from_json(job.doubt->prepared);
    if (!prepared || prepared->foreign_id() != job.candidate.foreign_id) {
      job.problem = "what was prepared of it cannot be read";
      return;
    }
    const auto first_mark = from_stored(job.doubt->repeat_until) - v2::Prepared::lifetime;
    job.prepared = client_.with_age(
        *prepared, std::chrono::duration_cast<std::chrono::milliseconds>(now - first_mark));
  }

  void prepare(Job& job, const v2::RvmRequest& request) const {
    auto prepared = client_.prepare(request);
    if (prepared) {
      job.prepared = *std::move(prepared);
    } else {
      job.refused = std::move(prepared).error();
    }
  }

  const v2::Client& client_;
};

}  // namespace

void Lane::append(std::vector<Candidate>&& due, std::vector<Job>& into) {
  for (Candidate& candidate : due) {
    Job& job = into.emplace_back();
    job.lane = this;
    job.candidate = std::move(candidate);
  }
}

void Lane::take_back_if_needed(Stored now) {
  const bool was_open = std::exchange(breaker_open_, stats().breaker_open);
  const bool has_opened = breaker_open_ && !was_open;
  if (has_expired(now) || has_opened) take_back();
}

void Lane::measure(int written, int most) {
  const int under_way = unanswered_ - written;
  if (breaker_open_) {
    room_ = under_way == 0 ? 1 : 0;
    return;
  }
  const int waiting = static_cast<int>(
      std::min<std::uint64_t>(stats().queued, static_cast<std::uint64_t>(std::max(under_way, 0))));
  if (waiting == 0) {
    queue_target_ = std::min(queue_target_ * 2, most_);
  } else if (waiting >= queue_target_ / 2) {
    queue_target_ = std::max(smallest_queue, queue_target_ - 1);
  }
  // What is about to be written makes room in the same commit.
  room_ = std::max(0, std::min(std::min(most, most_) - under_way, queue_target_ - waiting));
}

void Lane::handed_over(const Candidate& candidate) {
  ++unanswered_;
  if (candidate.expires == never) return;
  expiries_[candidate.id] = candidate.expires;
  next_expiry_ = std::min(next_expiry_, candidate.expires);
}

void Lane::answered(std::int64_t id) {
  --unanswered_;
  expiries_.erase(id);
}

/// Whether the time of one that was handed over has passed; of each only once.
bool Lane::has_expired(Stored now) {
  if (now < next_expiry_) return false;
  bool has_any = false;
  next_expiry_ = never;
  for (auto entry = expiries_.begin(); entry != expiries_.end();) {
    if (entry->second <= now) {
      has_any = true;
      entry = expiries_.erase(entry);
      continue;
    }
    next_expiry_ = std::min(next_expiry_, entry->second);
    ++entry;
  }
  return has_any;
}

bool Lane::is_stuck() const {
  const Stats now = stats();
  return now.breaker_open && now.in_flight == 0;
}

std::vector<std::unique_ptr<Lane>> make_lanes(const Client* client, const v2::Client* keyed_client,
                                              int most) {
  const bool are_two = client != nullptr && keyed_client != nullptr;
  const int share = are_two ? most / 2 : most;
  std::vector<std::unique_ptr<Lane>> lanes;
  if (client != nullptr) lanes.push_back(std::make_unique<PlainLane>(*client, share));
  if (keyed_client != nullptr) lanes.push_back(std::make_unique<KeyedLane>(*keyed_client, share));
  return lanes;
}

}  // namespace dropcowboy::outbox
