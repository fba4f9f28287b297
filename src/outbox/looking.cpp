#include <algorithm>

#include "outbox/runner.hpp"

// What a run finds that is due, and how it comes to it where several runs share the database.
namespace dropcowboy::outbox {

/// When the next message is due for which there is a client.
std::optional<Stored> Runner::next_due() {
  std::optional<Stored> next;
  for (const auto& lane : lanes_) {
    const auto one = lane->next_due(core_.quick_reader());
    if (one && (!next || *one < *next)) next = one;
  }
  return next;
}

/// Reads what is due or, where that is claimed, whether anything is. What a hook has to be asked
/// about is read in any case, so that it is asked while nothing is locked.
void Runner::look() {
  jobs_.clear();
  asked_.clear();
  is_any_due_ = false;
  const TimePoint now = core_.now();
  const Policy& policy = core_.options().policy;
  Reader& reader = core_.quick_reader();
  for (const auto& lane : lanes_) {
    if (lane->room() == 0) continue;
    const int limit = std::max(lane->room(), scan_);
    if (!core_.storage().is_shared()) {
      lane->take_due(reader, to_stored(now), limit, jobs_);
    } else if (lane->asks(policy)) {
      // The other runs look at the first ones, too.
      const int most = std::max(limit, std::min(limit * membership_.runs(), largest_scan));
      lane->take_due(reader, to_stored(now), most, asked_);
    } else {
      const auto next = lane->next_due(reader);
      is_any_due_ = is_any_due_ || (next && *next <= to_stored(now));
    }
  }
  is_any_due_ = is_any_due_ || !asked_.empty();
  for (Job& job : jobs_) job.lane->read(job, policy, now);
  for (Job& job : asked_) job.lane->read(job, policy, now);
}

/// What is due, kept from other runs until this transaction ends.
void Runner::claim(Store& store, TimePoint now) {
  const Policy& policy = core_.options().policy;
  for (const auto& lane : lanes_) {
    if (lane->room() == 0) continue;
    const int limit = std::max(lane->room(), scan_);
    if (lane->asks(policy)) {
      claim_asked(store, *lane, to_stored(now), limit);
      continue;
    }
    const std::size_t first = jobs_.size();
    lane->claim(store, to_stored(now), limit, look_back_, jobs_);
    for (std::size_t i = first; i < jobs_.size(); ++i) jobs_[i].lane->read(jobs_[i], policy, now);
  }
  // Taken for dead meanwhile, it may be offered what its own client still has.
  const auto is_under_way = [this](const Job& job) {
    return handed_over_.count(job.candidate.id) > 0;
  };
  jobs_.erase(std::remove_if(jobs_.begin(), jobs_.end(), is_under_way), jobs_.end());
}

/// Of what a hook was asked about. It is kept, for the transaction may have to be done again.
void Runner::claim_asked(Store& store, const Lane& lane, Stored now, int limit) {
  std::unordered_map<std::int64_t, const Job*> asked;
  std::vector<std::int64_t> ids;
  for (const Job& job : asked_) {
    if (job.lane != &lane) continue;
    asked.emplace(job.candidate.id, &job);
    ids.push_back(job.candidate.id);
  }
  for (const std::int64_t id : store.claim_these(ids, now, limit, look_back_)) {
    jobs_.push_back(*asked.at(id));
  }
}

}  // namespace dropcowboy::outbox
