#include "delivery/admission.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/fake_runtime.hpp"

using namespace std::chrono_literals;

namespace dropcowboy::delivery {
namespace {

constexpr auto start = support::FakeRuntime::start;
constexpr auto never = Admission::TimePoint::max();

/// One request a second.
class AdmissionPace : public testing::Test {
 protected:
  static ClientOptions options() {
    ClientOptions options;
    options.limits.requests_per_second = 1;
    options.breaker.failures = 1;
    options.breaker.first_wait = 5s;
    return options;
  }

  Admission::HeldBy ask(Admission::Turn& turn, std::chrono::milliseconds at) {
    return admission_.advance(turn, start + at, never);
  }

  support::FakeRuntime runtime_;
  Admission admission_{options(), runtime_};
};

TEST_F(AdmissionPace, ASlotThatWasDueIsKeptWhenALaterOneIsGivenBack) {
  Admission::Turn first, second, third, fourth;
  ASSERT_EQ(ask(first, 0ms), Admission::HeldBy::nothing);
  ASSERT_EQ(ask(second, 0ms), Admission::HeldBy::pace);
  ASSERT_EQ(ask(third, 0ms), Admission::HeldBy::pace);
  ASSERT_EQ(ask(fourth, 0ms), Admission::HeldBy::pace);
  admission_.leave(third, start + 1500ms);
  EXPECT_EQ(ask(second, 1500ms), Admission::HeldBy::nothing);  // its slot was at 1 s
  EXPECT_EQ(ask(fourth, 1500ms), Admission::HeldBy::pace);
  EXPECT_EQ(fourth.next, second.next + 1s);  // the one that was given back
}

TEST_F(AdmissionPace, NoSlotIsUsedTwice) {
  Admission::Turn first, second, third;
  ASSERT_EQ(ask(first, 0ms), Admission::HeldBy::nothing);
  ASSERT_EQ(ask(second, 0ms), Admission::HeldBy::pace);
  ASSERT_EQ(ask(third, 0ms), Admission::HeldBy::pace);
  const auto slot = second.next;
  admission_.leave(third, slot);
  Admission::Turn late;
  EXPECT_EQ(admission_.advance(late, slot, never), Admission::HeldBy::pace);
  EXPECT_EQ(late.next, slot + 1s);
  EXPECT_EQ(admission_.advance(second, slot, never), Admission::HeldBy::nothing);
}

TEST_F(AdmissionPace, AWaiterTakesANewSlotAtANewRate) {
  Admission::Turn first, second, third;
  ASSERT_EQ(ask(first, 0ms), Admission::HeldBy::nothing);
  ASSERT_EQ(ask(second, 0ms), Admission::HeldBy::pace);
  ASSERT_EQ(ask(third, 0ms), Admission::HeldBy::pace);
  admission_.set_rate(0.125);  // at the start, by the runtime's clock
  EXPECT_EQ(ask(second, 2s), Admission::HeldBy::pace);
  EXPECT_EQ(second.next, start + 8s);
  EXPECT_EQ(ask(third, 2s), Admission::HeldBy::pace);
  EXPECT_EQ(third.next, start + 16s);
}

TEST_F(AdmissionPace, ASlotInAPauseIsNotUsed) {
  Admission::Turn first, second;
  ASSERT_EQ(ask(first, 0ms), Admission::HeldBy::nothing);
  ASSERT_EQ(ask(second, 0ms), Admission::HeldBy::pace);
  admission_.pause_until(start + 10s);
  EXPECT_EQ(ask(second, 2s), Admission::HeldBy::pace);
  EXPECT_EQ(second.next, start + 10s);
  EXPECT_EQ(ask(second, 10s), Admission::HeldBy::nothing);
}

// Or the first who may go again would have to wait for the times of all who could not.
TEST_F(AdmissionPace, TheSlotsOfThoseWhomTheBreakerStopsAreFree) {
  Admission::Turn first;
  ASSERT_EQ(ask(first, 0ms), Admission::HeldBy::nothing);
  std::vector<Admission::Turn> others(50);
  for (Admission::Turn& other : others) ASSERT_EQ(ask(other, 0ms), Admission::HeldBy::pace);
  admission_.end(first.take(), CircuitBreaker::Sign::bad, start);
  ASSERT_EQ(ask(others[7], 1s), Admission::HeldBy::breaker);
  const auto probe_at = others[7].next;
  EXPECT_EQ(admission_.advance(others[7], probe_at, never), Admission::HeldBy::nothing);
}

}  // namespace
}  // namespace dropcowboy::delivery
