#include "testing/v2/idempotency_keys.hpp"

#include <algorithm>

namespace dropcowboy::testing::v2 {

namespace {

constexpr std::chrono::hours memory{24};

}  // namespace

bool is_idempotency_key(const std::string& key) {
  return !key.empty() && key.size() <= 255 &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

IdempotencyKeys::Answer IdempotencyKeys::take(const Use& use, ServiceClock::TimePoint now) {
  forget(now);
  const Name name(use.account, use.key);
  const auto [position, is_new] = memories_.try_emplace(name);
  Memory& known = position->second;
  if (is_new) {
    known.meaning = use.meaning;
    known.record.key = use.key;
    known.record.path = use.path;
    known.record.message_id = use.message_id;
    in_order_.emplace_back(now, name);
    return {Verdict::first, use.message_id};
  }
  const bool is_same = known.meaning == use.meaning && known.record.path == use.path;
  ++(is_same ? known.record.uses : known.record.conflicts);
  return {is_same ? Verdict::repeated : Verdict::conflict, known.record.message_id};
}

std::vector<RecordedKey> IdempotencyKeys::remembered(ServiceClock::TimePoint now) {
  forget(now);
  std::vector<RecordedKey> records;
  for (const auto& [time, name] : in_order_) records.push_back(memories_.at(name).record);
  return records;
}

void IdempotencyKeys::forget(ServiceClock::TimePoint now) {
  while (!in_order_.empty() && now - in_order_.front().first >= memory) {
    memories_.erase(in_order_.front().second);
    in_order_.pop_front();
  }
}

}  // namespace dropcowboy::testing::v2
