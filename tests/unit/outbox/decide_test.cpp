#include "outbox/decide.hpp"

#include <gtest/gtest.h>

#include <random>

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using Verdict = Decision::Verdict;

const TimePoint now{std::chrono::hours(500'000)};

Facts agreed() {
  Facts facts;
  facts.now = now;
  facts.allowed = true;
  facts.earliest = now;
  return facts;
}

void expect_refused(const Facts& facts, Refusal why, bool require_consent = true) {
  const Decision decision = decide(facts, require_consent, {ContactLimit{}});
  EXPECT_EQ(decision.verdict, Verdict::refuse);
  EXPECT_EQ(decision.why, why) << to_string(decision.why);
}

void expect_waits_until(const Facts& facts, const std::vector<ContactLimit>& limits,
                        TimePoint until) {
  const Decision decision = decide(facts, true, limits);
  EXPECT_EQ(decision.verdict, Verdict::wait);
  EXPECT_EQ(decision.until, until);
}

void expect_sent(const Facts& facts, const std::vector<ContactLimit>& limits = {ContactLimit{}},
                 bool require_consent = true) {
  EXPECT_EQ(decide(facts, require_consent, limits).verdict, Verdict::send);
}

TEST(Decide, LetsGoWhoAgreed) { expect_sent(agreed()); }

TEST(Decide, RefusesWithoutConsentUnlessSomebodyElseChecksIt) {
  Facts facts = agreed();
  facts.allowed.reset();
  expect_refused(facts, Refusal::no_consent);
  expect_sent(facts, {}, false);
}

TEST(Decide, ObeysANoWhoeverChecksConsent) {
  Facts facts = agreed();
  facts.allowed = false;
  expect_refused(facts, Refusal::forbidden);
  expect_refused(facts, Refusal::forbidden, false);
}

TEST(Decide, ExpiresAtItsMoment) {
  Facts facts = agreed();
  facts.expires = now + 1ms;
  expect_sent(facts);
  facts.expires = now;
  expect_refused(facts, Refusal::expired);
}

TEST(Decide, TellsTheFirstReasonOfSeveral) {
  Facts facts = agreed();
  facts.expires = now;
  facts.allowed = false;
  facts.earliest.reset();
  expect_refused(facts, Refusal::expired);
  facts.expires.reset();
  expect_refused(facts, Refusal::forbidden);
  facts.allowed.reset();
  expect_refused(facts, Refusal::no_consent);
  facts.allowed = true;
  expect_refused(facts, Refusal::by_hook);
}

TEST(Decide, WaitsUntilTheHookLetsItGo) {
  Facts facts = agreed();
  facts.earliest = now + 1ms;
  expect_waits_until(facts, {}, now + 1ms);
  facts.earliest = now - 1h;
  expect_sent(facts);
}

TEST(Decide, RefusesWhatTheHookLetsGoTooLate) {
  Facts facts = agreed();
  facts.expires = now + 1h;
  facts.earliest = now + 1h;
  expect_refused(facts, Refusal::expired);
  facts.earliest = now + 1h - 1ms;
  expect_waits_until(facts, {}, now + 1h - 1ms);
}

TEST(Decide, LimitCountsItsWindowToTheMillisecond) {
  const std::vector<ContactLimit> three{{3, 72h}};
  Facts facts = agreed();
  facts.attempts = {now - 1h, now - 2h};
  expect_sent(facts, three);
  facts.attempts.push_back(now - 72h);  // left the window just now
  expect_sent(facts, three);
  facts.attempts.back() = now - 72h + 1ms;
  expect_waits_until(facts, three, now + 1ms);
}

TEST(Decide, LimitWaitsForTheOldestOfThoseThatCount) {
  Facts facts = agreed();
  facts.attempts = {now - 1h, now - 2h, now - 3h, now - 4h, now - 5h};  // more than allowed
  expect_waits_until(facts, {{3, 72h}}, now - 3h + 72h);
}

TEST(Decide, EveryLimitMustLetItGo) {
  Facts facts = agreed();
  facts.attempts = {now - 1h, now - 30h, now - 40h};
  expect_waits_until(facts, {{3, 72h}, {1, 24h}}, now + 32h);
  expect_waits_until(facts, {{1, 24h}, {3, 72h}}, now + 32h);
  expect_waits_until(facts, {{1, 24h}}, now + 23h);
}

TEST(Decide, RefusesWhatALimitWouldHoldBeyondItsExpiry) {
  Facts facts = agreed();
  facts.attempts = {now - 1h};
  facts.expires = now + 23h;
  EXPECT_EQ(decide(facts, true, {{1, 24h}}).why, Refusal::too_many_attempts);
  facts.expires = now + 23h + 1ms;
  expect_waits_until(facts, {{1, 24h}}, now + 23h);
}

TEST(Decide, AttemptsInTheFutureCount) {  // the clock was set back
  Facts facts = agreed();
  facts.attempts = {now + 2h};
  expect_waits_until(facts, {{1, 24h}}, now + 26h);
}

TEST(Decide, NoLimitsMeansNoLimit) {
  Facts facts = agreed();
  facts.attempts.assign(1'000, now);
  expect_sent(facts, {});
}

// Whatever the times are: obeying decide() keeps every limit in every window.
TEST(Decide, KeepsItsLimitsOverManyAttempts) {
  const std::vector<ContactLimit> limits{{3, 72h}, {2, 24h}};
  std::mt19937 random(7);
  std::vector<TimePoint> sent;
  TimePoint time = now;
  for (int i = 0; i < 500; ++i) {
    time += std::chrono::minutes(random() % 600);
    Facts facts = agreed();
    facts.now = time;
    facts.earliest = time;
    facts.attempts.assign(sent.rbegin(), sent.rend());
    const Decision decision = decide(facts, true, limits);
    if (decision.verdict == Verdict::wait) time = decision.until;
    sent.push_back(time);
  }
  for (const ContactLimit& limit : limits) {
    const auto one_too_many = static_cast<std::size_t>(limit.attempts);
    for (std::size_t i = one_too_many; i < sent.size(); ++i) {
      EXPECT_GE(sent[i] - sent[i - one_too_many], limit.within);
    }
  }
}

// ---- Again, with the same key ----

RepeatFacts doubtful() {
  RepeatFacts facts;
  facts.now = now;
  facts.key_until = now + 22h;
  facts.last_attempt = now - 1h;
  facts.allowed = true;
  facts.earliest = now;
  return facts;
}

struct RepeatCase {
  const char* name;
  void (*change)(RepeatFacts& facts);
  Verdict verdict;
  Refusal why;
};

TEST(DecideRepeat, Table) {
  const RepeatCase cases[] = {
      {"nothing is against it", [](RepeatFacts&) {}, Verdict::send, Refusal::none},
      {"a no came meanwhile", [](RepeatFacts& f) { f.allowed = false; }, Verdict::refuse,
       Refusal::forbidden},
      {"nobody agreed", [](RepeatFacts& f) { f.allowed.reset(); }, Verdict::refuse,
       Refusal::no_consent},
      {"the key's last moment", [](RepeatFacts& f) { f.key_until = now + 1ms; }, Verdict::send,
       Refusal::none},
      {"the key is forgotten", [](RepeatFacts& f) { f.key_until = now; }, Verdict::refuse,
       Refusal::expired},
      {"it has expired", [](RepeatFacts& f) { f.expires = now; }, Verdict::refuse,
       Refusal::expired},
      {"it expires later", [](RepeatFacts& f) { f.expires = now + 1ms; }, Verdict::send,
       Refusal::none},
      {"an expiry does not make a key last",
       [](RepeatFacts& f) {
         f.expires = now + 100h;
         f.key_until = now;
       },
       Verdict::refuse, Refusal::expired},
      {"the hook says never", [](RepeatFacts& f) { f.earliest.reset(); }, Verdict::refuse,
       Refusal::by_hook},
      {"the hook says later", [](RepeatFacts& f) { f.earliest = now + 8h; }, Verdict::wait,
       Refusal::none},
      {"the hook says too late", [](RepeatFacts& f) { f.earliest = now + 22h; }, Verdict::refuse,
       Refusal::expired},
      {"the clock ran back a little", [](RepeatFacts& f) { f.last_attempt = now + 5min; },
       Verdict::send, Refusal::none},
      {"the clock was set back", [](RepeatFacts& f) { f.last_attempt = now + 5min + 1ms; },
       Verdict::refuse, Refusal::expired},
  };
  for (const RepeatCase& one : cases) {
    RepeatFacts facts = doubtful();
    one.change(facts);
    const Decision decision = decide_repeat(facts, true);
    EXPECT_EQ(decision.verdict, one.verdict) << one.name;
    EXPECT_EQ(decision.why, one.why) << one.name;
    if (decision.verdict == Verdict::wait) {
      EXPECT_LT(decision.until, facts.key_until) << one.name;
    }
  }
}

TEST(DecideRepeat, ANoIsObeyedWhoeverChecksConsent) {
  RepeatFacts facts = doubtful();
  facts.allowed.reset();
  EXPECT_EQ(decide_repeat(facts, false).verdict, Verdict::send);
  facts.allowed = false;
  EXPECT_EQ(decide_repeat(facts, false).why, Refusal::forbidden);
}

TEST(LookBack, CoversEveryLimit) {
  const LookBack most = look_back({{3, 72h}, {7, 24h}});
  EXPECT_EQ(most.within, 72h);
  EXPECT_EQ(most.attempts, 7);
  EXPECT_EQ(look_back({}).attempts, 0);
}

}  // namespace
}  // namespace dropcowboy::outbox
