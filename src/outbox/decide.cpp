#include "outbox/decide.hpp"

#include <algorithm>

#include "outbox/times.hpp"

namespace dropcowboy::outbox {

namespace {

Decision refuse(Refusal why) { return {Decision::Verdict::refuse, why, {}}; }

/// When the limit lets one more attempt be made: `now` or a later moment.
TimePoint free_from(const ContactLimit& limit, const Facts& facts) {
  const auto count = static_cast<std::size_t>(limit.attempts);
  if (facts.attempts.size() < count) return facts.now;
  // One more is one too many until this one is `within` ago.
  return std::max(facts.now, facts.attempts[count - 1] + limit.within);
}

}  // namespace

Decision decide(const Facts& facts, bool require_consent, const std::vector<ContactLimit>& limits) {
  const auto is_over_at = [&](TimePoint time) { return facts.expires && time >= *facts.expires; };
  if (is_over_at(facts.now)) return refuse(Refusal::expired);
  if (facts.allowed == false) return refuse(Refusal::forbidden);
  if (require_consent && !facts.allowed.has_value()) return refuse(Refusal::no_consent);
  if (!facts.earliest) return refuse(Refusal::by_hook);
  if (is_over_at(*facts.earliest)) return refuse(Refusal::expired);

  TimePoint until = facts.now;
  for (const ContactLimit& limit : limits) until = std::max(until, free_from(limit, facts));
  if (is_over_at(until)) return refuse(Refusal::too_many_attempts);
  until = std::max(until, *facts.earliest);
  if (until > facts.now) return {Decision::Verdict::wait, Refusal::none, until};
  return {};
}

Decision decide_repeat(const RepeatFacts& repeat, bool require_consent) {
  // The clock was set back: nobody knows how old the key is.
  if (repeat.now + clock_error < repeat.last_attempt) return refuse(Refusal::expired);
  Facts facts;
  facts.now = repeat.now;
  facts.expires = std::min(repeat.key_until, repeat.expires.value_or(repeat.key_until));
  facts.allowed = repeat.allowed;
  facts.earliest = repeat.earliest;
  return decide(facts, require_consent, {});
}

LookBack look_back(const std::vector<ContactLimit>& limits) noexcept {
  LookBack most;
  for (const ContactLimit& limit : limits) {
    most.within = std::max<std::chrono::milliseconds>(most.within, limit.within);
    most.attempts = std::max(most.attempts, limit.attempts);
  }
  return most;
}

}  // namespace dropcowboy::outbox
